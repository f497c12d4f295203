"""The policy table applied to a sheet: whose it is, which state it is in, and what a refusal may tell.

A sheet is of its agency. A leaf is of that agency, and of the owner body that the year names for it: so it is the body's
own where a deed is about this leaf, and no more than this leaf.
"""

from __future__ import annotations

from parindex import access
from parindex.access.policy import POLICY
from parindex.assessments.cycles import deadlines
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Sheet, SheetEntry
from parindex.errors import Refused
from parindex.text import date_text


def own(person: access.Person | None, sheet: Sheet, code: str | None = None) -> bool:
    """Whether a sheet is of the person's own agency, or one of its leaves of the agency as its owner body."""
    if person is None:
        return False
    return person.agency_id == sheet.agency_id or (code is not None and code in part(person, sheet))


def part(person: access.Person | None, sheet: Sheet) -> frozenset[str]:
    """The leaves that the person's agency declares in the sheet of another."""
    if person is None or person.agency_id is None:
        return frozenset()
    return frozenset(code for code, owner in sheet.owners.items() if owner.id == person.agency_id)


def involved(person: access.Person | None, sheet: Sheet) -> bool:
    """Whether the person's agency declares anything of a sheet: nobody appraises what they wrote."""
    return own(person, sheet) or bool(part(person, sheet))


def may(person: access.Person | None, action: str, sheet: Sheet, code: str | None = None) -> bool:
    """Whether the table allows an action on a sheet, or on one leaf of it."""
    whose = involved(person, sheet) if action.startswith("appraisal:") else own(person, sheet, code)
    return access.may(person, action, state=sheet.state, own=whose)


def may_part(person: access.Person | None, action: str, sheet: Sheet) -> bool:
    """Whether the table allows an action on some leaf of a sheet."""
    return may(person, action, sheet) or any(may(person, action, sheet, code) for code in part(person, sheet))


def require_open(sheet: Sheet, cycle: Cycle) -> None:
    """A sheet is changed while its year takes declarations, and until its deadline: by the database's clock.

    Raises:
        Refused: ``cycle_wrong_state``; ``sheet_shut`` naming the last day.
    """
    if cycle.state != "self_assessment":
        raise Refused("cycle_wrong_state")
    if sheet.shut and sheet.closes is not None:
        last, until = deadlines.last_day(sheet.closes)
        raise Refused("sheet_shut", until=f"{until} {date_text(last)}")


def may_declare(person: access.Person | None, sheet: Sheet, entry: SheetEntry) -> bool:
    """Whether a person may declare a leaf: of a sheet that is drafted, or one that a corrected set has opened again."""
    action = "entry:redeclare" if entry.reopened and sheet.state in WITH_APPRAISERS else "sheet:edit"
    return may(person, action, sheet, entry.code) and entrusted(person, sheet, entry.code)


def entrusted(person: access.Person | None, sheet: Sheet, code: str) -> bool:
    """Whether nobody else of the person's agency has a leaf: who has it declares it, and the focal point any."""
    if person is None or "focal_point" in person.roles:
        return person is not None
    holders = sheet.assignments.declared_by(code, person.agency_id)
    return not holders or any(one.person_id == person.id for one in holders)


def may_bundle(person: access.Person | None, sheet: Sheet) -> bool:
    """Whether a person may hand in the sheet: of one whose leaves were given out only the focal point, where there is one."""
    roles = person.roles if person else frozenset()
    return may(person, "sheet:hand_in", sheet) and (not sheet.assignments.bundled or "focal_point" in roles)


def require_entrusted(person: access.Person | None, sheet: Sheet, code: str) -> None:
    """Refuse a leaf that others of the agency have.

    Raises:
        Refused: ``leaf_of_others`` naming the leaf and who declares it.
    """
    if person is not None and not entrusted(person, sheet, code):
        holders = sheet.assignments.declared_by(code, person.agency_id)
        raise Refused("leaf_of_others", criterion=code, who=", ".join(one.name for one in holders))


def require_declaring(person: access.Person | None, sheet: Sheet, cycle: Cycle, entry: SheetEntry) -> access.Person:
    """The person, if they may declare a leaf now.

    Raises:
        Refused: ``reopened_shut`` where a leaf that was opened again is taken no more; as :func:`require`,
            :func:`require_open` and :func:`require_entrusted`.
    """
    if entry.state != "reopened" or sheet.state not in WITH_APPRAISERS:
        actor = require(person, "sheet:edit", sheet, entry.code)
        require_open(sheet, cycle)
        require_entrusted(person, sheet, entry.code)
        return actor
    actor = require(person, "entry:redeclare", sheet, entry.code)
    if cycle.state not in ("self_assessment", "appraisal_1"):
        raise Refused("cycle_wrong_state")
    if entry.reopen_shut and entry.reopen_closes is not None:
        raise Refused("reopened_shut", until=date_text(deadlines.last_day(entry.reopen_closes)[0]))
    require_entrusted(person, sheet, entry.code)
    return actor


def require(person: access.Person | None, action: str, sheet: Sheet, code: str | None = None) -> access.Person:
    """The person, if the table allows the action on the sheet, or on one leaf of it.

    Raises:
        Refused: ``sign_in_needed``; ``not_found`` where not even the sheet's existence is the person's business;
            ``sheet_wrong_state`` where only the state stands against it; else ``not_allowed``.
    """
    if person is None:
        raise Refused("sign_in_needed")
    if may(person, action, sheet, code):
        return person
    if not may(person, "sheet:read", sheet, code) and not part(person, sheet):
        raise Refused("not_found")
    whose = own(person, sheet, code)
    in_another_state = any(
        rule.action == action and rule.role in person.roles and (rule.own is None or rule.own is whose)
        for rule in POLICY
    )
    raise Refused("sheet_wrong_state" if in_another_state else "not_allowed")
