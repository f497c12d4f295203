"""Migrations run beside a system that serves, and a version that was released never changes."""

from __future__ import annotations

import ast
import hashlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
HELPERS = sorted((ROOT / "parindex" / "store").glob("tenancy_v*.py"))
RELEASED = Path(__file__).parent / "data" / "released.txt"
"""Files that came with a release, with their digests: ``sha256sum`` checks them from the root."""

GUARDED_FROM = "0006"
"""The first version that came when systems were live."""


def imported(path: Path) -> set[str]:
    """Modules that a file imports, by their full names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add(node.module or "")
    return names


def upgrade(path: Path) -> ast.FunctionDef:
    (found,) = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    return found


@pytest.mark.parametrize("path", [*VERSIONS, *HELPERS], ids=lambda path: path.stem)
def test_a_version_imports_nothing_that_can_change(path: Path) -> None:
    frozen = {f"parindex.store.{helper.stem}" for helper in HELPERS}
    foreign = {
        name
        for name in imported(path)
        if name.split(".")[0] not in {"alembic", *sys.stdlib_module_names} and name not in frozen
    }
    assert foreign == set()


def test_what_was_released_is_as_it_was_released() -> None:
    lines = [line.split("  ") for line in RELEASED.read_text(encoding="utf-8").splitlines()]
    assert len(lines) >= 5
    for digest, name in lines:
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, f"{name} was released: write a new one"


def test_versions_stand_in_one_line() -> None:
    numbers = [path.name[:4] for path in VERSIONS]
    assert numbers == [f"{place:04}" for place in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("path", [p for p in VERSIONS if p.name >= GUARDED_FROM], ids=lambda path: path.stem)
def test_a_version_says_first_how_long_it_waits_and_is_one_transaction_or_none(path: Path) -> None:
    begun, *rest = [node for node in upgrade(path).body if not isinstance(node, ast.Constant)]
    assert isinstance(begun, ast.Expr)
    assert ast.unparse(begun).startswith("limits(lock='"), f"{path.name} sets no limits"
    outside = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.With)]
    if outside:
        assert [ast.unparse(node.items[0]) for node in outside] == ["unlocked()"]
        assert [ast.unparse(node) for node in rest] == [ast.unparse(node) for node in outside], (
            f"{path.name}: what stands before the block would be committed without its version"
        )


@pytest.mark.parametrize("path", [p for p in VERSIONS if p.name >= GUARDED_FROM], ids=lambda path: path.stem)
def test_constraints_on_tables_in_use_are_validated_beside_running_work(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    for statement in text.split('"'):
        if (
            "add constraint" in statement
            and "execute format" not in statement
            and (" check " in statement or "foreign key" in statement)
        ):
            assert "not valid" in statement, f"{path.name}: {statement.strip()[:80]}"
