"""No permission without a page that asks for it, and no page of the office that asks for none."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from parindex.access.policy import ACTIONS, POLICY
from parindex.app import PAGES
from parindex.approvals.model import DRAFT_STATES
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES
from parindex.surveys.model import RoundState
from tests.reaching import Symbol, modules, named, resolved

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "access.md"
NO_DEED: Final = re.compile(r"parindex\.api\.shared\..*|.*_view|parindex\.access\.(policy|delegations\.model)")
"""Where permissions are named and nothing is done with them: menus, buttons, the table itself, what may be lent."""
THINGS: Final = {"/work/criteria": "criteria_set", "/work/instruments": "instrument"}
"""What the pages of ``api/work/approving.py`` and ``draft_reading.py`` are of, by the beginning of their address."""
STEPS: Final = ("_asked_step.", "_publishing.", "_with_reason.")
"""How handlers of steps are called there."""


def _written(nodes: list[ast.AST]) -> Iterator[str]:
    """Every text of some code; what a value fills in is a star."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def _read(function: Symbol) -> tuple[frozenset[str], tuple[Symbol, ...]]:
    """The texts of a function, and what it calls that does something."""
    name, symbol = function
    every = modules()
    nodes = every[name].bodies.get(symbol, [])
    steps = (step for step in map(resolved, named(every[name], nodes)) if step is not None and step[1])
    return frozenset(_written(nodes)), tuple(step for step in steps if not NO_DEED.fullmatch(step[0]))


@cache
def asked_by(start: Symbol) -> frozenset[str]:
    """Permissions that a function names, itself or in what it calls."""
    seen, waiting = {start}, [start]
    found: set[str] = set()
    while waiting:
        texts, steps = _read(waiting.pop())
        found |= texts
        waiting += [step for step in dict.fromkeys(steps) if step not in seen]
        seen.update(steps)
    return frozenset(found)


def _of_a_draft(address: str, function: str, asked: frozenset[str]) -> frozenset[str]:
    """What a page of a draft asks: its thing is known by where it stands, the deed of a step by its last word."""
    thing = next((thing for begun, thing in THINGS.items() if address.startswith(begun)), None)
    if thing is None:
        return frozenset()
    deeds = {one.removeprefix("*:") for one in asked if re.fullmatch(r"\*:\w+", one)}
    if function.startswith(STEPS):
        assert "*:*" in asked_by(("parindex.approvals.flow", "moving"))
        deeds = {address.rpartition("/")[2]}
    return ACTIONS & {f"{thing}:{deed}" for deed in deeds}


@cache
def pages() -> dict[tuple[str, str], frozenset[str]]:
    """(method, address) of every handler below ``/work``, with the permissions that it asks."""
    found = {}
    for name in PAGES:
        for handler in importlib.import_module(f"parindex.api.{name}").routes:
            function = handler.fn.__qualname__
            asked = asked_by((handler.fn.__module__, function.partition(".")[0]))
            for address in (path for path in handler.paths if path.startswith("/work")):
                shown = re.sub(r"{(\w+)(?::\w+)?}", r"<\1>", address)
                for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                    found[method, shown] = (asked & ACTIONS) | _of_a_draft(shown, function, asked)
    return found


def free() -> set[tuple[str, str]]:
    text = DOCUMENT.read_text(encoding="utf-8").split("## Pages and permissions")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \| .+ \|$", text, re.MULTILINE))


def test_every_permission_of_the_table_is_asked_by_a_page() -> None:
    asked = {action for page, actions in pages().items() if page not in free() for action in actions}
    assert ACTIONS - asked == set()


def test_every_permission_to_change_something_is_asked_by_a_form() -> None:
    asked = {action for (method, _), actions in pages().items() if method == "POST" for action in actions}
    assert {action for action in ACTIONS - asked if not action.endswith(":read")} == set()


def test_every_page_of_the_office_asks_a_permission_or_is_listed_with_its_reason() -> None:
    assert {page for page, actions in pages().items() if not actions} <= free()
    assert free() <= pages().keys()


def test_every_state_of_the_table_is_one_that_a_thing_may_have() -> None:
    known = {*DRAFT_STATES, *CYCLE_STATES, *SHEET_STATES, *RoundState.__args__, "*"}  # type: ignore[attr-defined]
    assert {state for rule in POLICY for state in rule.states} - known == set()


def test_the_walk_tells_pages_apart() -> None:
    assert pages()["POST", "/work/people/import"] == {"person:import"}
    assert "edition:publish" not in pages()["POST", "/work/years/<cycle_id>/compute"]
    assert pages()["POST", "/work/criteria/drafts/<draft_id>/approve"] == {"criteria_set:approve"}
