"""The list of a sheet's evidence as officials send it: one row a document and leaf, as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.sheets.sheet_view import marked
from parindex.assessments.sheets.board import Board, read_part
from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table, TableValue
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.publication.open_data import MARKS
from parindex.text import Language, date_text, translator


@get(
    ["/work/sheets/{sheet_id:uuid}/documents.csv", "/work/sheets/{sheet_id:uuid}/documents.xlsx"],
    include_in_schema=False,
)
async def evidence_list(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[bytes]:
    """What is attached to the leaves of a sheet, in the order of the leaves."""
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_part(connection, request.person, sheet_id)
    table = evidence_table(board, lang_of(request))
    made: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_bytes([column.title for column in table.columns], table.rows),
        "xlsx": lambda: xlsx_bytes(table),
    }
    kind = request.scope["path"].rpartition(".")[2]
    name = f"danh-muc-tai-lieu-{board.sheet.agency_code}-{board.cycle.year}.{kind}"
    return Response(
        made[kind](),
        media_type=downloads.TYPES[kind],
        headers={"Content-Disposition": downloads.attachment(name), "Cache-Control": "no-store"},
    )


def evidence_table(board: Board, lang: Language) -> Table:
    """The rows, the same for every form of the list; a year that is no real one says so in each of them."""
    _, mark = translator(lang), marked(board)
    heads = [
        (_("STT"), 6), (_("Mã TCTP"), 10), (_("Số, ký hiệu"), 20), (_("Ngày ban hành"), 14),
        (_("Cơ quan ban hành"), 28), (_("Trích yếu"), 48), (_("Tệp"), 32), (_("Mã băm"), 66),
    ]  # fmt: skip
    rows: list[list[TableValue]] = []
    for place in board.published.leaves:
        entry = board.entries.get(place.code)
        for one in board.attached.get(entry.id, ()) if entry else ():
            document = one.document
            rows.append([
                len(rows) + 1, place.code, document.number, date_text(document.issued_on, lang), document.issuer,
                document.abstract, document.file_name, document.sha256, *([mark] if mark else []),
            ])  # fmt: skip
    return Table(
        title=_("Danh mục tài liệu kiểm chứng"),
        notes=(f"{board.sheet.agency_name}, {board.cycle.year}", *([_(MARKS[mark])] if mark else [])),
        columns=tuple(
            Column(title=title, width=width) for title, width in [*heads, *([(_("Dấu"), 12)] if mark else [])]
        ),
        rows=rows,
    )


routes = [evidence_list]
