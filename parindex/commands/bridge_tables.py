"""The bridge between two years as a table for a terminal and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from parindex.text import Language, number, signed

if TYPE_CHECKING:
    from parindex.scoring.versions.bridge import AgencyOnBridge, Bridge

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "heading": (
        "So sánh %(older)s với %(newer)s trên %(leaves)s tiêu chí được chấm như nhau trong cả hai năm "
        "(%(before)s/%(whole_before)s điểm bộ cũ, %(after)s/%(whole_after)s điểm bộ mới)",
        "%(older)s and %(newer)s on the %(leaves)s leaves that are scored alike in both years "
        "(%(before)s of %(whole_before)s points before, %(after)s of %(whole_after)s after)",
    ),
    "agency": ("Cơ quan", "Agency"),
    "rank": ("Hạng", "Rank"),
    "rank_change": ("Thay đổi hạng", "Ranks climbed"),
    "performance": ("do kết quả", "by performance"),
    "rules": ("do quy tắc", "by rules"),
    "bridge": ("Chỉ số so sánh được (%)", "Comparable index (%)"),
    "bridge_change": ("Tăng, giảm", "Change"),
    "index": ("Chỉ số (%)", "Index (%)"),
    "note": (
        "“Do kết quả” là thay đổi hạng tính trên các tiêu chí được chấm như nhau; “do quy tắc” là phần còn lại. "
        "Hạng tính giữa các cơ quan có đủ số liệu của cả hai năm.",
        "“By performance” is the change of rank on the leaves scored alike; “by rules” is the rest. "
        "Ranks are among the agencies that are complete in both years.",
    ),
    "left_out": ("Không so sánh: %(names)s", "Not compared: %(names)s"),
    "older_only": ("không có số liệu năm sau", "no facts of the later year"),
    "newer_only": ("không có số liệu năm trước", "no facts of the earlier year"),
    "incomplete": ("chưa đủ số liệu", "incomplete"),
    "not_ranked": ("không xếp hạng", "not ranked"),
}


def _word(key: str, lang: Language) -> str:
    return _WORDS[key][0 if lang == "vi" else 1]


def lines(bridge: Bridge, lang: Language) -> Iterator[str]:
    """For a terminal, by rank in the newer year."""
    older, newer = bridge.older, bridge.newer
    yield _word("heading", lang) % {
        "older": f"{older.family} {older.version}",
        "newer": f"{newer.family} {newer.version}",
        "leaves": bridge.leaves,
        "before": number(bridge.max_before, None, lang),
        "after": number(bridge.max_after, None, lang),
        "whole_before": number(older.max, None, lang),
        "whole_after": number(newer.max, None, lang),
    }
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
        yield _word("left_out", lang) % {"names": names}


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
    from parindex.commands.score import cell
    from parindex.scoring.versions.bridge import bridge_document

    flat = [dict(_flat(one)) for one in bridge_document(bridge)["agencies"]]
    header = list(dict.fromkeys(key for one in flat for key in one))
    for one in flat:
        one["agency"] = cell(one["agency"])
    table: list[list[Any]] = [header, *([one.get(key) for key in header] for one in flat)]
    for row in table:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(row)
        yield line.getvalue()


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif value is not None or not key.endswith("_change"):
            yield prefix + key, value
