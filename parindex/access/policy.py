"""The one policy table: (role, action, state, own agency or not). What it does not name is refused.

``own`` says whether the thing belongs to the person's own agency: True only then, False only otherwise,
None either way. ``states`` names the states of the thing in which the action is allowed.
"""

from __future__ import annotations

from typing import Final

import msgspec

from parindex import audit
from parindex.access.model import Person, StandIn
from parindex.errors import Refused

ANY: Final[frozenset[str]] = frozenset({"*"})
"""Every state."""


class PolicyLine(msgspec.Struct, frozen=True):
    """One line of the table."""

    role: str
    """A role of ``ROLES``."""

    action: str
    """``thing:deed``."""

    states: frozenset[str] = ANY
    """States of the thing."""

    own: bool | None = None
    """Own agency, another's, or either."""


def _rules(action: str, *roles: str, states: str = "*", own: bool | None = None) -> tuple[PolicyLine, ...]:
    return tuple(PolicyLine(role, action, frozenset(states.split()), own) for role in roles)


_STAFF: Final = ("secretary", "council_member", "council_chair", "approver", "auditor")
_RUNNING: Final = "issued self_assessment appraisal_1 consolidation approval"

POLICY: Final[tuple[PolicyLine, ...]] = (
    # people
    *_rules("person:read", "administrator", "auditor"),
    *_rules("person:read", "focal_point", own=True),
    *_rules("person:add", "administrator"),
    *_rules("person:add", "focal_point", own=True),
    *_rules("person:change", "administrator"),
    *_rules("person:change", "focal_point", own=True),
    *_rules("person:grant", "administrator"),
    *_rules("person:grant", "focal_point", own=True),
    *_rules("person:invite", "administrator"),
    *_rules("person:invite", "focal_point", own=True),
    *_rules("person:stop", "administrator"),
    *_rules("person:stop", "focal_point", own=True),
    *_rules("person:import", "administrator"),
    *_rules("rights:review", "administrator"),
    *_rules("tenant:set", "administrator"),
    *_rules("delegation:read", "administrator", "auditor"),
    *_rules("delegation:record", "administrator"),
    *_rules("delegation:record", "leader", "secretary", "appraiser", own=True),
    *_rules("audit:read", "auditor"),
    # jobs
    *_rules("job:read", "administrator", "auditor"),
    *_rules("job:retry", "administrator"),
    *_rules("job:cancel", "administrator"),
    # criteria sets and cycles
    *_rules("criteria_set:read", "index_manager", "approver", "secretary", "auditor"),
    *_rules("criteria_set:draft", "index_manager", states="drafting returned"),
    *_rules("criteria_set:submit", "index_manager", states="drafting returned"),
    *_rules("criteria_set:withdraw", "index_manager", states="drafting returned"),
    *_rules("criteria_set:comment", "index_manager", "approver", states="drafting returned submitted approved"),
    *_rules("criteria_set:approve", "approver", states="submitted", own=False),
    *_rules("criteria_set:return", "approver", states="submitted approved"),
    *_rules("criteria_set:publish", "index_manager", "approver", states="approved"),
    *_rules("instrument:read", "index_manager", "approver", "secretary", "auditor"),
    *_rules("instrument:draft", "index_manager", states="drafting returned"),
    *_rules("instrument:submit", "index_manager", states="drafting returned"),
    *_rules("instrument:withdraw", "index_manager", states="drafting returned"),
    *_rules("instrument:comment", "index_manager", "approver", states="drafting returned submitted approved"),
    *_rules("instrument:approve", "approver", states="submitted", own=False),
    *_rules("instrument:return", "approver", states="submitted approved"),
    *_rules("instrument:publish", "index_manager", "approver", states="approved"),
    *_rules("cycle:draft", "index_manager", "secretary", states="draft"),
    *_rules("cycle:issue", "secretary", states="draft"),
    *_rules("cycle:open", "secretary", states="draft issued"),
    *_rules("cycle:join", "secretary", states="issued self_assessment"),
    *_rules("cycle:read", "index_manager", *_STAFF),
    *_rules("overview:read", "steering_reader", "council_chair", "approver", "auditor"),
    *_rules("cycle:close_self_assessment", "secretary", states="self_assessment"),
    *_rules("cycle:extend", "secretary", "council_chair", states="self_assessment appraisal_1"),
    *_rules("cycle:close_appraisal", "secretary", states="appraisal_1"),
    *_rules("cycle:amend_set", "secretary", states="issued self_assessment appraisal_1"),
    *_rules("cycle:pause", "secretary", "council_chair", states=_RUNNING),
    *_rules("cycle:resume", "secretary", "council_chair", states="paused"),
    *_rules("cycle:cancel", "council_chair", "approver", states=f"{_RUNNING} paused"),
    *_rules("cycle:archive", "secretary", states="published"),
    # the year computed and published
    *_rules("year:compute", "secretary", states="consolidation correction"),
    *_rules("year:submit", "secretary", states="consolidation correction"),
    *_rules("year:return", "approver", states="approval"),
    *_rules("year:read", "secretary", "council_member", "council_chair", "approver", "auditor"),
    *_rules("edition:publish", "approver", states="approval"),
    *_rules("edition:retract", "approver"),
    # a published year corrected
    *_rules("year:reopen", "secretary", "approver", states="published"),
    *_rules("year:give_up_correction", "secretary", "approver", states="correction"),
    *_rules("entry:correct", "appraiser", "council_chair", states="correction", own=False),
    # agencies, sheets and evidence
    *_rules(
        "agency:read", "administrator", "index_manager", "specialist", "focal_point", "leader", "appraiser", *_STAFF
    ),
    *_rules("agency:edit", "index_manager"),
    *_rules("agency:import", "index_manager"),
    *_rules("sheet:read", "specialist", "focal_point", "leader", own=True),
    *_rules("sheet:read", *_STAFF, states="submitted auto_locked appraisal_1 closed"),
    *_rules("sheet:read", "appraiser", states="submitted auto_locked appraisal_1 closed", own=False),
    *_rules("sheet:edit", "specialist", "focal_point", states="not_started drafting", own=True),
    *_rules(
        "leaf:assign",
        "focal_point",
        states="not_started drafting with_leader submitted auto_locked appraisal_1",
        own=True,
    ),
    *_rules("leaf:hand_in", "specialist", "focal_point", states="drafting", own=True),
    *_rules("leaf:give_back", "focal_point", states="drafting", own=True),
    *_rules("sheet:hand_in", "specialist", "focal_point", states="drafting", own=True),
    *_rules("sheet:return", "leader", states="with_leader", own=True),
    *_rules("sheet:submit", "leader", states="with_leader", own=True),
    *_rules("sheet:withdraw", "leader", states="submitted", own=True),
    *_rules("sheet:give_back", "secretary", states="submitted auto_locked appraisal_1", own=False),
    *_rules("evidence:register", "specialist", "focal_point", own=True),
    *_rules("evidence:read", "specialist", "focal_point", "leader", own=True),
    *_rules("evidence:read", *_STAFF, states="submitted auto_locked appraisal_1 closed"),
    *_rules("evidence:read", "appraiser", states="submitted auto_locked appraisal_1 closed", own=False),
    *_rules("entry:redeclare", "specialist", "focal_point", states="submitted auto_locked appraisal_1", own=True),
    *_rules("sheet:resend", "leader", states="submitted auto_locked appraisal_1", own=True),
    *_rules("entry:answer", "specialist", "focal_point", states="appraisal_1", own=True),
    # appraisal
    *_rules("appraisal:read", "appraiser", *_STAFF, states="submitted auto_locked appraisal_1 closed", own=False),
    *_rules("appraisal:decide", "appraiser", states="submitted auto_locked appraisal_1", own=False),
    # surveys
    *_rules("survey:read", "index_manager", "secretary", "auditor"),
    *_rules("survey:read", "interviewer", "field_supervisor", states="open"),
    *_rules("survey:invite", "index_manager", "secretary", states="open"),
    *_rules("survey:extend", "index_manager", "secretary", states="open"),
    *_rules("survey:lock", "secretary", states="open locking"),
    *_rules("survey:compute", "index_manager", "secretary", states="locked"),
    *_rules("survey:export", "index_manager", states="locked"),
)
"""Read by the matrix test and printed in ``docs/access.md``."""

