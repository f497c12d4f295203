"""Every sentence of the source is in both catalogues, translated by a person, with the same values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment
from jinja2.lexer import Lexer

from parindex.errors import CATALOGUE, Refused
from parindex.messages import Message
from script import catalogues
from tests.installations import ROOT

VALUES = re.compile(r"%\(\w+\)[sd]|%%|%")
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
MARKING = {"_", "N_", "NC_", "gettext", "ngettext", "translate"}

DATA = {
    "parindex/access/guessable_passwords.py": "the letter đ in passwords",
    "parindex/assessments/criteria/target_rules.py": "what officials write as targets in their annexes, to be recognised",
    "parindex/criteria_workbook/adjustments.py": "what officials call points that are added or taken away, to be recognised",
    "parindex/criteria_workbook/annex.py": "what officials write in the tables of their decisions, to be recognised",
    "parindex/criteria_workbook/annex_head.py": "what officials write in the heads of their tables, to be recognised",
    "parindex/criteria_workbook/annex_tabs.py": "what officials write on the tabs of their workbooks, to be recognised",
    "parindex/criteria_workbook/answer_rows.py": "the word for points behind what an answer counts, to be recognised",
    "parindex/criteria_workbook/area_blocks.py": "what officials call an area in the heads of results, to be recognised",
    "parindex/criteria_workbook/flat_rows.py": "the letter Đ in codes, and names of what has none in a Vietnamese set",
    "parindex/criteria_workbook/layout.py": "how a workbook is spelled: read in either language, for ever",
    "parindex/criteria_workbook/nesting.py": "the letters by which officials number",
    "parindex/criteria_workbook/numbers.py": "units that officials write behind numbers",
    "parindex/criteria_workbook/outline.py": "the letters by which officials number",
    "parindex/criteria_workbook/rule_kinds.py": "how a workbook is spelled: read in either language, for ever",
    "parindex/reading/legacy_fonts.py": "letters of old encodings beside those of Unicode",
    "parindex/reading/text.py": "letters that look like Đ, and yes and no as people write them",
    "parindex/criteria_workbook/unit_columns.py": "the letter Đ in codes",
    "parindex/practice": "invented names and sentences of the practice year",
    "parindex/reading": "Vietnamese letters, and numerals in words",
    "parindex/text.py": "letters of the alphabet",
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


def test_no_vietnamese_stands_in_the_code_without_being_marked() -> None:
    found = [
        text
        for path in sorted((ROOT / "parindex").rglob("*.py"))
        if not str(path.relative_to(ROOT)).startswith(tuple(DATA))
        for text in unmarked(path)
    ]
    assert found == []


# one way of translating

CODE = sorted((ROOT / "parindex").rglob("*.py"))


def is_data(path: Path) -> bool:
    return str(path.relative_to(ROOT)).startswith(tuple(DATA))


def asks_for_a_language(test: ast.expr) -> bool:
    """Such as ``lang == "vi"``."""
    return any(
        isinstance(side, ast.Constant) and side.value in catalogues.LANGUAGES
        for node in ast.walk(test)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        for side in (node.left, *node.comparators)
    )


def written_out(value: ast.expr | None) -> bool:
    """Words that stand there, or the place of words in a pair."""
    if isinstance(value, ast.Constant):
        return type(value.value) in (str, int)
    if isinstance(value, ast.BinOp):
        return written_out(value.left) or written_out(value.right)
    if isinstance(value, ast.Tuple | ast.List):
        return any(map(written_out, value.elts))
    return isinstance(value, ast.JoinedStr)


def outcomes(node: ast.AST) -> list[ast.expr | None]:
    """What comes of asking for a language."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.If):
        return [
            step.value for step in (*node.body, *node.orelse) if isinstance(step, ast.Return | ast.Assign | ast.Expr)
        ]
    return []


