"""What the field's roles may, may not and will do, as ``docs/access.md`` promises it, against the policy table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from parindex.access.model import ROLES
from parindex.access.policy import ACTIONS, POLICY, may
from tests.access.test_policy import person

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "access.md"
WHOSE: Final = {"own": True, "other": False}
STATES: Final = sorted({state for rule in POLICY for state in rule.states} | {"*", "no_such_state"})


class Permission(msgspec.Struct, frozen=True):
    """A permission as a line names it."""

    action: str
    """Of the policy table, or of one to come."""

    own: tuple[bool | None, ...]
    """Whose thing; every way where the line does not say."""

    states: tuple[str, ...]
    """Of the thing; every state where the line does not say."""


class Promise(msgspec.Struct, frozen=True):
    """A line of the table."""

    role: str
    """Whose."""

    verb: str
    """may · may not · later."""

    what: str
    """In words."""

    permissions: tuple[Permission, ...]
    """By the table."""

    def granted(self) -> Iterator[tuple[Permission, bool]]:
        """Each permission, and whether the role has it in any way that the line means."""
        for one in self.permissions:
            ways = ((state, own) for state in one.states for own in one.own)
            yield one, any(may(person(self.role), one.action, state=state, own=own) for state, own in ways)


def _permission(text: str) -> Permission:
    action, *words = text.split()
    own = tuple(WHOSE[word] for word in words if word in WHOSE)
    states = tuple(word for word in words if word not in WHOSE)
    return Permission(action=action, own=own or (True, False, None), states=states or tuple(STATES))


def promises() -> list[Promise]:
    text = DOCUMENT.read_text(encoding="utf-8").split("## What the roles of practice may")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (may not|may|later) \| (.+?) \| (.+) \|$", text, re.MULTILINE)
    return [
        Promise(role, verb, what, tuple(_permission(one) for one in re.findall(r"`([^`]+)`", permissions)))
        for role, verb, what, permissions in rows
    ]


PROMISES: Final = promises()


def said(promise: Promise) -> str:
    return f"{promise.role} {promise.verb} {promise.what}"


@pytest.mark.parametrize("promise", [one for one in PROMISES if one.verb == "may"], ids=said)
def test_what_a_role_may_is_in_the_table(promise: Promise) -> None:
    assert [one.action for one, granted in promise.granted() if not granted] == []


@pytest.mark.parametrize("promise", [one for one in PROMISES if one.verb == "may not"], ids=said)
def test_what_a_role_may_not_is_refused_in_every_way(promise: Promise) -> None:
    assert {one.action for one in promise.permissions} <= ACTIONS
    assert [one.action for one, granted in promise.granted() if granted] == []


@pytest.mark.parametrize("promise", [one for one in PROMISES if one.verb == "later"], ids=said)
def test_what_comes_later_has_not_come_unnoticed(promise: Promise) -> None:
    assert {one.action for one in promise.permissions} & ACTIONS == set(), "it is in the table: take it off the page"
    assert re.search(r"\([a-z :]+\)$", promise.what), "say what will bring it"


def test_every_role_has_a_line_and_every_line_names_a_permission() -> None:
    assert {one.role for one in PROMISES} == ROLES.keys()
    assert [said(one) for one in PROMISES if not one.permissions] == []


def test_a_role_that_sees_others_drafts_does_not_exist() -> None:
    drafts = ("not_started", "drafting", "with_leader")
    seen = [
        (role, action, state)
        for role in ROLES for action in ("sheet:read", "evidence:read", "appraisal:read") for state in drafts
        if may(person(role), action, state=state, own=False)
    ]  # fmt: skip
    assert seen == []
