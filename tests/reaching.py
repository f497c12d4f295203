"""What a piece of code of the product names, followed from definition to definition."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.installations import ROOT

Symbol = tuple[str, str]
"""(module, name at its top); an empty name is the module itself."""


class Module:
    """What a module defines, and which names of other modules stand for what in it."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.imported: dict[str, Symbol] = {}
        self.bodies: dict[str, list[ast.AST]] = {"": []}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                self.imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
            elif isinstance(node, ast.Import):
                self.imported |= {a.asname: (a.name, "") for a in node.names if a.asname}
        for statement in self.tree.body:
            for defined in _defined(statement):
                self.bodies.setdefault(defined, []).append(statement)


def _defined(node: ast.stmt) -> list[str]:
    """Names that a statement at the top of a module defines; what runs at import belongs to the module itself."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names or ([] if isinstance(node, ast.Import | ast.ImportFrom) else [""])


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted((ROOT / "parindex").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path)
    return found


def resolved(symbol: Symbol) -> Symbol | None:
    """Where a name is defined, through packages that hand it on; ``None`` outside the product."""
    every = modules()
    for _ in range(8):
        module, name = symbol
        if f"{module}.{name}" in every:
            return (f"{module}.{name}", "")
        if module not in every:
            return None
        if not name or name in every[module].bodies:
            return symbol
        if name not in every[module].imported:
            return None
        symbol = every[module].imported[name]
    return None


def named(module: Module, nodes: list[ast.AST]) -> Iterator[Symbol]:
    """What some code of a module names: definitions beside it, and those of other modules."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            if node.id in module.imported:
                yield module.imported[node.id]
            elif node.id in module.bodies:
                yield (module.name, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            whole = resolved(module.imported.get(node.value.id, ("", "")))
            if whole is not None and not whole[1]:
                yield (whole[0], node.attr)
