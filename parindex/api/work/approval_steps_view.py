"""How far the approval of a draft has come, as its page shows it."""

from __future__ import annotations

from typing import Literal

import msgspec

from parindex.approvals.model import Opened
from parindex.text import Language, date_text, moment, translator


class ApprovalStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step on the way to publication."""

    state: Literal["done", "now", "later"]
    """Where it stands."""

    text: str
    """What."""

    note: str
    """Who and when, or what it waits for."""


def later_steps(held: Opened, lang: Language) -> list[ApprovalStep]:
    """The way of a draft from handing over to publication."""
    _, state, errors = translator(lang), held.draft.state, len(held.revision.errors)
    last = held.steps[-1] if held.steps else None
    beyond = state in ("submitted", "approved", "published")

    def who(to_state: str) -> str:
        step = next((one for one in reversed(held.steps) if one.to_state == to_state), None)
        return f"{step.by_name or '–'}, {moment(step.at, lang)}" if step else ""

    waits = _("Sửa %(n)s lỗi rồi trình", n=errors) if errors else _("Trình phê duyệt")
    note = _("trả lại: %(reason)s", reason=last.reason) if last and last.to_state == "returned" else ""
    found = [
        ApprovalStep(
            state="done" if beyond else "now", text=_("Trình phê duyệt") if beyond else waits,
            note=who("submitted") if beyond else note,
        )
    ]  # fmt: skip
    approved = state in ("approved", "published")
    found.append(
        ApprovalStep(
            state="done" if approved else "now" if state == "submitted" else "later", text=_("Phê duyệt"),
            note=who("approved") if approved else _("người soạn không tự phê duyệt được"),
        )
    )  # fmt: skip
    decided = last if last is not None and last.to_state == "published" else None
    paper = (
        _("%(number)s ngày %(day)s", number=decided.decision_number, day=date_text(decided.decided_on, lang))
        if decided is not None and decided.decided_on is not None
        else _("số, ngày; sau đó không sửa, chỉ ra phiên bản mới")
    )
    found.append(
        ApprovalStep(
            state="done" if decided else "now" if state == "approved" else "later",
            text=_("Ban hành kèm quyết định"),
            note=paper,
        )
    )
    return found
