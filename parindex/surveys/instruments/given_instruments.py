"""A questionnaire as somebody gives it, read to the last defect, each beside the question that it stands at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from parindex.approvals.model import LineFault, OutlineLine
from parindex.surveys.questionnaire.instrument import Instrument
from parindex.surveys.questionnaire.loading import canonical, examine
from parindex.surveys.questionnaire.strict_yaml import InstrumentFault
from parindex.text import LANGUAGES, N_, Language, translator

LARGEST: Final = 5_000_000
"""Bytes of a file that is taken."""

_VERSION: Final = re.compile(r"^version:.*$", re.MULTILINE)
_YEARS: Final = re.compile(r"^years:.*$", re.MULTILINE)
_PLACE: Final = re.compile(r"\$\.groups\[(\d+)\](?:\.items\[(\d+)\])?")
_AT: Final = N_("Dòng %(line)s, cột %(column)s: %(told)s")
_NOT_TEXT: Final = N_("Tệp không phải văn bản UTF-8; cần tệp YAML như mô tả trong docs/surveys.md.")


class GivenInstrument(msgspec.Struct, frozen=True, kw_only=True):
    """What was read."""

    name: str
    """Name of the file."""

    source: str
    """The text, as it came; empty for bytes that are no text."""

    instrument: Instrument | None
    """``None`` while something is wrong with it."""

    head: Mapping[str, str]
    """Plain words of its head: ``instrument``, ``version``."""

    outline: tuple[OutlineLine, ...]
    """Its pages and questions as they stand."""

    faults: tuple[LineFault, ...]
    """Everything that is wrong."""

    @property
    def unreadable(self) -> bool:
        """Nothing could be read that is a questionnaire."""
        return not self.head or not self.outline


def read_given(data: bytes, name: str) -> GivenInstrument:
    """Read a file. Never raises, whatever the bytes are."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        vi, en = (translator(lang)(_NOT_TEXT) for lang in LANGUAGES)
        fault = LineFault(level="error", code=None, vi=vi, en=en)
        return GivenInstrument(name=name, source="", instrument=None, head={}, outline=(), faults=(fault,))
    instrument, tree = examine(name, text)
    rows = dict(_rows(tree.value))
    return GivenInstrument(
        name=name, source=text, instrument=instrument, head=_head(tree.value), outline=tuple(rows.values()),
        faults=tuple(_fault(fault, rows) for fault in tree.told()),
    )  # fmt: skip


def renewed(older: Instrument, source: str, version: str, year: int) -> GivenInstrument:
    """A published version for another year, as a file: its own text with another version and year, comments and all.

    Where its text does not say these in one line each, the questionnaire is written anew.
    """
    wanted = msgspec.structs.replace(older, version=version, years=(year,))
    text = _YEARS.sub(f"years: [{year}]", _VERSION.sub(f"version: {json.dumps(version)}", source, count=1), count=1)
    name = f"{older.instrument}-{version}.yaml"
    read = read_given(text.encode(), name)
    return read if read.instrument == wanted else read_given(canonical(wanted).encode(), name)


def _head(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found = {key: value.get(key) for key in ("instrument", "version")}
    return {key: word.strip()[:60] for key, word in found.items() if isinstance(word, str) and word.strip()}


def _rows(value: Any) -> Iterator[tuple[tuple[int, int], OutlineLine]]:
    """Pages and questions by their place: number of the page, and of the question in it or -1."""
    for g, group in enumerate(_parts(value, "groups")):
        yield (g, -1), _row(group, "title", 1)
        for i, item in enumerate(_parts(group, "items")):
            yield (g, i), _row(item, "text", 2)


def _row(part: Any, named: str, depth: int) -> OutlineLine:
    part = part if isinstance(part, dict) else {}
    words = part.get(named)
    title = words.get("vi") if isinstance(words, dict) else words
    return OutlineLine(
        code=str(part.get("code", ""))[:60], title=str(title or "")[:2000], max="", depth=depth, leaf=depth > 1
    )


def _parts(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _fault(fault: InstrumentFault, rows: Mapping[tuple[int, int], OutlineLine]) -> LineFault:
    place = _PLACE.match(fault.path)
    row = rows.get((int(place[1]), -1 if place[2] is None else int(place[2]))) if place else None
    vi, en = (_told(fault, lang) for lang in LANGUAGES)
    return LineFault(level="error", code=row.code or None if row else None, vi=vi, en=en)


def _told(fault: InstrumentFault, lang: Language) -> str:
    _ = translator(lang)
    found = fault.found if isinstance(fault.found, str) else fault.found.text(_)
    return _(_AT, line=fault.line, column=fault.column, told=f"{found}; {fault.expected.text(_)}")
