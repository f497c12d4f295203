"""The tenant, the registry and the accounts of a year beside what stands."""

from __future__ import annotations

import re
from typing import Any, Final

from parindex import agencies
from parindex.access.model import SYSTEM
from parindex.access.people import login_name
from parindex.agencies.planning import PlannedRow, planned
from parindex.commands.loading.differences import YearDifference
from parindex.commands.loading.faults import LoadFault
from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.plan import YearPlan
from parindex.commands.loading.standing import StandingTenant
from parindex.commands.loading.year_file import PersonGiven
from parindex.messages import N_, Failure, Message
from parindex.reading.lookalikes import foreign_letter, shape

_FIXED: Final = {
    "tier": N_(
        "Cấp của một cơ quan không đổi được vì các kỳ đánh giá dựa vào đó: nếu đã nhập sai, đặt valid_to cho mã này và "
        "nhập cơ quan với mã khác."
    ),
    "valid_from": N_(
        "Ngày bắt đầu không đổi được vì các kỳ đánh giá dựa vào đó: để trống valid_from, hoặc nhập cơ quan mới từ sau ngày "
        "mã này hết hiệu lực."
    ),
    "valid_to": N_("Ngày hết hiệu lực phải sau ngày bắt đầu và trước cơ quan sau mang cùng mã."),
    "parent": N_("Mã này không có trong danh mục còn hiệu lực và không có trong tệp."),
}


def compare_tenant(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Names of the tenant; its code is how it is found."""
    given, kept = files.year.tenant, standing.tenant
    if given is None or kept is None:
        return
    for name in ("name_vi", "name_en"):
        wanted = getattr(given, name)
        if wanted is not None and wanted != getattr(kept, name):
            plan.changes.append(of_year(files, f"tenant.{name}", getattr(kept, name), wanted))
            plan.renamed = True


def compare_agencies(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """The registry: what is new, what gets other names, and what may not change."""
    today = agencies.registry.today()
    plan.known.update({code: agency.id for code, agency in {**standing.merged, **standing.today}.items()})
    for one in planned(files.agencies or (), standing.borne, plan.known, today):
        agency = one.row.agency
        plan.faults += [_differs(files, one, name).refused(Message(_FIXED[name])) for name in one.refused]
        if one.kept is None:
            plan.new_agencies.append(one.row)
            if agency.valid_from <= today and (agency.valid_to is None or agency.valid_to > today):
                plan.known[agency.code] = None
        elif one.changes:
            plan.changed_agencies.append((one.row, one.kept, one.changes))
            plan.changes += [_differs(files, one, name) for name in one.changes]


def _differs(files: YearFiles, one: PlannedRow, name: str) -> YearDifference:
    row = one.row
    kept = getattr(one.kept, name) if one.kept else None
    return YearDifference(
        name=f"{row.agency.code}: {name}", file=files.name_of("agencies"), line=row.row, kept=kept,
        wanted=getattr(row.agency, name),
    )  # fmt: skip


def compare_people(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Accounts: new ones get a link, others another name, agency or roles."""
    for where, value in files.read.values.items():
        of_person = re.fullmatch(r"(people\[\d+\])\.agency", where)
        if of_person and of_person[1] not in files.read.values:
            known_agency(files, plan, where, where, value)
    for number, given in enumerate(files.year.people):
        where = f"people:{login_name(given.login)}"
        known = given.agency is None or known_agency(files, plan, where, f"{given.login}: agency", given.agency)
        kept = standing.accounts.get(login_name(given.login))
        if kept is None:
            plan.new_people.append(given)
            continue
        if kept.disabled:
            said = N_(
                "people[%(number)s]: tài khoản “%(login)s” đã ngừng sử dụng nên không nhập lại được. Hãy bỏ tài khoản này "
                "khỏi tệp hoặc đặt tên đăng nhập khác."
            )
            told = Failure(said, number=number, login=given.login)
            plan.faults.append(files.read.fault(where, told))
        elif known:
            _compare_person(files, where, given, kept, plan)


def _compare_person(files: YearFiles, where: str, given: PersonGiven, kept: Any, plan: YearPlan) -> None:
    wanted = {"name": given.name, "agency": given.agency, "roles": tuple(sorted(given.roles))}
    differing = [name for name, value in wanted.items() if value != getattr(kept, name)]
    for name in differing:
        shown = f"{given.login}: {name}"
        plan.changes.append(of_year(files, where, getattr(kept, name), wanted[name], name=shown))
    if kept.roles and (SYSTEM in kept.roles) != (SYSTEM in given.roles):
        said = N_("%(login)s: tài khoản của một hệ thống khác không thành tài khoản của một người, và ngược lại.")
        plan.faults.append(files.read.fault(where, Failure(said, login=given.login)))
    if differing:
        plan.changed_people.append((given, kept))


def known_agency(files: YearFiles, plan: YearPlan, where: str, name: str, code: str) -> bool:
    """Whether an agency that the year names is one of today; a code that only looks like one is told."""
    if code in plan.known:
        return True
    if files.agencies is not None or "agencies" not in files.read.names:
        told = Failure(UNKNOWN_AGENCY, name=name, found=code, near=nearly(code, plan))
        plan.faults.append(files.read.fault(where, told))
    return False


UNKNOWN_AGENCY: Final = N_("%(name)s: danh mục không có cơ quan mã “%(found)s” còn hiệu lực hôm nay.%(near)s")


def nearly(code: str, plan: YearPlan) -> Message | str:
    """The code of the registry that looks the same, with the letter that is another; else the nearest."""
    if not plan.shapes:
        plan.shapes.update({shape(known): known for known in plan.known})
    known = plan.shapes.get(shape(code))
    if known is None:
        return ""
    strange = foreign_letter(f"A{code}") or code
    return Message(N_(" Mã này trông giống “%(known)s” nhưng khác ký tự (%(strange)s)."), known=known, strange=strange)


def of_year(files: YearFiles, where: str, kept: object, wanted: object, *, name: str = "") -> YearDifference:
    """A value of the file of the year that is another than stands."""
    place: LoadFault = files.read.fault(where, Message(""))
    return YearDifference(
        name=name or where, kept=kept, wanted=wanted, file=place.file, line=place.line, column=place.column
    )
