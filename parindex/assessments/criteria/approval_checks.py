"""What is looked at before a criteria set is handed over, approved and published."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from parindex import scoring
from parindex.access import Person
from parindex.approvals import checks, flow
from parindex.assessments.criteria import approval
from parindex.assessments.criteria.differences import compared
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.published_sets import judged
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.errors import N_
from parindex.store.database import Connection


async def of_submitting(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before a draft is handed to whoever approves it."""
    held = await _asked(connection, person, draft_id, "submit", hold)
    return _check(
        held, "criteria_set:submit", N_("Trình phê duyệt"),
        headline=said(N_("Người phê duyệt sẽ đọc từng dòng của bản này")),
        lines=[*_wrong(held), *_thin(held)],
        lasting=[said(N_("Trong khi chờ phê duyệt, bộ tiêu chí không sửa được.")),
                 said(N_("Người phê duyệt trả lại kèm lý do thì sửa tiếp được; các bản cũ còn nguyên."))],
    )  # fmt: skip


async def of_approving(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before a draft is approved by a second person."""
    held = await _asked(connection, person, draft_id, "approve", hold)
    unread = await checks.unread(approval.SETS, connection, held, person, _here(held))
    return _check(
        held, "criteria_set:approve", N_("Phê duyệt"),
        headline=said(N_("Sau khi phê duyệt, bộ tiêu chí chờ số và ngày của quyết định ban hành")),
        lines=[*_wrong(held), *unread, *_thin(held)],
        lasting=[said(N_("Bản được phê duyệt là bản được ban hành, đúng từng chữ.")),
                 said(N_("Trước khi ban hành vẫn trả lại được, kèm lý do."))],
    )  # fmt: skip


async def of_publishing(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before an approved set is published under its decision."""
    held = await _asked(connection, person, draft_id, "publish", hold)
    return _check(
        held, "criteria_set:publish", N_("Ban hành"),
        headline=said(N_("Bộ tiêu chí này không sửa được nữa sau khi ban hành")),
        lines=[], numbers=[checks.approved_by(held)],
        lasting=[said(N_("Kỳ đánh giá dùng được bộ này; mọi phiếu và kết quả dẫn mã kiểm tra của nó.")),
                 said(N_("Sửa về sau là một phiên bản mới; bản này giữ nguyên địa chỉ."))],
    )  # fmt: skip


async def _asked(connection: Connection, person: Person | None, draft_id: UUID, deed: str, hold: bool) -> OpenedDraft:
    held = await flow.moving(approval.SETS, connection, person, draft_id, deed, hold=hold)
    assert isinstance(held, OpenedDraft)
    return held


def _leaf_count(held: OpenedDraft) -> int:
    return 0 if held.criteria_set is None else sum(1 for _ in scoring.leaves(held.criteria_set))


def _check(
    held: OpenedDraft, deed: str, title: str, *, headline: CheckSentence, lines: list[OddLine],
    lasting: list[CheckSentence], numbers: list[CheckNumber] | None = None,
) -> DeedCheck:  # fmt: skip
    found = held.criteria_set
    about = said(
        N_("Bộ tiêu chí %(family)s %(version)s, bản %(number)s"), family=held.draft.family, version=held.draft.version,
        number=str(held.revision.number),
    )  # fmt: skip
    return checks.before_step(
        held, deed, title, about, headline=headline, numbers=(*_size(held), *(numbers or ())), lasting=lasting, lines=lines,
        illustrative=found is not None and found.status == "illustrative",
    )  # fmt: skip


def _size(held: OpenedDraft) -> Iterator[CheckNumber]:
    if held.criteria_set is None:
        return
    yield CheckNumber(value=_leaf_count(held), what=said(N_("tiêu chí thành phần")))
    yield CheckNumber(value=held.criteria_set.max, what=said(N_("điểm tối đa")))
    found = compared(held)
    if found is None:
        return
    version = f"{found.older.family} {found.older.version}"
    changed = sum(one.leaf and one.older is not None and one.newer is not None for one in found.changes)
    for value, what in (
        (found.count("added", leaves=True), N_("tiêu chí thành phần thêm mới")),
        (found.count("removed", leaves=True), N_("tiêu chí thành phần bãi bỏ")),
        (changed, N_("tiêu chí thành phần sửa đổi")),
    ):
        yield CheckNumber(value=value, what=said(what), then=said(N_("so với bộ %(set)s"), set=version))
    yield CheckNumber(value=held.revision.case_count, what=said(N_("ví dụ tính, đều đúng")))


def _wrong(held: OpenedDraft) -> Iterator[OddLine]:
    """What keeps a draft where it is."""
    yield from checks.broken(held, _here(held))
    yield from checks.disputed(held, _here(held))


def _here(held: OpenedDraft) -> str:
    return f"/work/criteria/drafts/{held.draft.id}"


def _thin(held: OpenedDraft) -> Iterator[OddLine]:
    """What a set may lack, and seldom should."""
    here = f"/work/criteria/drafts/{held.draft.id}"
    if held.criteria_set is None:
        return
    if not held.revision.case_count:
        yield OddLine(code="no_cases", told=said(N_("Bộ này chưa có ví dụ tính nào.")), href=f"{here}/cases")
    left = sum(judged(place) for place in scoring.leaves(held.criteria_set))
    if left:
        told = said(N_("%(count)s tiêu chí thành phần chưa có quy tắc, điểm do thẩm định quyết định."), count=left)
        yield OddLine(code="judged_leaves", told=told, href=f"{here}/rules")
