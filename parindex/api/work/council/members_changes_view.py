"""How those that take part in a year became others since its plan was issued: added, or ended and what was chosen then."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from parindex.assessments.cycles.joining import JoinedAgency
from parindex.assessments.mergers.treatments import MERGER_TREATMENTS, EndedInYear
from parindex.text import Language, date_text, ratio, translator


class MembersChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    told: str
    """What became otherwise."""

    note: str
    """From which day, by which document, what follows."""


def members_changes(
    joined: Sequence[JoinedAgency], ended: Sequence[EndedInYear], lang: Language
) -> tuple[MembersChange, ...]:
    """Agencies that were added, then those that ended."""
    return (*(_joined(one, lang) for one in joined), *(_ended(one, lang) for one in ended))


def _joined(one: JoinedAgency, lang: Language) -> MembersChange:
    _ = translator(lang)
    note = _(
        "theo %(paper)s ngày %(day)s: %(reason)s", paper=one.decision_number, day=date_text(one.decided_on, lang),
        reason=one.reason,
    )  # fmt: skip
    told = _("Thêm %(name)s (%(code)s)", name=one.name, code=one.code)
    return MembersChange(told=told if one.ranked else told + ", " + _("không xếp hạng"), note=note)


def _ended(one: EndedInYear, lang: Language) -> MembersChange:
    _ = translator(lang)
    before, after = ", ".join(one.predecessors), ", ".join(one.successors)
    note = _("từ %(day)s theo %(paper)s", day=date_text(one.effective_on, lang), paper=one.decision)
    note += ": " + _(MERGER_TREATMENTS[one.choice]).lower()
    if one.parts:
        note += " (" + "; ".join(f"{name}: {ratio(weight, lang)}" for name, weight in one.parts) + ")"
    return MembersChange(told=f"{before} → {after}" if after else _("Kết thúc: %(names)s", names=before), note=note)
