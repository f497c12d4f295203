"""How the cells of an XLSX are shown, as far as it changes what they say: days, per cent, struck words, old fonts."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from parindex.reading.xlsx_package import Attributes, UnreadableWorkbook, XlsxPackage, XmlHandler

MOST_STYLES: Final = 65_536
"""Styles, fonts and formats of a workbook, each: a spreadsheet keeps fewer."""
_BUILT_IN_DAYS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILT_IN_PERCENT: Final = frozenset((9, 10))
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class CellStyle(msgspec.Struct, frozen=True, kw_only=True):
    """What the style of a cell says."""

    is_day: bool = False
    """A number in it is a day."""

    is_percent: bool = False
    """A number in it is shown a hundred times as large, with a per cent sign."""

    is_struck: bool = False
    """Its words are struck through."""

    font: str = ""
    """Name of its font."""


class _Font(msgspec.Struct):
    struck: bool = False
    name: str = ""


def is_on(given: Attributes) -> bool:
    """Whether an element that switches something on does so."""
    return given.get("val", "1") not in ("0", "false")


def read_styles(package: XlsxPackage, path: str | None) -> list[CellStyle]:
    """The styles of cells by number; none where the file has no styles."""
    if path is None or path not in package:
        return []
    reader = _Styles()
    package.read(path, XmlHandler(reader.start, reader.end))
    return [reader.style(number, font) for number, font in reader.cells]


class _Styles:
    def __init__(self) -> None:
        self.inside: list[str] = []
        self.formats: dict[int, str] = {}
        self.fonts: list[_Font] = []
        self.cells: list[tuple[int, int]] = []

    def start(self, name: str, given: Attributes) -> None:
        above = self.inside[-1] if self.inside else ""
        self.inside.append(name)
        kept = {"numFmts": self.formats, "fonts": self.fonts, "cellXfs": self.cells}.get(above, ())
        if len(kept) >= MOST_STYLES:
            raise UnreadableWorkbook("too_large")
        if above == "numFmts":
            self.formats[_int(given.get("numFmtId"))] = given.get("formatCode", "")
        elif above == "fonts":
            self.fonts.append(_Font())
        elif above == "font" and "fonts" in self.inside and self.fonts:
            if name == "strike":
                self.fonts[-1].struck = is_on(given)
            elif name == "name":
                self.fonts[-1].name = given.get("val", "")
        elif above == "cellXfs":
            self.cells.append((_int(given.get("numFmtId")), _int(given.get("fontId"))))

    def end(self, name: str) -> None:
        del name
        self.inside.pop()

    def style(self, number: int, font: int) -> CellStyle:
        code = _LITERAL.sub("", self.formats.get(number, ""))
        shown = self.fonts[font] if 0 <= font < len(self.fonts) else _Font()
        return CellStyle(
            is_day=number in _BUILT_IN_DAYS or (code.lower() != "general" and bool(re.search("[ymdhs]", code.lower()))),
            is_percent=number in _BUILT_IN_PERCENT or "%" in code,
            is_struck=shown.struck,
            font=shown.name,
        )


def _int(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0
