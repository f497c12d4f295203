"""Names of a year that look alike: noted with both places, for one of them may be a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.plan import YearPlan
from parindex.commands.loading.standing import StandingTenant
from parindex.messages import N_, Message
from parindex.wording.lookalikes import NamedPlace, alike, row_place, set_twins

_AGENCY: Final = N_("tên cơ quan")
_SHORT_NAME: Final = N_("tên ngắn của cơ quan")
_LOGIN: Final = N_("tên đăng nhập")
_PERSON: Final = N_("họ tên")
_STRATUM: Final = N_("tầng mẫu")
_PSU: Final = N_("mã xã mẫu")
_SSU: Final = N_("mã thôn mẫu")
_CLASS: Final = N_("lớp trả lời")


def note_twins(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Every pair of names that look alike, in each list and beside what stands."""
    plan.notes += alike(_AGENCY, _agencies(files, standing, "name_vi"))
    plan.notes += alike(_SHORT_NAME, _agencies(files, standing, "short_name"))
    plan.notes += alike(_LOGIN, _logins(files, standing))
    plan.notes += alike(_PERSON, _people(files), same=False)
    if files.sample is not None:
        plan.notes += _sample(files)
    if files.criteria is not None:
        plan.notes += set_twins(files.criteria[0], files.name_of("cycle.criteria"))


def _agencies(files: YearFiles, standing: StandingTenant, field: str) -> Iterator[NamedPlace]:
    """Names of the list, then those of the registry that it does not give."""
    rows = files.agencies or ()
    listed = {row.agency.code for row in rows}
    seen: set[str] = set()
    for row in rows:
        if row.agency.code not in seen:
            seen.add(row.agency.code)
            yield _row(files, "agencies", row.row), getattr(row.agency, field) or ""
    if rows:
        for code, agency in standing.today.items():
            if code not in listed:
                yield Message(N_("cơ quan %(code)s của danh mục"), code=code), getattr(agency, field) or ""


def _logins(files: YearFiles, standing: StandingTenant) -> Iterator[NamedPlace]:
    given = {person.login.casefold() for person in files.year.people}
    for number, person in enumerate(files.year.people):
        yield _line(files, number), person.login
    if files.year.people:
        for login in standing.accounts:
            if login not in given:
                yield Message(N_("tài khoản đã có %(login)s"), login=login), login


def _people(files: YearFiles) -> Iterator[NamedPlace]:
    for number, person in enumerate(files.year.people):
        yield _line(files, number), person.name


def _sample(files: YearFiles) -> list[Message]:
    """Codes by which places are told apart, each once; a code that comes again is meant."""
    lists: dict[tuple[str, str], dict[str, int]] = {}
    for row, place in files.sample or ():
        for what, within, name in (
            (_STRATUM, "", place.stratum),
            (_PSU, place.stratum, place.psu),
            (_SSU, f"{place.stratum}/{place.psu}", place.ssu),
            (_CLASS, "", place.response_class),
        ):
            lists.setdefault((what, within), {}).setdefault(name, row)
    notes: list[Message] = []
    for (what, _), names in lists.items():
        notes += alike(what, [(_row(files, "survey.sample", row), name) for name, row in names.items()])
    return notes


def _row(files: YearFiles, where: str, row: int) -> Message:
    return row_place(files.name_of(where), row)


def _line(files: YearFiles, number: int) -> Message:
    at = files.read.places[f"people[{number}]"]
    return row_place(files.read.file, at.line)
