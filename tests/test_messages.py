"""Every sentence of the source is in both catalogues, translated by a person, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment
from jinja2.lexer import Lexer

from script import catalogues
from tests.installations import ROOT

VALUES = re.compile(r"%\(\w+\)[sd]|%%|%")
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
MARKING = {"_", "N_", "gettext", "ngettext", "translate"}

BOTH_LANGUAGES = {
    "parindex/cli.py": "speaks before catalogues are read, so that every command starts fast",
    "parindex/complaints.py": "for whoever writes a set or a file of facts: vi and en side by side",
    "parindex/comparison_words.py": "the same",
    "parindex/criteria_workbook": "the same, in a workbook",
    "parindex/commands/reading.py": "the same, on the command line",
    "parindex/commands/criteria_workbooks.py": "the same, on the command line",
    "parindex/commands/bridge_tables.py": "the same, on the command line",
    "parindex/commands/demo.py": "one line for whoever starts the demo",
    "parindex/reasons": "sentences of points are part of the contract of the score command in vi and en",
}
"""Modules that hold both languages themselves."""

DATA = {
    "parindex/practice": "invented names and sentences of the practice year",
    "parindex/text.py": "letters of the alphabet, and the word between clock and day",
    "parindex/assessments/reading.py": "Vietnamese numerals in words",
    "parindex/api/countdown.py": "the word between clock and day",
}
"""Modules whose Vietnamese is not a message."""


@pytest.fixture(scope="module")
def source() -> Catalog:
    return catalogues.found()


def ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogues.messages(catalogue)}


@pytest.mark.parametrize("lang", catalogues.LANGUAGES)
def test_the_catalogue_holds_every_message_of_the_source_and_no_other(lang: str, source: Catalog) -> None:
    held = catalogues.read(lang)
    assert sorted(ids(source) - ids(held)) == [], "run script/messages and translate"
    assert sorted(ids(held) - ids(source)) == [], "run script/messages"
    assert list(held.obsolete) == []


@pytest.mark.parametrize("lang", catalogues.LANGUAGES)
def test_every_message_was_translated_by_a_person(lang: str) -> None:
    assert catalogues.untranslated(catalogues.read(lang)) == []


def test_vietnamese_is_what_stands_in_the_source() -> None:
    for message in catalogues.messages(catalogues.read("vi")):
        assert message.string == ((message.id[0],) if message.pluralizable else message.id)


def test_a_translation_names_the_same_values() -> None:
    differing = []
    for message in catalogues.messages(catalogues.read("en")):
        wanted = set(VALUES.findall(message.id[0] if message.pluralizable else message.id))
        for text in message.string if message.pluralizable else (message.string,):
            if set(VALUES.findall(text)) != wanted:
                differing.append((message.id, text))  # noqa: PERF401
    assert differing == []


def test_no_vietnamese_is_left_in_the_english_catalogue() -> None:
    """But for what is quoted: numbers of decisions."""
    left = [
        text
        for message in catalogues.messages(catalogues.read("en"))
        for text in (message.string if message.pluralizable else (message.string,))
        if VIETNAMESE.search(re.sub(r"\d+/QĐ-CCHC", "", text))
    ]
    assert left == []


def test_a_translation_keeps_the_spaces_and_the_ending_of_its_sentence() -> None:
    differing = []
    for message in catalogues.messages(catalogues.read("en")):
        first = message.id[0] if message.pluralizable else message.id
        if first == "STT":
            continue
        for text in message.string if message.pluralizable else (message.string,):
            ends = (first[:1] == " ", first[-1:] == " ", first[-1:] in ".:?")
            if (text[:1] == " ", text[-1:] == " ", text[-1:] in ".:?") != ends:
                differing.append((first, text))
    assert differing == []


@pytest.mark.parametrize("lang", catalogues.LANGUAGES)
def test_collecting_again_changes_nothing(lang: str, source: Catalog) -> None:
    assert catalogues.written(catalogues.updated(lang, source)).decode() == catalogues.place(lang).read_text()


# what was not marked


def templates() -> list[Path]:
    return sorted((ROOT / "frontend_templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.stem)
def test_no_vietnamese_stands_in_a_template_outside_a_message(path: Path) -> None:
    assert [f"{line}: {text.strip()}" for line, text in visible(path) if VIETNAMESE.search(text)] == []


def visible(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of what a template writes by itself, and of its strings that are no argument of a message."""
    lexer = Lexer(Environment(trim_blocks=True, lstrip_blocks=True))
    tokens = [
        (line, kind, text)
        for line, kind, text in lexer.tokeniter(path.read_text(encoding="utf-8"), path.name)
        if kind != "whitespace"
    ]
    in_trans = False
    marked = 0
    for place, (line, kind, text) in enumerate(tokens):
        before = tokens[place - 1] if place else (0, "", "")
        if kind == "name" and before[1] == "block_begin":
            in_trans = text == "trans" or (in_trans and text != "endtrans")
        if kind == "operator" and text == "(" and (marked or before[2] in MARKING):
            marked += 1
        elif kind == "operator" and text == ")" and marked:
            marked -= 1
        if (kind == "data" and not in_trans) or (kind == "string" and not marked):
            yield line, text.replace("Tiếng Việt", "")  # a language is called by its own name


def unmarked(path: Path) -> Iterator[str]:
    """Vietnamese strings of a module that no marking function receives."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in MARKING:
            passed |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield from (
                f"{path.relative_to(ROOT)}:{node.lineno}: {text[:80]}"
                for text in [node.value]
                if VIETNAMESE.search(text)
            )


def test_no_vietnamese_stands_in_the_code_without_being_marked() -> None:
    apart = (*BOTH_LANGUAGES, *DATA)
    found = [
        text
        for path in sorted((ROOT / "parindex").rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(apart)
        for text in unmarked(path)
    ]
    assert found == []
