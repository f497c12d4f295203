"""An error is found by its room: in the catalogue, and in the documentation."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

from parindex.errors import CATALOGUE
from parindex.errors.catalogue import ROOMS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "parindex"

STREET: Final = {"api", "commands", "practice", "serving"}
"""Rooms that ask others; what only they raise stands with what it is about."""

OF_NO_ROOM: Final = {"request", "reading"}
"""A request is refused before it is known what was asked for; what cannot be read, by whoever reads it."""


def catalogues() -> dict[str, frozenset[str]]:
    """Codes by module of ``parindex/errors/``."""
    return {
        path.stem: frozenset(getattr(importlib.import_module(f"parindex.errors.{path.stem}"), path.stem.upper()))
        for path in (PACKAGE / "errors").glob("*.py")
        if path.stem not in {"__init__", "catalogue", "kind", "refused"}
    }


def rooms_naming(code: str) -> set[str]:
    """Rooms in whose modules a code stands."""
    whole = re.compile(rf"""["']{code}["']""")
    return {path.relative_to(PACKAGE).parts[0] for path, text in sources().items() if whole.search(text)} - {"errors"}


@cache
def sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def test_a_code_stands_in_one_room() -> None:
    assert [code for code, times in Counter(code for room in ROOMS for code in room).items() if times > 1] == []
    assert sum(map(len, catalogues().values())) == len(CATALOGUE)


def test_an_error_stands_in_the_catalogue_of_a_room_that_raises_it() -> None:
    elsewhere = {
        code: (module, raised)
        for module, codes in catalogues().items()
        if module not in OF_NO_ROOM
        for code in codes
        if (raised := rooms_naming(code) - STREET) and module not in raised
    }
    assert elsewhere == {}


def test_a_room_has_one_catalogue() -> None:
    assert {name for name in catalogues() if name not in OF_NO_ROOM and not (PACKAGE / name).is_dir()} == set()


def test_an_error_is_documented_under_its_room() -> None:
    written: dict[str, set[str]] = {}
    for section in re.split(r"^## ", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        written[section.split("\n", 1)[0].lower()] = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert written == {module: set(codes) for module, codes in catalogues().items()}
