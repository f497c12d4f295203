"""``parindex load YEAR.yaml``: enter a tenant, its people, agencies, criteria set, cycle and survey from files.

Everything is entered in one transaction or nothing is. What stands there already is left as it is, so the command
may be repeated with a longer file.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from parindex.commands.failures import BrokenRows, rows_of, told
from parindex.commands.year_file import BrokenFile, Codes, CycleGiven, Files, PersonGiven, SurveyGiven, YearFile
from parindex.text import N_, Language, language, moment, translator

if TYPE_CHECKING:
    from parindex.scoring import CriteriaSet
    from parindex.settings import Settings
    from parindex.store.database import Connection, Database

ACTOR: Final = "system"


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "load", help="enter a tenant, its people, agencies, set, cycle and survey from files"
    )
    parser.add_argument("year", type=Path, metavar="YEAR.yaml", help="the file that names everything (docs/loading.md)")


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with one line a new account, 1 when something is refused, 2 when a file cannot be read."""
    from parindex.api.shared.problems import field_problem, sentence
    from parindex.commands.year_file import read_year
    from parindex.errors import Refused
    from parindex.settings import BrokenSetting, from_environment
    from parindex.store.embedded import ServerFailure

    lang = language(arguments.lang)
    try:
        links = asyncio.run(_load(from_environment(), read_year(arguments.year), Files(arguments.year), lang))
    except Refused as refused:
        lines = [" ".join(filter(None, sentence(refused.code, refused.values, lang)))]
        lines += [field_problem(error, lang).detail for error in refused.fields]
        print("\n".join(lines), file=sys.stderr)
        return 1
    except BrokenRows as error:
        print(told(error, lang), file=sys.stderr)
        return error.exit_code
    except BrokenFile as error:
        print(told(error, lang), file=sys.stderr)
        return 2
    except (BrokenSetting, ServerFailure, OSError) as error:
        print(told(error, lang), file=sys.stderr)
        return 2
    for login, link in links:
        print(f"{login}\t{link}")
    return 0


async def _load(settings: Settings, year: YearFile, files: Files, lang: Language) -> list[tuple[str, str]]:
    from parindex import audit
    from parindex.access import tenants
    from parindex.store.database import Database
    from parindex.store.installation import database
    from parindex.store.secrets import installation_folder, installation_secret

    installation_folder(settings.data)
    audit.use_secret(installation_secret(settings.data / "secrets", "audit"))
    async with database(settings) as addresses:
        app: Database = await Database.connect(addresses.app, size=2)
        try:
            known = await tenants.by_code(app, year.tenant.code)
            async with app.transaction(known.id if known else None) as connection:
                if known is None:
                    given = year.tenant
                    await tenants.add(connection, code=given.code, name_vi=given.name_vi, name_en=given.name_en)
                return await _enter(connection, settings, year, files, lang)
        finally:
            await app.close()


async def _enter(
    connection: Connection, settings: Settings, year: YearFile, files: Files, lang: Language
) -> list[tuple[str, str]]:
    codes = await _agencies(connection, year, files)
    prefix = "" if year.tenant.code == settings.tenant else f"/t/{year.tenant.code}"
    links = []
    for person in year.people:
        token = await _person(connection, person, codes)
        if token is not None:
            links.append((person.login, f"{prefix}/invitations/{token}"))
    if year.cycle is not None:
        cycle_id = await _cycle(connection, year.cycle, codes, files, lang)
        if cycle_id is not None and year.survey is not None:
            await _survey(connection, cycle_id, year.survey, codes, files)
    return links


async def _agencies(connection: Connection, year: YearFile, files: Files) -> Codes:
    from parindex import agencies
    from parindex.agencies.importing import read_csv
    from parindex.errors import Refused

    codes = {agency.code: agency.id for agency in await agencies.listed(connection)}
    if year.agencies is not None:
        try:
            listed = read_csv(files.read(year.agencies))
        except Refused as refused:
            if not refused.fields:
                raise
            raise BrokenRows(str(files.folder / year.agencies), rows_of(refused.fields), exit_code=1) from None
        new = [agency for agency in listed if agency.code not in codes]
        await agencies.add_all(connection, new, by=ACTOR)
        codes = {agency.code: agency.id for agency in await agencies.listed(connection)}
    return codes