def side_by_side(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Places where code holds one text in two languages, or chooses words by the language."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp | ast.If) and asks_for_a_language(node.test):
            if any(map(written_out, outcomes(node))):
                yield node
        elif isinstance(node, ast.Dict):
            told = {key.value for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and written_out(value)}  # fmt: skip
            if told >= set(catalogues.LANGUAGES):
                yield node
        elif isinstance(node, ast.Tuple | ast.List):
            for first, second in pairwise(node.elts):
                text = marked(first)
                if text and VIETNAMESE.search(text) and isinstance(second, ast.Constant) and " " in str(second.value):
                    yield node


def marked(node: ast.expr) -> str | None:
    """The sentence of a call that marks one, or a sentence as it stands."""
    if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).split(".")[-1] in MARKING:
        node = node.args[-1]
    return words(node)


def places(path: Path, nodes: Iterator[ast.expr | ast.stmt]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:100]}" for node in nodes]


@pytest.mark.parametrize(
    "code",
    [
        'x = "Đã gửi" if lang == "vi" else "Sent"',
        'x = words[0 if self.lang == "vi" else 1]',
        'x = {"vi": "Đã gửi", "en": "Sent"}[lang]',
        'x = (N_("Đã gửi"), "It was sent")',
        'def f(lang):\n    if lang != "en":\n        return f"{n} ngày"\n    return "days"',
        'def f(lang):\n    if lang == "en":\n        told = "row " + n',
    ],
)
def test_two_languages_side_by_side_are_seen(code: str) -> None:
    assert list(side_by_side(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'name = self.name_en if lang == "en" else self.name_vi',
        'shown = number(value, 0, "vi") if lang == "vi" else value',
        'd = {"vi": text.vi, "en": text.en}',
        'told = N_("Đã gửi") if sent else N_("Chưa gửi")',
        'rows = ("code", "name")',
    ],
)
def test_names_that_people_gave_and_forms_of_numbers_may_depend_on_the_language(code: str) -> None:
    assert not list(side_by_side(ast.parse(code)))


def test_no_code_holds_two_languages_side_by_side() -> None:
    """A sentence is marked once, in Vietnamese, and translated by the catalogue."""
    assert [told for path in CODE if not is_data(path)
            for told in places(path, side_by_side(ast.parse(path.read_text(encoding="utf-8"))))] == []  # fmt: skip


def failures(path: Path, tree: ast.AST) -> Iterator[tuple[ast.Call, type]]:
    """Calls of a module that make a failure: one with a message, or a refusal with a code."""
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    known = dict(vars(module))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("parindex"):
            source = import_module(node.module)
            known |= {name.asname or name.name: getattr(source, name.name, None) for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            made = known.get(node.func.id)
            if isinstance(made, type) and issubclass(made, Message | Refused):
                yield node, made


def is_sentence(node: ast.expr) -> bool:
    """Words that stand there unmarked, more than one."""
    return re.search(r"[^\W\d] +[^\W\d]", words(node) or "") is not None


def untold(path: Path) -> Iterator[ast.expr | ast.stmt]:
    """Failures whose words nobody translates."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call, made in failures(path, tree):
        first = words(call.args[0]) if call.args else None
        if issubclass(made, Refused):
            wrong = isinstance(call.args[0], ast.Constant) and first not in CATALOGUE
        else:
            wrong = bool(first and re.sub(r"%\(\w+\)s", "", first).strip())
        if wrong or any(is_sentence(keyword.value) for keyword in call.keywords):
            yield call


def test_nothing_is_raised_to_people_in_words_that_are_not_translated() -> None:
    """Settings, servers, keys, files, refusals: a message id marked by ``N_``, or a code of the catalogue of errors."""
    assert [told for path in CODE if path.name != "__main__.py" for told in places(path, untold(path))] == []


def test_every_failure_that_a_command_catches_can_be_told_in_both_languages() -> None:
    """What is printed as it is would be in one language: the commands tell it by ``failures.told``."""
    printed = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "parindex" / "commands").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print" and node.args
        if isinstance(node.args[0], ast.Name) and node.args[0].id in ("error", "failure", "fault", "refused")
    ]
    assert printed == []
