"""One agency of a published ranking, and its columns: what each is called in the data, on paper and in the dictionary.

The row is declared once. JSON is the row; CSV and XLSX, the dictionary of the open data and the reference of the API
take names, meanings, units and heads from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from parindex import scoring
from parindex.papers.table import TableValue
from parindex.publication.headline import in_order, unranked
from parindex.publication.model import Edition, EditionChange
from parindex.rankings.groups import group_of
from parindex.rankings.model import AgencyDocument, ResultDocument
from parindex.scoring import CriteriaSet
from parindex.text import N_
from parindex.wording.group_names import group_name

FigureKind = Literal["text", "whole", "decimal", "ranks"]
"""``ranks`` is a lower and an upper rank: two columns of a table, so that no spreadsheet reads ``1-4`` as a date."""

KindOfInterval = Literal["logit", "clopper-pearson", "mover", "carried", "t"]

POINTS: Final = N_("điểm")


INTERVAL_KINDS: Final = N_(
    "logit: thang logit; clopper-pearson: khi tỷ lệ bằng 0 hoặc 1; mover: ghép từ nhiều cuộc khảo sát; "
    "carried: đưa qua quy tắc chấm theo bậc; t: ấn bản theo định dạng cũ"
)
"""What stands in a column of kinds of intervals."""


class Meaning(msgspec.Struct, frozen=True):
    """What a column of the ranking is."""

    kind: FigureKind
    """What it holds."""

    title: str
    """Its meaning, a message id."""

    heads: tuple[str, ...] = ()
    """Its heads on paper, message ids; none: not on paper."""

    width: int | None = None
    """Its width on paper; ``None``: that of numbers."""

    unit: str | None = None
    """Its unit, a message id."""

    note: str | None = None
    """What else to know, a message id."""


class RankingRow(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """One agency of a ranking. Decimals are strings without exponent."""

    agency: Annotated[str, Meaning("text", N_("Mã đơn vị"), (N_("Mã"),), 10)]
    """Official code."""

    name: Annotated[str, Meaning("text", N_("Tên đơn vị"), (N_("Đơn vị"),), 40)]
    """Name."""

    order: Annotated[int, Meaning("whole", N_("Thứ tự trong danh sách chính thức"))]
    """Place in the official list."""

    index: Annotated[
        str | None,
        Meaning("decimal", N_("Chỉ số, đủ chữ số"), unit="%", note=N_("của năm nhập lại: số đã in")),
    ]
    """Percent."""

    index_printed: Annotated[str | None, Meaning("decimal", N_("Chỉ số như đã in"), (N_("Chỉ số (%)"),), unit="%")]
    """As printed."""

    rank: Annotated[
        int | None, Meaning("whole", N_("Xếp hạng"), (N_("Xếp hạng"),), 9, note=N_("trống khi không xếp hạng"))
    ]
    """Null where not ranked."""

    class_: Annotated[
        str | None, Meaning("text", N_("Xếp loại"), (N_("Xếp loại"),), 9, note=N_("trống dưới mức thấp nhất"))
    ]
    """Null below the lowest class."""

    rank_set: Annotated[
        tuple[int, int] | None,
        Meaning(
            "ranks", N_("Khoảng hạng, từ và đến"), (N_("Khoảng hạng, từ"), N_("Khoảng hạng, đến")), 9,
            note=N_("xét đồng thời tất cả đơn vị; CSV: hai cột"),
        ),
    ]  # fmt: skip
    """Ranks that sampling error does not exclude, all agencies together."""

    appraised: Annotated[str | None, Meaning("decimal", N_("Điểm thẩm định"), (N_("Điểm thẩm định"),), unit=POINTS)]
    """Appraised points."""

    survey: Annotated[
        str | None, Meaning("decimal", N_("Điểm điều tra xã hội học"), (N_("Điểm điều tra XHH"),), unit=POINTS)
    ]
    """Survey points."""

    bonus: Annotated[str | None, Meaning("decimal", N_("Điểm thưởng sau mức trần"), (N_("Điểm thưởng"),), unit=POINTS)]
    """Bonus after its cap."""

    penalty: Annotated[str | None, Meaning("decimal", N_("Điểm trừ sau mức trần"), (N_("Điểm trừ"),), unit=POINTS)]
    """Penalty after its cap."""

    points: Annotated[
        str | None,
        Meaning(
            "decimal", N_("Tổng điểm"), (N_("Tổng điểm"),), unit=POINTS,
            note=N_("của năm nhập lại: tổng các phần đã in"),
        ),
    ]  # fmt: skip
    """All points."""

    max: Annotated[str | None, Meaning("decimal", N_("Điểm tối đa áp dụng"), unit=POINTS)]
    """Applicable maximum."""

    change: Annotated[
        str | None,
        Meaning(
            "decimal", N_("Tăng/giảm chỉ số so với ấn bản năm trước"), (N_("Tăng/giảm"),),
            unit=N_("điểm phần trăm"), note=N_("trống khi đổi bộ tiêu chí"),
        ),
    ]  # fmt: skip
    """Change of the index since the edition before, in percentage points."""

    group: Annotated[
        str | UnsetType | None,
        Meaning("text", N_("Nhóm"), (N_("Nhóm"),), 18, note=N_("chỉ có ở năm xếp hạng theo nhóm")),
    ] = UNSET
    """What it shares with its group, in words; null where it stands in none, absent in a year without groups."""

    group_rank: Annotated[
        int | UnsetType | None,
        Meaning("whole", N_("Hạng trong nhóm"), (N_("Hạng trong nhóm"),), 9, note=N_("trống khi không xếp hạng")),
    ] = UNSET
    """Null where not ranked."""

    group_rank_set: Annotated[
        tuple[int, int] | UnsetType | None,
        Meaning(
            "ranks", N_("Khoảng hạng trong nhóm, từ và đến"),
            (N_("Khoảng hạng trong nhóm, từ"), N_("Khoảng hạng trong nhóm, đến")), 9,
            note=N_("xét đồng thời tất cả đơn vị của nhóm; CSV: hai cột"),
        ),
    ] = UNSET  # fmt: skip
    """Ranks within the group that sampling error does not exclude, all agencies of the group together."""


def _columns() -> dict[str, tuple[str, Meaning]]:
    hints = get_type_hints(RankingRow, include_extras=True)
    return {
        field.encode_name: (field.name, hints[field.name].__metadata__[0])
        for field in msgspec.structs.fields(RankingRow)
    }


_FIELDS: Final = _columns()

OF_GROUP: Final = ("group", "group_rank", "group_rank_set")
"""Columns that only a year with groups has; they follow those of the contract."""

COLUMNS: Final[dict[str, Meaning]] = {name: meaning for name, (_, meaning) in _FIELDS.items() if name not in OF_GROUP}
"""By name, in the order of the contract."""

GROUP_COLUMNS: Final[dict[str, Meaning]] = {name: _FIELDS[name][1] for name in OF_GROUP}
"""The same of a year with groups."""

OF_INTERVAL: Final[dict[str, Meaning]] = {
    "interval_lower": Meaning("decimal", N_("Đầu dưới của khoảng tin cậy"), unit="%"),
    "interval_upper": Meaning("decimal", N_("Đầu trên của khoảng tin cậy"), unit="%"),
    "interval_kind": Meaning("text", N_("Loại khoảng tin cậy"), note=INTERVAL_KINDS),
}
"""Interval of the index at the level, each agency alone; in the table, and in the document of an agency."""

OF_EDITION: Final[dict[str, Meaning]] = {
    "marked": Meaning(
        "text", N_("Dấu của số liệu"), note=N_("simulated: mô phỏng; illustrative: minh họa; imported: nhập lại")
    ),
    "edition": Meaning("text", N_("Số ấn bản")),
}
"""What stands at the end of every line of a table, and once in a JSON document."""

ON_PAPER: Final = (
    "agency", "name", "appraised", "survey", "bonus", "penalty", "points", "index_printed", "class", "rank",
    "rank_set", "change",
)  # fmt: skip
"""Columns that officials print (E9), from left to right."""


def ranking_rows(edition: Edition) -> list[RankingRow]:
    """One row an agency: the ranked by rank, then the others in the official order."""
    agencies = {agency.code: agency for agency in edition.computation.given.agencies}
    changes = {change.agency: change for change in edition.changes}
    results = [*in_order(edition.computation), *unranked(edition.computation)]
    rows = [_row(result, agencies[result.agency], changes.get(result.agency)) for result in results]
    return rows if edition.computation.given.group_by is None else _with_groups(edition, rows)


def _with_groups(edition: Edition, rows: Sequence[RankingRow]) -> list[RankingRow]:
    groups = group_names(edition)
    results = {result.agency: result for result in edition.computation.results}
    return [
        msgspec.structs.replace(
            row, group=groups.get(row.agency), group_rank_set=results[row.agency].group_rank_set,
            group_rank=results[row.agency].group_rank if row.agency in groups else None,
        )
        for row in rows
    ]  # fmt: skip


def group_names(edition: Edition) -> dict[str, str]:
    """What each agency's group is called, by code; empty in a year without groups."""
    given = edition.computation.given
    if given.group_by is None:
        return {}
    law: CriteriaSet = scoring.from_document(given.criteria_set.document)
    values = {agency.code: group_of(given, agency) for agency in given.agencies}
    return {code: group_name(law, given.group_by, value, "vi") for code, value in values.items() if value is not None}