async def _person(connection: Connection, given: PersonGiven, codes: Codes) -> str | None:
    """The token of the link by which a new person sets a password; none for somebody who is known."""
    from parindex.access import people, queries
    from parindex.access.model import ROLES

    if await queries.secret_of_login(connection, people.login_name(given.login)) is not None:
        return None
    if unknown := sorted(set(given.roles) - ROLES.keys()):
        raise BrokenFile(
            N_("%(login)s: không có vai trò %(roles)s. Các vai trò: %(known)s."),
            login=given.login, roles=", ".join(unknown), known=", ".join(ROLES),
        )  # fmt: skip
    agency_id = _known(codes, given.agency) if given.agency else None
    person_id = await people.add_person(
        connection, login=given.login, name=given.name, roles=given.roles, agency_id=agency_id, by=ACTOR
    )
    return await people.invite(connection, person_id, by=ACTOR)


def _known(codes: Codes, code: str) -> UUID:
    from parindex.errors import Refused

    if code not in codes:
        raise Refused("unknown_agency", agency=code)
    return codes[code]


async def _cycle(connection: Connection, given: CycleGiven, codes: Codes, files: Files, lang: Language) -> UUID | None:
    """The new year; none where it is there already."""
    from parindex import agencies
    from parindex.assessments.criteria import published_sets
    from parindex.assessments.cycles import steps
    from parindex.rankings import queries

    criteria_set = _criteria_set(files, given.criteria, lang)
    set_id = await published_sets.publish(connection, criteria_set, source=files.text(given.criteria), by=ACTOR)
    standing = await queries.cycle_of(connection, given.family, given.year, given.tier)
    if standing is not None:
        await _tell_other_days(connection, standing.id, given, lang)
        return None
    _check_bodies(criteria_set, given)
    attributes = _attributes(files, given.attributes, criteria_set, lang)
    members = await agencies.listed(connection, tier=given.tier)
    return await steps.create(
        connection, family=given.family, year=given.year, tier=given.tier, criteria_set_id=set_id,
        participants=[
            steps.Participant(agency_id=agency.id, attributes=attributes.get(agency.code, {})) for agency in members
        ],
        bodies={
            body: (_known(codes, named.agency), _known(codes, named.substitute)) for body, named in given.bodies.items()
        },
        opens_on=given.opens_on, last_day=given.last_day, appraisal_last_day=given.appraisal_last_day, by=ACTOR,
    )  # fmt: skip


async def _tell_other_days(connection: Connection, cycle_id: UUID, given: CycleGiven, lang: Language) -> None:
    """Name what the file says of a year otherwise than it stands: it is left as it is, and nobody is to think it moved."""
    from parindex.assessments.cycles import deadlines, listing

    cycle = await listing.by_id(connection, cycle_id)
    stands = {
        "cycle.opens_on": (cycle.opens_at, deadlines.start_of(given.opens_on)),
        "cycle.last_day": (cycle.deadline, deadlines.end_of(given.last_day)),
        "cycle.appraisal_last_day": (cycle.appraisal_deadline, deadlines.end_of(given.appraisal_last_day)),
    }
    for name, (kept, wanted) in stands.items():
        if kept != wanted:
            said = N_("lưu ý: %(name)s trong tệp khác với năm đã nhập (đang là %(kept)s) và không được thay đổi.")
            print(translator(lang)(said, name=name, kept=moment(kept, lang)), file=sys.stderr)