ACTIONS: Final[frozenset[str]] = frozenset(rule.action for rule in POLICY)
"""Every action that some role may do."""


def may(person: Person | None, action: str, *, state: str = "*", own: bool | None = None) -> bool:
    """Whether the table allows it; of a role in whose place a person stands, only what was delegated.

    A deed that is allowed is noted for the record, with the person in whose place it is done.

    Args:
        person: ``None`` is a visitor, who may do nothing of this table.
        action: An action of the table.
        state: State of the thing; ``*`` where it has none.
        own: Whether the thing is of the person's own agency; ``None`` where that has no meaning.
    """
    if person is None:
        return False
    allowing = [
        rule
        for rule in POLICY
        if rule.action == action
        and rule.role in person.roles
        and (rule.states == ANY or state in rule.states)
        and (rule.own is None or rule.own is own)
    ]
    stood_for = [person.acts_for(rule.role, action) for rule in allowing if not person.holds(rule.role)]
    by_right = any(person.holds(rule.role) for rule in allowing)
    given = next(filter(None, stood_for), None)
    if not action.endswith(":read") and (by_right or given):
        _note(person, None if by_right else given)
    return by_right or given is not None


def _note(person: Person, stood_for: StandIn | None) -> None:
    if stood_for is None:
        audit.acting.clear(person.actor)
    else:
        audit.acting.note(person.actor, stood_for.of, stood_for.id)


def require(person: Person | None, action: str, *, state: str = "*", own: bool | None = None) -> Person:
    """The person, if the table allows it.

    Raises:
        Refused: ``sign_in_needed`` for a visitor, ``not_allowed`` otherwise.
    """
    if person is None:
        raise Refused("sign_in_needed")
    if not may(person, action, state=state, own=own):
        raise Refused("not_allowed")
    return person
