"""The policy table against the one in ``docs/access.md``: every role, action, state and ownership."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from parindex.access import Person
from parindex.access.model import ROLES
from parindex.access.policy import ACTIONS, POLICY, may, require
from parindex.errors import Refused

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "access.md"
OWN: Final = {"own": {True}, "other": {False}, "any": {True, False, None}}


@dataclass(frozen=True)
class Line:
    """A line of the documented table."""

    action: str
    roles: frozenset[str]
    states: frozenset[str] | None
    own: frozenset[bool | None]

    def allows(self, role: str, action: str, state: str, own: bool | None) -> bool:
        return (
            action == self.action
            and role in self.roles
            and (self.states is None or state in self.states)
            and own in self.own
        )


def documented() -> tuple[Line, ...]:
    table = DOCUMENT.read_text(encoding="utf-8").split("## The table")[1].split("\n## ")[0]
    lines = []
    for row in re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \| .+ \|$", table, re.MULTILINE):
        action, roles, states, whose = row
        lines.append(
            Line(
                action=action,
                roles=frozenset(roles.split(", ")),
                states=None if states == "any" else frozenset(states.split(", ")),
                own=frozenset(OWN[whose]),
            )
        )
    return tuple(lines)


EXPECTED: Final = documented()
STATES: Final = sorted(
    {"*", "no_such_state"}
    | {state for line in EXPECTED for state in line.states or ()}
    | {state for rule in POLICY for state in rule.states}
)
ALL_ACTIONS: Final = sorted({line.action for line in EXPECTED} | ACTIONS | {"no_such:action"})


def person(*roles: str) -> Person:
    return Person(
        tenant_id=UUID(int=1), id=UUID(int=2), login="nguoi", name="Nguyễn Thu Hạnh", agency_id=None, agency_name=None,
        roles=frozenset(roles),
    )  # fmt: skip


@pytest.mark.parametrize("role", [*ROLES, "no_such_role"])
def test_the_table_allows_what_the_document_says_and_nothing_else(role: str) -> None:
    somebody = person(role)
    differing = [
        (action, state, own, "allowed" if granted else "refused")
        for action in ALL_ACTIONS
        for state in STATES
        for own in (True, False, None)
        if (granted := may(somebody, action, state=state, own=own))
        != any(line.allows(role, action, state, own) for line in EXPECTED)
    ]
    assert differing == []


@pytest.mark.parametrize("action", ALL_ACTIONS)
def test_a_visitor_and_a_person_without_roles_may_nothing(action: str) -> None:
    for somebody in (None, person()):
        for state in STATES:
            assert not any(may(somebody, action, state=state, own=own) for own in (True, False, None))


def test_every_action_is_documented_and_every_documented_action_exists() -> None:
    assert {line.action for line in EXPECTED} == ACTIONS


def test_every_line_names_roles_that_exist() -> None:
    assert {rule.role for rule in POLICY} <= ROLES.keys()
    assert {role for line in EXPECTED for role in line.roles} <= ROLES.keys()


def test_every_role_is_described() -> None:
    described = re.findall(r"^\| `(\w+)` \| (.+?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(described[: len(ROLES)]) == ROLES


def test_two_roles_may_what_either_may() -> None:
    both = person("administrator", "auditor")
    assert may(both, "person:add")
    assert may(both, "audit:read")
    assert not may(both, "criteria_set:publish")


def test_the_auditor_changes_nothing() -> None:
    assert {rule.action for rule in POLICY if rule.role == "auditor" and not rule.action.endswith(":read")} == set()


def test_nobody_appraises_their_own_agency() -> None:
    assert {rule for rule in POLICY if rule.action.startswith("appraisal:") and rule.own is not False} == set()


def test_the_administrator_sees_no_sheet() -> None:
    actions = {rule.action for rule in POLICY if rule.role == "administrator"}
    assert {action.partition(":")[0] for action in actions} == {
        "agency", "person", "rights", "tenant", "delegation", "job",
    }  # fmt: skip
    assert "agency:read" in actions


def test_a_visitor_is_asked_to_sign_in_and_a_person_is_refused() -> None:
    with pytest.raises(Refused, match="sign_in_needed"):
        require(None, "person:add")
    with pytest.raises(Refused, match="not_allowed"):
        require(person("specialist"), "person:add")
    administrator = person("administrator")
    assert require(administrator, "person:add") is administrator
