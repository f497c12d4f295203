"""Groups, withdrawals, owner bodies and mergers of a year beside what stands."""

from __future__ import annotations

from typing import Final

from parindex.assessments.cycles import grouping
from parindex.assessments.owners import owner_lists
from parindex.assessments.owners.owner_lists import OwnersAllowed
from parindex.commands.failures import exit_code_of, rows_of
from parindex.commands.loading.comparing import known_agency, of_year
from parindex.commands.loading.comparing_year import may_change, members_of
from parindex.commands.loading.differences import YearDifference
from parindex.commands.loading.faults import LoadFault
from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.plan import YearPlan
from parindex.commands.loading.standing import StandingMerger, StandingTenant
from parindex.commands.loading.year_file import CycleGiven, MergerGiven
from parindex.messages import N_, Failure, Message, listed
from parindex.scoring import declared_by_agency, leaves

MERGED: Final = N_(
    "Lần sáp nhập này đã được ghi nên không đổi được bằng cách nhập lại; hãy sửa tệp theo giá trị đang có, việc cần đổi được "
    "làm ở danh mục cơ quan."
)


def compare_draft(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Groups, withdrawals and owner bodies: of a draft they change, of an opened year they are refused."""
    _check_groups(files, plan)
    given = files.year.cycle
    if given is None:
        return
    _compare_others(files, standing, given, plan)
    _compare_owners(files, standing, given, plan)


def _check_groups(files: YearFiles, plan: YearPlan) -> None:
    """Groups are of an attribute that the set makes groups of."""
    wanted = files.read.values.get("cycle.group_by")
    if not wanted or files.criteria is None:
        return
    if wanted not in (known := grouping.choices(files.criteria[0])):
        said = N_(
            "cycle.group_by: bộ tiêu chí không chia nhóm theo “%(found)s”. Các thuộc tính chia nhóm được: %(known)s."
        )
        plan.faults.append(files.read.fault("cycle.group_by", Failure(said, found=wanted, known=listed(known))))


def _compare_others(files: YearFiles, standing: StandingTenant, given: CycleGiven, plan: YearPlan) -> None:
    if standing.year is None:
        return
    cycle = standing.year.cycle
    for name, kept in (("group_by", cycle.group_by or ""), ("withdrawals", cycle.withdrawals)):
        wanted = getattr(given, name)
        if wanted is None or wanted == kept:
            continue
        if may_change(plan, standing.year, of_year(files, f"cycle.{name}", kept, wanted)):
            plan.others[name] = wanted


def _compare_owners(files: YearFiles, standing: StandingTenant, given: CycleGiven, plan: YearPlan) -> None:
    """Owner bodies of the list; leaves that it does not name stay as they are."""
    if files.owners is None or files.criteria is None or (files.agencies is None and "agencies" in files.read.names):
        return
    rows = [one for one in files.owners if one.agency not in standing.merged]
    name = files.name_of("cycle.owners")
    wrong = rows_of(owner_lists.faults_of(rows, _allowed(files, standing, given, plan)))
    plan.faults += [LoadFault(file=name, what=one, line=one.row, exit_code=exit_code_of([one])) for one in wrong]
    kept = standing.year.owners if standing.year else {}
    for row, before in owner_lists.changes(rows, kept):
        difference = YearDifference(
            name=f"{row.agency} {row.leaf}: owner",
            kept=before or None,
            wanted=row.owner or None,
            file=name,
            line=row.row,
        )
        if standing.year is not None and not may_change(plan, standing.year, difference):
            continue
        own = plan.owners.setdefault(
            row.agency, {leaf: owner for (agency, leaf), owner in kept.items() if agency == row.agency}
        )
        own.pop(row.leaf, None)
        if row.owner:
            own[row.leaf] = row.owner


def _allowed(files: YearFiles, standing: StandingTenant, given: CycleGiven, plan: YearPlan) -> OwnersAllowed:
    assert files.criteria is not None
    law = files.criteria[0]
    above = {code: agency.parent for code, agency in standing.today.items()}
    above |= {row.agency.code: row.agency.parent for row in plan.new_agencies if row.agency.code in plan.known}
    above |= {row.agency.code: changes["parent"] for row, _, changes in plan.changed_agencies if "parent" in changes}
    return OwnersAllowed(
        members={*members_of(standing, given, plan), *(standing.year.members if standing.year else ())},
        leaves={place.code for place in leaves(law) if declared_by_agency(place, law.inputs)},
        above=above,
        appraising={code for named in given.bodies.values() for code in (named.agency, named.substitute)},
    )


def compare_mergers(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Mergers: one that is entered stays as it is, of others the agencies are known."""
    begun: set[str] = set()
    for given in files.year.mergers:
        kept = standing.mergers.get(given.at)
        if kept is not None:
            _compare_merger(files, given, kept, plan)
            continue
        plan.mergers.append(given)
        for code in given.ending:
            if code not in begun:
                known_agency(files, plan, f"{given.at}.from", f"{given.at}.from", code)
        if given.into.name_vi is not None:
            begun.add(given.into.code)
        elif given.into.code not in begun:
            known_agency(files, plan, f"{given.at}.into", f"{given.at}.into", given.into.code)


def _compare_merger(files: YearFiles, given: MergerGiven, kept: StandingMerger, plan: YearPlan) -> None:
    why = Message(MERGED)
    if kept.successors != (given.into.code,):
        difference = of_year(files, f"{given.at}.into", kept.successors, given.into.code)
        plan.faults.append(difference.refused(why))
    if given.number not in kept.decisions:
        plan.faults.append(of_year(files, f"{given.at}.number", kept.decisions, given.number).refused(why))
    for one in kept.chosen:
        name = treatment_key(given, one.family, one.year, one.tier)
        if name is not None and given.sheets[name] != one.choice:
            where = f"{given.at}.sheets.{name}" if name else f"{given.at}.sheets"
            plan.faults.append(of_year(files, where, one.choice, given.sheets[name]).refused(why))


def treatment_key(given: MergerGiven, family: str, year: int, tier: str) -> str | None:
    """Under which name a merger says what becomes of the sheets of a year; ``None``: it does not."""
    names = (f"{family}/{year}-{tier}", f"{year}-{tier}", "")
    return next((name for name in names if name in given.sheets), None)
