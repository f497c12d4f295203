"""The house stays as it was drawn: SQL in its place, names of the domain, nothing that scrolls."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "parindex"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONGEST_FUNCTION = 60
"""Lines without the docstring: what fits a screen."""

LONGEST_FILE = 450
"""Lines: what fits a head."""

SQL = re.compile(
    r"""^\s*(select\s|insert\s+into\s|update\s+[\w.{}]+\s+set\s|delete\s+from\s|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s*\(
    |(create|alter|drop)\s+(table|index|role|schema|database|view|policy|function)\s|truncate\s|copy\s+\w+\s*\(|lock\s+table)""",
    re.IGNORECASE | re.VERBOSE,
)
CATCH_ALL_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "core"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def docstrings(module: ast.Module) -> set[int]:
    """Ids of the nodes that document something, attributes included."""
    return {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of every string that is no docstring; of a formatted one its first part."""
    passed = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values[1:]}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.lineno, node.value


def holds_sql(path: Path) -> bool:
    """Whether SQL may stand in a module: the store, a ``queries.py``, or a module of a package ``queries``."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] == "store" or inside.name == "queries.py" or "queries" in inside.parts[:-1]


def test_sql_stands_in_queries_and_in_the_store_only() -> None:
    found = [
        f"{place(path, line)}: {text.split(chr(10))[0].strip()[:60]}"
        for path in MODULES
        if not holds_sql(path)
        for line, text in strings(tree(path))
        if SQL.match(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("select id from people", True),
        ("\n  with last as (select 1)", True),
        ("update cycles set state = $1", True),
        ("update the sheet", False),
        ("Select an agency", True),
        ("delete from sessions", True),
        ("drop the unit", False),
    ],
)
def test_the_search_for_sql_knows_what_it_looks_for(text: str, is_sql: bool) -> None:
    assert bool(SQL.match(text)) is is_sql


def test_modules_are_named_after_the_domain() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if {path.stem, path.parent.name} & CATCH_ALL_NAMES] == []


def types_named(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(name, what it stands for) of every class of a module, wherever it stands, and of the types it calls otherwise."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield node.name, f"a class of line {node.lineno}"
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name) and re.match(r"_?[A-Z][a-z]", target.id):
                    yield target.id, ast.unparse(statement.value)


def named_twice(modules: dict[str, ast.Module]) -> list[str]:
    """Names of classes, and of other types that are not the same type everywhere, with the modules they stand in."""
    places: dict[str, list[str]] = {}
    meanings: dict[str, set[str]] = {}
    for path, module in modules.items():
        for name, meaning in types_named(module):
            places.setdefault(name, []).append(path)
            meanings.setdefault(name, set()).add(f"{path}: {meaning}" if meaning.startswith("a class") else meaning)
    return [f"{name}: {', '.join(places[name])}" for name in sorted(places) if len(meanings[name]) > 1]


def test_a_class_name_stands_once_in_the_house() -> None:
    assert named_twice({str(path.relative_to(ROOT)): tree(path) for path in MODULES}) == []


@pytest.mark.parametrize(
    ("here", "there", "twice"),
    [
        ("class Row: ...", "class Row: ...", True),
        ("class Row: ...", "class Line: ...", False),
        ("class Row: ...", "def read() -> None:\n    class Row: ...", True),
        ("class Row: ...", "Row = tuple[str, int]", True),
        ("class Row: ...", "Row: TypeAlias = 'Record'", True),
        ("class Row: ...", "row = ROW = 1", False),
        ("Row = tuple[str, int]", "Row = tuple[str, str]", True),
        ("Row = tuple[str, int]", "Row = tuple[str, int]", False),
    ],
)
def test_the_search_for_names_knows_what_it_looks_for(here: str, there: str, twice: bool) -> None:
    assert bool(named_twice({"here": ast.parse(here), "there": ast.parse(there)})) is twice


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_no_function_scrolls() -> None:
    found = [
        f"{place(path, node.lineno)} {node.name}: {lines_without_docstring(node)} lines"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_without_docstring(node) > LONGEST_FUNCTION
    ]
    assert not found, "\n".join(found)


def test_every_file_fits_a_head() -> None:
    found = {
        str(path.relative_to(ROOT)): length
        for path in MODULES
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert found == {}


@cache
def pages() -> frozenset[str]:
    """Names of all kinds of pages, which are Structs by what they extend."""
    names = {"Page"}
    classes = [node for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    while more := {node.name for node in classes if names & {ast.unparse(base) for base in node.bases}} - names:
        names |= more
    return frozenset(names)


def structs(module: ast.Module) -> Iterator[ast.ClassDef]:
    """Shapes that other modules may see."""
    for node in ast.walk(module):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        if {ast.unparse(base) for base in node.bases} & {"msgspec.Struct", "Struct", *pages()}:
            yield node


def test_every_field_of_every_struct_is_described() -> None:
    found = []
    for path in MODULES:
        for struct in structs(tree(path)):
            for field, after in zip(struct.body, [*struct.body[1:], None], strict=True):
                described = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                told_above = isinstance(field, ast.AnnAssign) and ast.unparse(field).startswith("template: ClassVar")
                if isinstance(field, ast.AnnAssign) and not described and not told_above:
                    found.append(f"{place(path, field.lineno)} {struct.name}.{ast.unparse(field.target)}")
    assert not found, "\n".join(found)


def test_every_struct_is_frozen() -> None:
    found = [
        f"{place(path, struct.lineno)} {struct.name}"
        for path in MODULES
        for struct in structs(tree(path))
        if not any(
            keyword.arg == "frozen" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            for keyword in struct.keywords
        )
    ]
    assert not found, "\n".join(found)


def floats(module: ast.Module) -> Iterator[ast.expr]:
    """Float literals and conversions, but for ``cutoff``: how alike two names must be is no number of the law."""
    passed = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.keyword) and node.arg == "cutoff"}
    for node in ast.walk(module):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float) and id(node) not in passed
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        if literal or call:
            yield node


def test_scoring_knows_no_float_but_in_simulation() -> None:
    found = [
        f"{place(path, node.lineno)} {ast.unparse(node)}"
        for path in sorted((PACKAGE / "scoring").rglob("*.py"))
        if path.parent.name != "simulation"
        for node in floats(tree(path))
    ]
    assert not found, "\n".join(found)


def test_nothing_is_left_to_be_done_later_in_secret() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in (PACKAGE, ROOT / "migrations", ROOT / "frontend_templates", ROOT / "script", ROOT / "docs")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in {"", ".py", ".html", ".css", ".md"} and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert found == []


def test_optional_packages_are_asked_for_by_their_extra_and_are_not_locked_for_running() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        re.split(r"[^\w-]", needed)[0] for packages in project["optional-dependencies"].values() for needed in packages
    }
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert names & locked == set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert names.isdisjoint(name.partition(".")[0] for name in imported), (
                    f"{path}: statistics.extras gives it"
                )


def test_pages_name_no_address_outside_the_house() -> None:
    outside = re.compile(r"""(?:src|href|action|srcset)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "frontend_templates").rglob("*"))
        if path.suffix in {".html", ".css"} and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if outside.search(line)
    ]
    assert found == []
