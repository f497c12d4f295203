"""The bridge between two years as a table for a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from parindex.papers import csv_file
from parindex.text import N_, Language, number, signed, translator

if TYPE_CHECKING:
    from parindex.scoring.versions.bridge import AgencyOnBridge, Bridge

_WORDS: Final[Mapping[str, str]] = {
    "heading": N_(
        "So sánh %(older)s với %(newer)s trên %(leaves)s tiêu chí được chấm như nhau trong cả hai năm "
        "(%(before)s/%(whole_before)s điểm bộ cũ, %(after)s/%(whole_after)s điểm bộ mới)"
    ),
    "agency": N_("Cơ quan"),
    "rank": N_("Hạng"),
    "rank_change": N_("Thay đổi hạng"),
    "performance": N_("do kết quả"),
    "rules": N_("do quy tắc"),
    "bridge": N_("Chỉ số so sánh được (%)"),
    "bridge_change": N_("Tăng, giảm"),
    "index": N_("Chỉ số (%)"),
    "note": N_(
        "“Do kết quả” là thay đổi hạng tính trên các tiêu chí được chấm như nhau; “do quy tắc” là phần còn lại. "
        "Hạng tính giữa các cơ quan có đủ số liệu của cả hai năm."
    ),
    "left_out": N_("Không so sánh: %(names)s"),
    "older_only": N_("không có số liệu năm sau"),
    "newer_only": N_("không có số liệu năm trước"),
    "incomplete": N_("chưa đủ số liệu"),
    "not_ranked": N_("không xếp hạng"),
}


def _word(key: str, lang: Language, **values: object) -> str:
    return translator(lang)(_WORDS[key], **values)


def lines(bridge: Bridge, lang: Language) -> Iterator[str]:
    """For a terminal, by rank in the newer year."""
    older, newer = bridge.older, bridge.newer
    yield _word(
        "heading",
        lang,
        older=f"{older.family} {older.version}",
        newer=f"{newer.family} {newer.version}",
        leaves=bridge.leaves,
        before=number(bridge.max_before, None, lang),
        after=number(bridge.max_after, None, lang),
        whole_before=number(older.max, None, lang),
        whole_after=number(newer.max, None, lang),
    )
    yield ""
    header = ("rank", "agency", "rank_change", "performance", "rules", "index", "bridge", "bridge_change")
    table = [[_word(key, lang) for key in header]]
    last = len(bridge.agencies) + 1
    agencies = sorted(bridge.agencies, key=lambda one: one.newer.rank_compared or last)
    table += [_cells(one, newer.print_places, lang) for one in agencies]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    for row in table:
        cells = [
            cell.ljust(width) if column == 1 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
    yield from ("", _word("note", lang))
    if bridge.left_out:
        names = "; ".join(f"{name} ({_word(why, lang)})" for name, why in bridge.left_out.items())
        yield _word("left_out", lang, names=names)


def _cells(one: AgencyOnBridge, places: int, lang: Language) -> list[str]:
    ranks = one.rank_change
    split = [ranks.whole, ranks.performance, ranks.rules] if ranks else [None] * 3
    ends = (one.older.bridge_index, one.newer.bridge_index)
    change = None if ends[0] is None or ends[1] is None else ends[1] - ends[0]
    return [
        number(one.newer.rank_compared, 0, lang),
        one.agency,
        *(signed(value, 0, lang) for value in split),
        " → ".join(number(value, places, lang) for value in (one.older.index, one.newer.index)),
        " → ".join(number(value, places, lang) for value in ends),
        signed(change, places, lang),
    ]


def rows(bridge: Bridge) -> Iterator[str]:
    """CSV: the fields of the JSON, a row an agency of both years."""
    from parindex.scoring.versions.bridge import bridge_document

    flat = [dict(_flat(one)) for one in bridge_document(bridge)["agencies"]]
    header = list(dict.fromkeys(key for one in flat for key in one))
    yield from csv_file.lines([header, *([as_given(one.get(key)) for key in header] for one in flat)], end="")


def as_given(value: Any) -> csv_file.CsvCell:
    """A value of a JSON document, whose decimals are strings."""
    return csv_file.as_read(value) if isinstance(value, str) else value


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif value is not None or not key.endswith("_change"):
            yield prefix + key, value
