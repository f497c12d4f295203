"""What a sheet of people shows before and after it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from parindex.access.imports.model import COLUMNS, HeldImport, ImportPlan, KnownAgency, PlannedPerson
from parindex.access.model import ROLES
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.problems import field_problem
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.errors import FieldError, Refused
from parindex.papers.workbook import EditableColumn, EditableSheet
from parindex.text import Language, date_text, translator

MOST_SHOWN = 300
"""Rows of each kind that the page shows; the file of bad rows has all."""


class ImportPage(Page, frozen=True, kw_only=True):
    """Asking for a sheet."""

    template: ClassVar[str] = "work/people/import.html"

    form: FormTold
    """Why it was refused."""

    told: tuple[str, ...]
    """What is wrong with the table as a whole."""

    columns: tuple[str, ...]
    """Heads that are read."""


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row and what becomes of it."""

    number: int
    """Of the sheet."""

    name: str
    """As the person is called."""

    read: str
    """What was read, in words; empty for a bad row."""

    faults: tuple[str, ...]
    """Each with its cell and its cure."""

    outcome: str
    """``new``, ``role``, ``same`` or ``bad``."""

    result: str
    """The same in words."""


class ImportReportPage(Page, frozen=True, kw_only=True):
    """A sheet row by row."""

    template: ClassVar[str] = "work/people/import_report.html"

    id: str
    """The sheet."""

    file_name: str
    """As it was called."""

    total: int
    """Rows that it has."""

    new: int
    """New accounts."""

    roles: int
    """Accounts that get a role more."""

    same: int
    """Rows that bring nothing new."""

    bad: int
    """Rows that cannot be taken."""

    rows: tuple[ReportRow, ...]
    """Bad rows first, then the others, in the order of the sheet."""

    unshown: int
    """Rows that are not shown."""

    passed_over: str
    """Heads of columns that nobody reads."""

    written: int | None
    """Accounts that it made; ``None``: it was not written yet."""

    made: tuple[str, ...]
    """Ids of those accounts."""


def import_page(request: PageRequest, refused: Refused | None) -> ImportPage:
    """The form; what is wrong with the table as a whole stands above it."""
    _, lang = translate(request), lang_of(request)
    told = () if refused is None else tuple(field_problem(one, lang).detail for one in refused.fields)
    return ImportPage(
        form=form_told(lang, {}, refused, {"sheet": _("Bảng tính")}),
        told=told,
        columns=tuple(_(title) for title in COLUMNS.values()),
    )


def report_page(request: PageRequest, held: HeldImport, plan: ImportPlan) -> ImportReportPage:
    """A sheet row by row.

    Args:
        request: Gives the language.
        held: The sheet.
        plan: What becomes of its rows now.
    """
    bad, good = plan.of("bad"), plan.of("new", "role", "same")
    shown = (*bad[:MOST_SHOWN], *good[:MOST_SHOWN])
    return ImportReportPage(
        id=str(held.id),
        file_name=held.file_name,
        total=len(plan.rows),
        new=len(plan.of("new")),
        roles=len(plan.of("role")),
        same=len(plan.of("same")),
        bad=len(bad),
        rows=tuple(_row(request, row, plan) for row in shown),
        unshown=len(plan.rows) - len(shown),
        passed_over=", ".join(plan.passed_over),
        written=None if held.written_at is None else len(held.written),
        made=tuple(str(one) for one in held.written),
    )


def template_sheets(request: PageRequest, agencies: Sequence[KnownAgency]) -> tuple[EditableSheet, ...]:
    """An empty sheet, and what may stand in it."""
    _ = translate(request)
    codes = EditableSheet(
        name=_("Mã đơn vị"), title=_("Mã đơn vị còn hiệu lực hôm nay"),
        columns=(EditableColumn(title=_("Mã"), width=14), EditableColumn(title=_("Tên đơn vị"), width=60)),
        rows=[[one.code, one.name] for one in agencies],
    )  # fmt: skip
    return (_people_sheet(request, []), codes)


def bad_rows(request: PageRequest, plan: ImportPlan) -> EditableSheet:
    """The rows that cannot be taken, with what is to be mended."""
    lang = lang_of(request)
    rows = [
        [*(row.cells.get(field, "") for field in COLUMNS), " ".join(fault_texts(row, plan, lang))]
        for row in plan.of("bad")
    ]
    return _people_sheet(request, rows, mend=True)


def fault_texts(row: PlannedPerson, plan: ImportPlan, lang: Language) -> tuple[str, ...]:
    """What is wrong with a row, each fault with its cell."""
    return tuple(_fault(one, plan, lang) for one in row.faults)


def _fault(one: FieldError, plan: ImportPlan, lang: Language) -> str:
    _ = translator(lang)
    said = field_problem(one, lang).detail
    cell, head = one.values.get("cell"), plan.heads.get(one.field) or one.values.get("column")
    if cell and head:
        return _("Ô %(cell)s “%(head)s”: %(said)s", cell=cell, head=head, said=said)
    if head and str(head) not in said:
        return _("Cột “%(head)s”: %(said)s", head=head, said=said)
    return said


def _people_sheet(request: PageRequest, rows: Sequence[Sequence[str]], *, mend: bool = False) -> EditableSheet:
    _ = translate(request)
    widths = {"name": 28, "login": 26, "email": 30, "agency": 16, "role": 30, "first": 14, "last": 14}
    # The heads stay Vietnamese: by them the sheet is read again.
    columns = [
        EditableColumn(
            title=title, width=widths[field],
            choices=tuple(ROLES.values()) if field == "role" else (),
        )
        for field, title in COLUMNS.items()
    ]  # fmt: skip
    if mend:
        columns.append(EditableColumn(title=_("Cần sửa"), width=80, content="long"))
    return EditableSheet(name=_("Người dùng"), title="", columns=tuple(columns), rows=rows)


def _row(request: PageRequest, row: PlannedPerson, plan: ImportPlan) -> ReportRow:
    _, lang = translate(request), lang_of(request)
    results = {
        "new": _("Thêm mới"),
        "role": _("Đã có; thêm vai trò"),
        "same": _("Đã có, không đổi"),
        "bad": _("Chưa nhận được"),
    }
    return ReportRow(
        number=int(row.number), name=row.cells.get("name", ""), read=_read(request, row, lang),
        faults=fault_texts(row, plan, lang), outcome=row.outcome, result=results[row.outcome],
    )  # fmt: skip


def _read(request: PageRequest, row: PlannedPerson, lang: Language) -> str:
    _ = translate(request)
    if row.outcome == "bad":
        return ""
    parts = [_(ROLES[row.role]), row.agency.name if row.agency else "", row.login]
    if row.first:
        parts.append(_("từ %(day)s", day=date_text(row.first, lang)))
    if row.last:
        parts.append(_("đến %(day)s", day=date_text(row.last, lang)))
    return " · ".join(filter(None, parts))