def _check_bodies(criteria_set: CriteriaSet, given: CycleGiven) -> None:
    """The bodies of the file are those that the set names, before a year stands that cannot be opened."""
    from parindex.scoring import declared_by_agency, leaves

    named = {place.appraiser for place in leaves(criteria_set) if place.appraiser}
    if unknown := sorted(set(given.bodies) - named):
        raise BrokenFile(
            N_("cycle.bodies: bộ tiêu chí không có cơ quan thẩm định tên %(found)s. Các tên: %(known)s."),
            found=", ".join(unknown), known=", ".join(sorted(named)),
        )  # fmt: skip
    declared = {place.appraiser for place in leaves(criteria_set) if declared_by_agency(place, criteria_set.inputs)}
    if missing := sorted(body for body in declared if body and body not in given.bodies):
        raise BrokenFile(
            N_("cycle.bodies: thiếu cơ quan thẩm định %(missing)s mà bộ tiêu chí nêu."), missing=", ".join(missing)
        )


def _criteria_set(files: Files, name: str, lang: Language) -> CriteriaSet:
    from parindex.scoring import check_bytes
    from parindex.wording.complaints import defect_text

    checked = check_bytes(files.read(name), name)
    if checked.criteria_set is None:
        raise BrokenFile("%(what)s", what="\n".join(defect_text(defect, lang) for defect in checked.defects))
    return checked.criteria_set


def _attributes(files: Files, name: str | None, criteria_set: CriteriaSet, lang: Language) -> dict[str, dict[str, str]]:
    from parindex.reading.csv_rows import BrokenTable
    from parindex.scoring import RefusedFacts, read_facts, write_value
    from parindex.wording.complaints import refusal_text

    if name is None:
        return {}
    try:
        facts = read_facts(files.read(name), criteria_set)
    except BrokenTable as broken:
        raise BrokenRows(str(files.folder / name), broken.faults) from None
    except RefusedFacts as refused:
        what = "\n".join(f"{name}: {refusal_text(refusal, lang)}" for refusal in refused.refusals)
        raise BrokenFile("%(what)s", what=what) from None
    return {
        agency: {fact.removeprefix("@"): write_value(value) for fact, value in given.items() if fact.startswith("@")}
        for agency, given in facts.items()
    }


async def _survey(connection: Connection, cycle_id: UUID, given: SurveyGiven, codes: Codes, files: Files) -> None:
    import msgspec

    from parindex.commands.sample_file import read_sample
    from parindex.reading.csv_rows import BrokenTable, fault
    from parindex.store.ids import new_id
    from parindex.surveys.model import SampleUnit
    from parindex.surveys.questionnaire import loading
    from parindex.surveys.questionnaire.strict_yaml import BrokenDocument
    from parindex.surveys.rounds import opening

    source = files.text(given.instrument)
    try:
        instrument = loading.load(given.instrument, source)
    except BrokenDocument as error:
        raise BrokenFile("%(what)s", what=error) from error
    instrument_id = await opening.publish(connection, instrument, source, actor=ACTOR)
    opened = await opening.open_round(
        connection, cycle_id=cycle_id, instrument_id=instrument_id, form=given.form, title_vi=given.title_vi,
        title_en=given.title_en, min_n=given.min_n, opens_on=given.opens_on, closes_on=given.closes_on,
        contact=given.contact, actor=ACTOR,
    )  # fmt: skip
    try:
        numbers, places = read_sample(files.read(given.sample))
        unknown = [
            (number, place.agency) for number, place in zip(numbers, places, strict=True) if place.agency not in codes
        ]
        if unknown:
            strange = [fault("agency_unknown", number, "agency", found=code) for number, code in unknown]
            raise BrokenRows(str(files.folder / given.sample), strange, exit_code=1)
    except BrokenTable as broken:
        raise BrokenRows(str(files.folder / given.sample), broken.faults) from None
    units = []
    for place in places:
        values = msgspec.structs.asdict(place)
        units.append(SampleUnit(id=new_id(), agency_id=codes[values.pop("agency")], **values))
    await opening.load_sample(connection, opened.id, units, actor=ACTOR)
