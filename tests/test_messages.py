"""Every sentence of the source is in both catalogues, translated by a person, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment
from jinja2.lexer import Lexer

from script import catalogues
from tests.installations import ROOT

VALUES = re.compile(r"%\(\w+\)[sd]|%%|%")
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
MARKING = {"_", "N_", "NC_", "gettext", "ngettext", "translate"}

DATA = {
    "parindex/criteria_workbook": "what officials write in the tables of their decisions, to be recognised",
    "parindex/practice": "invented names and sentences of the practice year",
    "parindex/text.py": "letters of the alphabet, and the word between clock and day",
    "parindex/reading/numbers.py": "Vietnamese numerals in words",
    "parindex/reading/text.py": "yes and no as people write them",
    "parindex/api/shared/countdown.py": "the word between clock and day",
}
"""Modules whose Vietnamese is not a message."""


@pytest.fixture(scope="module")
def source() -> Catalog:
    return catalogues.found()


def ids(catalogue: Catalog) -> set[str]:
    return {f"{message.context or ''}\x04{message.id}" for message in catalogues.messages(catalogue)}


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


def words(node: ast.AST) -> str | None:
    """The text of a string; of a formatted one its plain parts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return None


def in_both_languages(node: ast.AST) -> Iterator[ast.AST]:
    """Strings that stand before their English: ``("…", "in English")``, in a pair, a call or a choice."""
    row: list[ast.expr] = []
    if isinstance(node, ast.Tuple):
        row = node.elts
    elif isinstance(node, ast.Call):
        row = node.args
    elif isinstance(node, ast.IfExp):
        row = [node.body, node.orelse]
    for vietnamese, english in pairwise(row):
        told = words(english)
        if told is not None and not VIETNAMESE.search(told):
            yield from ast.walk(vietnamese)


def unmarked(path: Path) -> Iterator[str]:
    """Vietnamese strings of a module that no marking function receives and that no English stands beside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in MARKING:
            passed |= {id(argument) for argument in node.args}
        passed |= {id(one) for one in in_both_languages(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in passed and VIETNAMESE.search(str(node.value)):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {str(node.value)[:80]}"


def test_what_is_marked_in_the_code_is_collected(source: Catalog) -> None:
    """A call inside a formatted string is not seen by the collector."""
    known = {message.id[0] if message.pluralizable else message.id for message in catalogues.messages(source)}
    lost = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {told}"
        for path in sorted((ROOT / "parindex").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args and (mark := ast.unparse(call.func).split(".")[-1]) in MARKING
        if isinstance(marked := call.args[mark == "NC_"], ast.Constant)
        and (told := words(marked))
        and told not in known
    ]
    assert lost == []


def test_no_vietnamese_stands_in_the_code_without_being_marked_or_told_in_english() -> None:
    found = [
        text
        for path in sorted((ROOT / "parindex").rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(tuple(DATA))
        for text in unmarked(path)
    ]
    assert found == []
