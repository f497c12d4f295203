"""What the file of a round's answers means: its columns and codes as a table, and its sample as a design file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from parindex.errors import N_
from parindex.papers.csv_file import csv_bytes
from parindex.surveys.questionnaire.answer_layout import AnswerLayout, AnswerPlace
from parindex.surveys.questionnaire.instrument import (
    DONT_KNOW,
    ILLEGIBLE,
    NOT_APPLICABLE,
    REFUSED,
    SKIPPED,
    InstrumentText,
)
from parindex.text import translator

CodebookRow = tuple[str | int | float | None, ...]

WHY: Final = "__why"
"""How the column ends that says why a cell has no answer."""
DESIGN: Final = ("agency", "stratum", "psu", "weight")
"""Columns before the answers: those of its sample unit by which the variance is computed, and no village."""
REASONS: Final = {
    DONT_KNOW: N_("không biết"),
    NOT_APPLICABLE: N_("không áp dụng"),
    REFUSED: N_("từ chối trả lời"),
    SKIPPED: N_("bỏ qua"),
    ILLEGIBLE: N_("không đọc được"),
}
"""Why there is no answer."""

LONELY: Final = "average"
"""What the only commune of a stratum that answered contributes: the mean of the other strata, never nothing."""

_HEAD: Final = ("column", "title_vi", "title_en", "code", "meaning_vi", "meaning_en", "score", "area", "criterion")
"""A scored item has its area and criterion, and each of its codes what it counts in the item's score, 0 to 1."""
_SAMPLE: Final = {
    "agency": N_("mã đơn vị"),
    "stratum": N_("tầng, đánh số ngẫu nhiên"),
    "psu": N_("xã, đánh số ngẫu nhiên"),
    "weight": N_("quyền số"),
}
_CHOSEN: Final = {1: N_("được chọn"), 0: N_("không được chọn")}
_WRITTEN: Final = {1: N_("có viết")}
_NOT_ASKED: Final = N_("có câu trả lời, hoặc không được hỏi")
_WHY_TITLE: Final = N_("vì sao không có câu trả lời")


def columns(layout: AnswerLayout) -> list[str]:
    """Names of the answers: the item's code, for a multiple choice with its option."""
    return [name for place in layout.places.values() for name in _names(layout, place)]


def codebook(layout: AnswerLayout) -> bytes:
    """A row a column, and a row for each of its codes."""
    return csv_bytes(_HEAD, list(_rows(layout)))


def _names(layout: AnswerLayout, place: AnswerPlace) -> list[str]:
    if place.item.many is None:
        return [place.item.code]
    return [f"{place.item.code}:{option.code}" for option in layout.instrument.scales[place.item.many]]


def _rows(layout: AnswerLayout) -> Iterator[CodebookRow]:
    for name, meant in _SAMPLE.items():
        yield _row(name, _both(meant))
    why = _both(_WHY_TITLE)
    for place in layout.places.values():
        item = place.item
        named = item.scale or item.many
        scale = () if named is None else layout.instrument.scales[named]
        for at, name in enumerate(_names(layout, place)):
            title = _joined(item.text, scale[at].text) if item.many else item.text
            measured = (None, place.group.area, place.group.code) if place.group.area else ()
            yield _row(name, title, measured=measured)
            meanings = {option.code: option.text for option in scale} if item.scale else _plain(bool(item.many))
            for code, meaning in meanings.items():
                yield _row(name, title, code, meaning, measured=(layout.score(code),) if measured else ())
            yield _row(name + WHY, why, None, _both(_NOT_ASKED))
            for code, reason in REASONS.items():
                yield _row(name + WHY, why, code, _both(reason))


def _plain(many: bool) -> dict[int, InstrumentText]:
    return {code: _both(text) for code, text in (_CHOSEN if many else _WRITTEN).items()}


def _both(message: str) -> InstrumentText:
    return InstrumentText(vi=message, en=translator("en")(message))


def _row(
    name: str,
    title: InstrumentText,
    code: int | None = None,
    meaning: InstrumentText | None = None,
    measured: tuple[str | float | None, ...] = (),
) -> CodebookRow:
    words = (None, None) if meaning is None else (meaning.vi, meaning.en)
    row = (name, title.vi, title.en, code, *words, *measured)
    return *row, *[None] * (len(_HEAD) - len(row))


def _joined(item: InstrumentText, option: InstrumentText) -> InstrumentText:
    english = f"{item.en}: {option.en}" if item.en and option.en else None
    return InstrumentText(vi=f"{item.vi}: {option.vi}", en=english)


def measures(layout: AnswerLayout) -> dict[str, list[str]]:
    """Areas and criteria of an instrument, each with its items."""
    found: dict[str, list[str]] = {area.code: [] for area in layout.instrument.areas}
    for place in layout.scored:
        found[str(place.group.area)].append(place.item.code)
    for place in layout.scored:
        found.setdefault(place.group.code, []).append(place.item.code)
    return found


def design_file(layout: AnswerLayout) -> str:
    """The design with which ``parindex estimate`` gives every number of the round from the file of answers.

    A questionnaire whose items are means has no index in it: ``index`` is one of shares. Its means come on the scale of
    the answers.
    """
    items = [place.item.code for place in layout.scored]
    shares = layout.instrument.score.share_of
    lines = [
        "weights: weight",
        "strata: stratum",
        "stages: [psu]",
        f"lonely_psu: {LONELY}",
        "interval: auto",
        "estimates:",
    ]
    if shares is None:
        lines.append(f"  - {{statistic: mean, of: {_listed(items)}, by: [agency]}}")
    else:
        values = f"values: {list(shares)}"
        for name, own in {"index": items, **measures(layout)}.items():
            entry = f"statistic: index, of: {_listed(own)}, {values}, weights: equal, by: [agency]"
            lines.append(f"  - {{{entry}}}  # {name}")
        lines.append(f"  - {{statistic: share, of: {_listed(items)}, {values}, by: [agency]}}")
    return "\n".join(lines) + "\n"


def _listed(items: Sequence[str]) -> str:
    return json.dumps(items, ensure_ascii=False)
