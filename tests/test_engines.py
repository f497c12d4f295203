"""Every function of the engines is reached by a page or a command, or the architecture page names what will reach it."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.installations import ROOT
from tests.reaching import Symbol, modules, named, resolved

ENGINES = ("parindex.scoring", "parindex.statistics")
DOORS = ("parindex.api", "parindex.commands", "parindex.cli", "parindex.app", "parindex.serving")
PAGE = ROOT / "docs" / "architecture.md"


@cache
def reached() -> frozenset[Symbol]:
    """All that pages and commands come to, name by name."""
    every = modules()
    waiting = [(name, "*") for name in every if name.startswith(DOORS)]
    seen: set[Symbol] = set(waiting)
    while waiting:
        name, symbol = waiting.pop()
        module = every[name]
        if symbol == "*":
            nodes: list[ast.AST] = [module.tree]
        else:
            nodes = [*module.bodies[""], *module.bodies.get(symbol, [])]
        for found in map(resolved, named(module, nodes)):
            if found is None:
                continue
            # A room is taken whole; of an engine only what is named.
            step = found if found[0].startswith(ENGINES) else (found[0], "*")
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return frozenset(seen)


def public() -> set[Symbol]:
    """Functions and classes of the engines that are not private to their module."""
    return {
        (module.name, name)
        for module in modules().values() if module.name.startswith(ENGINES)
        for name, nodes in module.bodies.items()
        if name and not name.startswith("_")
        and isinstance(nodes[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }  # fmt: skip


def waiting() -> dict[Symbol, str]:
    """What the architecture page names as waiting, and for what."""
    text = PAGE.read_text(encoding="utf-8").partition("## Engines that wait")[2].partition("\n## ")[0]
    found = {}
    for path, names, feature in re.findall(r"^\| `(\S+)\.py` \| (.+?) \| (.+?) \|$", text, re.MULTILINE):
        module = "parindex." + path.replace("/", ".").removesuffix(".__init__")
        found |= {(module, name): feature for name in re.findall(r"`(\w+)`", names)}
    return found


def test_what_no_page_and_no_command_reaches_is_named_with_what_will() -> None:
    alone = public() - reached()
    assert alone - waiting().keys() == set(), "reached by nobody: delete it, or say on the page what will reach it"
    assert waiting().keys() - alone == set(), "reached by now, or gone: take it off the page"


def test_the_walk_sees_what_is_reached_and_what_is_not() -> None:
    assert ("parindex.statistics.at_scale.item_index", "ItemGroups") in reached()
    assert ("parindex.scoring.points.scores", "score") in reached()
    assert ("parindex.statistics.raters.agreement", "cohen_kappa") not in reached()
    assert len(public() & reached()) > 150
