"""What is looked at before a questionnaire is handed over, approved and published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from parindex.access import Person
from parindex.approvals import checks, flow
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.surveys.answers.form_fields import SECONDS_A_QUESTION
from parindex.surveys.instruments.comparison import InstrumentComparison, compare
from parindex.surveys.instruments.drafts import INSTRUMENTS
from parindex.surveys.instruments.model import OpenedInstrument
from parindex.surveys.questionnaire.instrument import Instrument


async def of_submitting(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before a draft is handed to whoever approves it."""
    held = await _asked(connection, person, draft_id, "submit", hold)
    return _check(
        held, "instrument:submit", N_("Trình phê duyệt"), lines=[*_wrong(held), *_thin(held)],
        headline=said(N_("Người phê duyệt sẽ đọc từng câu hỏi của bản này")),
        lasting=[said(N_("Trong khi chờ phê duyệt, bộ câu hỏi không sửa được.")),
                 said(N_("Người phê duyệt trả lại kèm lý do thì sửa tiếp được; các bản cũ còn nguyên."))],
    )  # fmt: skip


async def of_approving(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before a draft is approved by a second person."""
    held = await _asked(connection, person, draft_id, "approve", hold)
    unread = await checks.unread(INSTRUMENTS, connection, held, person, _here(held))
    return _check(
        held, "instrument:approve", N_("Phê duyệt"), lines=[*_wrong(held), *unread, *_thin(held)],
        headline=said(N_("Sau khi phê duyệt, bộ câu hỏi chờ số và ngày của quyết định ban hành")),
        lasting=[said(N_("Bản được phê duyệt là bản được ban hành, đúng từng chữ.")),
                 said(N_("Trước khi ban hành vẫn trả lại được, kèm lý do."))],
    )  # fmt: skip


async def of_publishing(connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
    """Before an approved questionnaire is published under its decision."""
    held = await _asked(connection, person, draft_id, "publish", hold)
    return _check(
        held, "instrument:publish", N_("Ban hành"), lines=[], numbers=[checks.approved_by(held)],
        headline=said(N_("Bộ câu hỏi này không sửa được nữa sau khi ban hành")),
        lasting=[said(N_("Đợt khảo sát dùng được bộ câu hỏi này; phiếu trả lời luôn gắn với đúng phiên bản đã hỏi.")),
                 said(N_("Sửa về sau là một phiên bản mới; bản này giữ nguyên địa chỉ."))],
    )  # fmt: skip


def compared(held: OpenedInstrument) -> InstrumentComparison | None:
    """What a draft changes of the version before; ``None`` without one, and while it is none."""
    if held.base is None or held.instrument is None:
        return None
    return compare(held.base, held.instrument)


async def _asked(
    connection: Connection, person: Person | None, draft_id: UUID, deed: str, hold: bool
) -> OpenedInstrument:  # fmt: skip
    held = await flow.moving(INSTRUMENTS, connection, person, draft_id, deed, hold=hold)
    assert isinstance(held, OpenedInstrument)
    return held


def _wrong(held: OpenedInstrument) -> Iterator[OddLine]:
    """What keeps a draft where it is."""
    yield from checks.broken(held, _here(held))
    yield from checks.disputed(held, _here(held))


def _here(held: OpenedInstrument) -> str:
    return f"/work/instruments/drafts/{held.draft.id}"


def _check(
    held: OpenedInstrument, deed: str, title: str, *, headline: CheckSentence, lines: Iterable[OddLine],
    lasting: Iterable[CheckSentence], numbers: Iterable[CheckNumber] = (),
) -> DeedCheck:  # fmt: skip
    about = said(
        N_("Bộ câu hỏi %(family)s %(version)s, bản %(number)s"), family=held.draft.family, version=held.draft.version,
        number=str(held.revision.number),
    )  # fmt: skip
    found = held.instrument
    return checks.before_step(
        held, deed, title, about, headline=headline, lines=lines, lasting=lasting, numbers=[*_size(held), *numbers],
        illustrative=found is not None and found.status == "illustrative",
    )  # fmt: skip


def _size(held: OpenedInstrument) -> Iterator[CheckNumber]:
    found = held.instrument
    if found is None:
        return
    yield CheckNumber(value=sum(len(group.items) for group in found.groups), what=said(N_("câu hỏi")))
    scored = sum(len(group.items) for group in found.groups if group.area is not None)
    yield CheckNumber(value=scored, what=said(N_("câu hỏi tính điểm")))
    if (changes := compared(held)) is None:
        return
    before = f"{changes.older.instrument} {changes.older.version}"
    changed = sum(pair.older is not None and pair.newer is not None and bool(pair.kinds) for pair in changes.pairs)
    for value, what in (
        (changes.count("added"), N_("câu hỏi thêm mới")),
        (changes.count("removed"), N_("câu hỏi bãi bỏ")),
        (changed, N_("câu hỏi sửa đổi")),
    ):
        yield CheckNumber(value=value, what=said(what), then=said(N_("so với bản %(set)s"), set=before))


def _thin(held: OpenedInstrument) -> Iterator[OddLine]:
    """What a questionnaire may do, and seldom should."""
    found = held.instrument
    if found is None:
        return
    changes = compared(held)
    if changes is not None and changes.score:
        told = said(
            N_("Cách tính điểm hoặc câu hỏi tính điểm khác bản trước: chỉ số hai năm không so sánh thẳng được.")
        )
        yield OddLine(code="score_changed", told=told, href=_here(held))
    for name, form in found.forms.items():
        questions = _questions(found, form.groups)
        if form.minutes * 60 < questions * SECONDS_A_QUESTION:
            told = said(
                N_("Mẫu phiếu “%(form)s” ghi %(minutes)s phút cho %(n)s câu hỏi."), form=name, minutes=form.minutes, n=questions
            )  # fmt: skip
            yield OddLine(code="form_short", told=told, href=f"{_here(held)}/preview?form={name}")
    if untranslated := _without_english(found):
        told = said(N_("%(n)s câu hỏi chưa có tiếng Anh; trang tiếng Anh hiện bản tiếng Việt."), n=untranslated)
        yield OddLine(code="no_english", told=told, href=_here(held))


def _questions(found: Instrument, groups: Iterable[str]) -> int:
    asked = set(groups)
    return sum(len(group.items) for group in found.groups if group.code in asked)


def _without_english(found: Instrument) -> int:
    return sum(item.text.en is None for group in found.groups for item in group.items)
