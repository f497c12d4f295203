"""A draft as agencies will see it: each leaf with what is asked, how points are made and which evidence it needs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex import scoring
from parindex.api.shared.page import Page, url
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring import CriteriaSet, Criterion, Place
from parindex.scoring.law.inputs import Input
from parindex.text import Language, translator, words
from parindex.wording import reasons, rule_text
from parindex.wording.evidence_asked import proof_text


class AskedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that an agency declares."""

    label: str
    """What it is called."""

    kind: str
    """What is typed there."""


class SeenLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf as an agency sees it."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    rule: str
    """How they are made."""

    facts: tuple[AskedFact, ...]
    """What is asked."""

    guidance: str
    """What its evidence is; empty for nothing."""

    proof: str
    """Whether evidence is needed, and from when to when."""


class SeenArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area with its leaves."""

    code: str
    """Its code; empty for bonus and penalty."""

    title: str
    """What it is called."""

    max: Decimal | None
    """Its points; ``None`` for bonus and penalty."""

    leaves: tuple[SeenLeaf, ...]
    """In order."""


class SetPreviewPage(Page, frozen=True, kw_only=True):
    """A draft as agencies will see it."""

    template: ClassVar[str] = "work/criteria/set_preview.html"

    title: str
    """What the set is called."""

    version: str
    """Its version."""

    areas: tuple[SeenArea, ...]
    """In order, bonus and penalty last."""

    back: str
    """The draft's page."""


def set_preview_page(held: OpenedDraft, lang: Language) -> SetPreviewPage:
    """A draft, which is a set, as agencies will see it."""
    law = held.criteria_set
    assert law is not None
    return SetPreviewPage(
        title=words(law.title, lang), version=law.version, areas=tuple(_areas(law, lang)),
        back=url(f"/work/criteria/drafts/{held.draft.id}"),
    )  # fmt: skip


def _areas(law: CriteriaSet, lang: Language) -> Iterator[SeenArea]:
    _, leaves = translator(lang), list(scoring.leaves(law))
    for area in law.areas:
        rows = tuple(_leaf(law, place, lang) for place in leaves if place.area == area.code)
        yield SeenArea(code=area.code, title=words(area.title, lang), max=area.max, leaves=rows)
    for part, title in (("bonus", _("Điểm thưởng")), ("penalty", _("Điểm trừ"))):
        if rows := tuple(_leaf(law, place, lang) for place in leaves if place.part == part):
            yield SeenArea(code="", title=title, max=None, leaves=rows)


def _leaf(law: CriteriaSet, place: Place, lang: Language) -> SeenLeaf:
    node = place.node
    assert isinstance(node, Criterion)
    declared = scoring.declared_by_agency(place, law.inputs)
    _ = translator(lang)
    asked = scoring.leaf_inputs(law, place.code) if declared else []
    needs = {
        "required": _("Phải có tài liệu kiểm chứng hoặc giải trình."),
        "optional": _("Tài liệu kiểm chứng không bắt buộc."),
    }
    proof = [
        needs.get(node.evidence, "") if declared else _("Đơn vị không kê khai."),
        proof_text(node, node.confirmed_by, lang),
    ]
    if declared and place.may_be_inapplicable:
        proof.append(_("Có thể đề nghị không áp dụng."))
    return SeenLeaf(
        code=place.code, title=words(node.title, lang), max=node.max, rule=rule_text.words(law, node, lang),
        facts=tuple(
            AskedFact(label=reasons.label(law, name, lang), kind=_kind(given, lang)) for name, given in asked
        ),
        guidance=words(node.guidance, lang) if node.guidance else "", proof=" ".join(one for one in proof if one),
    )  # fmt: skip


def _kind(given: Input, lang: Language) -> str:
    _ = translator(lang)
    kinds = {
        "boolean": _("có hoặc không"), "count": _("số nguyên"), "decimal": _("số"), "percent": _("phần trăm"),
        "choice": _("một phương án"), "date": _("ngày"),
    }  # fmt: skip
    unit = words(given.unit, lang) if given.unit else ""
    return unit or kinds[given.type]
