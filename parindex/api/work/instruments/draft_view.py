"""What the page of a draft of a questionnaire shows: what it changes, what is wrong with it, how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.criteria.new_set_view import told_in
from parindex.api.work.draft_rows_view import SAME, ChangedRow, ChangeTab, FaultShown, faults_by_row
from parindex.api.work.draft_view import DraftForms, DraftShown, DraftWords, draft_shown
from parindex.approvals.model import ReadingSoFar
from parindex.surveys.instruments.approval_checks import compared
from parindex.surveys.instruments.comparison import InstrumentComparison, QuestionPair
from parindex.surveys.instruments.drafts import INSTRUMENTS
from parindex.surveys.instruments.given_instruments import LARGEST
from parindex.surveys.instruments.model import OpenedInstrument
from parindex.surveys.questionnaire.instrument import Item
from parindex.text import N_, Language, moment, translator, words
from parindex.wording.word_changes import WordPiece, word_changes

SHOWN: Final[Mapping[str, str]] = {
    "changed": N_("Có thay đổi"),
    "added": N_("Thêm"),
    "reworded": N_("Sửa lời"),
    "answers": N_("Đổi phương án trả lời"),
    "moved": N_("Chuyển trang"),
    "removed": N_("Bỏ"),
    "same": SAME,
}
"""What the tabs show, and their names."""


class InstrumentDraftPage(Page, frozen=True, kw_only=True):
    """A draft of a questionnaire."""

    template: ClassVar[str] = "work/instruments/draft.html"

    draft: DraftShown
    """What every draft shows."""

    base: str
    """The version that it is compared with; empty for none."""

    notes: tuple[str, ...]
    """What changed of the whole: how answers count, which forms there are."""

    tabs_shown: tuple[ChangeTab, ...]
    """Kinds of changes; none without a version to compare with."""

    rows: tuple[ChangedRow, ...]
    """Questions, with what is wrong under each."""


def instrument_draft_page(
    person: Person,
    held: OpenedInstrument,
    readings: Sequence[ReadingSoFar],
    lang: Language,
    *,
    show: str = "",
    forms: DraftForms,
) -> InstrumentDraftPage:
    """A draft of a questionnaire.

    Args:
        person: Who reads.
        held: The draft.
        readings: Who has read how much of it.
        lang: The reader's language.
        show: Which changes.
        forms: What stands in its forms.
    """
    _, here = translator(lang), f"/work/instruments/drafts/{held.draft.id}"
    changes, by_row = compared(held), _faults(held, lang)
    return InstrumentDraftPage(
        draft=draft_shown(
            person, INSTRUMENTS, held, here, lang, said=_said(held, lang), forms=forms, whole=held.instrument is not None,
            readings=readings, loose=by_row.get("", ()), made=(),
            downloads=(Link(href=url(f"{here}/source"), label=_source(held, lang)),),
        ),
        base=f"{held.base.instrument} {held.base.version}" if held.base else "",
        notes=tuple(_notes(changes, lang)) if changes else (), tabs_shown=_tabs(here, changes, show, lang),
        rows=tuple(changed_questions(changes, show, lang) if changes else _plain(held, by_row, lang)),
    )  # fmt: skip


def _source(held: OpenedInstrument, lang: Language) -> str:
    """What the text of a draft is called: a file that was sent, or the copy of a version."""
    return translator(lang)(N_("Tệp đã tải lên")) if held.revision.way == "file" else "YAML"


def _said(held: OpenedInstrument, lang: Language) -> DraftWords:
    _, found = translator(lang), held.instrument
    return DraftWords(
        name=words(found.title, lang) if found else held.draft.family, about=_about(held, lang),
        file_label=_("Tệp bộ câu hỏi"), formats=_("YAML; tối đa %(limit)s."), accept=".yaml,.yml",
        code_label=_("Mã câu hỏi"), largest=LARGEST,
    )  # fmt: skip


def _about(held: OpenedInstrument, lang: Language) -> str:
    _, found, revision = translator(lang), held.instrument, held.revision
    count = sum(len(group.items) for group in found.groups) if found else 0
    size = _("%(n)s câu hỏi", n=count) if found else ""
    at = moment(revision.at, lang)
    way = _("từ %(name)s, tải lên %(at)s", name=revision.file_name, at=at)
    way = _("chép từ bộ trước %(at)s", at=at) if revision.way == "clone" else way
    return " · ".join(part for part in (size, way) if part)


def _faults(held: OpenedInstrument, lang: Language) -> dict[str, list[FaultShown]]:
    """What is wrong by the row that it stands under; what stands at no row has the empty code."""
    return faults_by_row(
        held.revision, lambda fault: FaultShown(level=fault.level, text=told_in(fault, lang), href="", label="")
    )


def _plain(held: OpenedInstrument, by_row: Mapping[str, Sequence[FaultShown]], lang: Language) -> Iterator[ChangedRow]:
    """Rows as they stand: of what is no questionnaire those that something is wrong with, and their pages."""
    said: set[str] = set()
    page: ChangedRow | None = None
    for line in held.revision.outline:
        wrong = () if line.code in said else tuple(by_row.get(line.code, ()))
        said |= {line.code} if wrong else set()
        title = line.title or translator(lang)(N_("(chưa có lời)"))
        row = _row(line.code, (WordPiece(kind="same", text=title),), page=line.depth == 1, wrong=wrong)
        if line.depth == 1 and not wrong and held.instrument is None:
            page = row
        elif wrong or held.instrument is not None:
            if page is not None:
                yield page
            page = None
            yield row


def _tabs(here: str, changes: InstrumentComparison | None, show: str, lang: Language) -> tuple[ChangeTab, ...]:
    if changes is None:
        return ()
    show = show if show in SHOWN else "changed"
    return tuple(
        ChangeTab(
            href=url(here, show="" if kind == "changed" else kind), label=translator(lang)(name), current=kind == show,
            count=sum(_is_shown(pair, kind) for pair in changes.pairs),
        )
        for kind, name in SHOWN.items()
    )  # fmt: skip


def _is_shown(pair: QuestionPair, show: str) -> bool:
    if show == "same":
        return not pair.kinds
    return bool(pair.kinds) if show == "changed" else show in pair.kinds


def changed_questions(changes: InstrumentComparison, show: str, lang: Language) -> Iterator[ChangedRow]:
    """Questions with what changed of them, below their pages."""
    show = show if show in SHOWN else "changed"
    page = ""
    for pair in changes.pairs:
        if not _is_shown(pair, show):
            continue
        if pair.group.code != page:
            page = pair.group.code
            yield _row(page, (WordPiece(kind="same", text=words(pair.group.title, lang)),), page=True)
        yield _question(changes, pair, lang)


def _question(changes: InstrumentComparison, pair: QuestionPair, lang: Language) -> ChangedRow:
    _ = translator(lang)
    old = words(pair.older.text, lang) if pair.older else ""
    new = words(pair.newer.text, lang) if pair.newer else ""
    if pair.older is None or pair.newer is None:
        title: tuple[WordPiece, ...] = (WordPiece(kind="same", text=new or old),)
    else:
        title = word_changes(old, new)
    before, after = (
        "; ".join(words(one, lang) for one in texts) for texts in (pair.answers_before, pair.answers_after)
    )
    notes = []
    if "moved" in pair.kinds:
        was = next(group for group in changes.older.groups if pair.code in {item.code for item in group.items})
        notes.append(_("trước ở trang “%(page)s”", page=words(was.title, lang)))
    if "answers" in pair.kinds and pair.older is not None and pair.newer is not None:
        notes += _offered(pair.older, pair.newer, lang)
    kinds = [_(SHOWN[kind]) for kind in pair.kinds] or [_(SAME)]
    return _row(
        pair.code, title, rule=word_changes(before, after) if before or after else (), notes=tuple(notes),
        drawn=pair.kinds[0] if pair.kinds else "same", kind=", ".join((kinds[0], *(kind.lower() for kind in kinds[1:]))),
    )  # fmt: skip


def _offered(older: Item, newer: Item, lang: Language) -> Iterator[str]:
    """What may be answered otherwise than by the answers of the scale."""
    _ = translator(lang)
    for name, label in (("dont_know", _("Không biết")), ("not_applicable", _("Không áp dụng"))):
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            yield _("thêm “%(answer)s”", answer=label) if after else _("bỏ “%(answer)s”", answer=label)
    if older.missing != newer.missing:
        ways = {
            "allowed": _("được bỏ qua"), "confirm": _("bỏ qua sau khi xác nhận"), "refused": _("phải trả lời"),
        }  # fmt: skip
        yield _("bỏ trống: %(before)s → %(after)s", before=ways[older.missing], after=ways[newer.missing])
    if older.write != newer.write or (older.many is None) != (newer.many is None):
        yield _("đổi cách trả lời")


def _row(
    code: str, title: tuple[WordPiece, ...], *, rule: tuple[WordPiece, ...] = (), notes: tuple[str, ...] = (),
    drawn: str = "", kind: str = "", page: bool = False, wrong: Sequence[FaultShown] = (),
) -> ChangedRow:  # fmt: skip
    return ChangedRow(
        code=code, was="", title=title, rule=rule, notes=notes, before=None, after=None, drawn=drawn, kind=kind, area=page,
        href="", faults=tuple(wrong),
    )  # fmt: skip


def _notes(changes: InstrumentComparison, lang: Language) -> Iterator[str]:
    _ = translator(lang)
    if changes.score:
        yield _("Cách tính điểm hoặc câu hỏi tính điểm đã đổi: chỉ số của hai phiên bản không so sánh thẳng được.")
    else:
        yield _("Câu hỏi tính điểm và cách tính điểm giữ nguyên.")
    if changes.forms:
        yield _("Mẫu phiếu có thay đổi: %(names)s.", names=", ".join(changes.forms))