def columns_of(edition: Edition) -> dict[str, Meaning]:
    """The columns that an edition has."""
    return COLUMNS if edition.computation.given.group_by is None else {**COLUMNS, **GROUP_COLUMNS}


def _row(result: ResultDocument, agency: AgencyDocument, change: EditionChange | None) -> RankingRow:
    return RankingRow(
        agency=agency.code,
        name=agency.name_vi,
        order=agency.order,
        index=result.index,
        index_printed=result.index_printed,
        rank=result.rank,
        class_=result.class_,
        rank_set=result.rank_set,
        appraised=result.appraised,
        survey=result.survey,
        bonus=result.bonus,
        penalty=result.penalty,
        points=result.points,
        max=result.max,
        change=change.index if change else None,
    )


def kind_of_interval(result: ResultDocument) -> KindOfInterval | None:
    """Which kind the interval of an index is; in the first format Student's t."""
    return None if result.interval is None else result.interval_kind or "t"


def cells(row: RankingRow, column: str) -> tuple[TableValue, ...]:
    """A column of a row as a table holds it: one cell, or two of ranks."""
    field, meaning = _FIELDS[column]
    value = getattr(row, field)
    if meaning.kind == "ranks":
        return value or (None, None)
    return (Decimal(value) if meaning.kind == "decimal" and value is not None else value,)
