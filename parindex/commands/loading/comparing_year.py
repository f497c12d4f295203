"""The set, the year itself and its survey beside what stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from parindex.commands.failures import JUDGED
from parindex.commands.loading.attributes_file import AgencyAttributes
from parindex.commands.loading.comparing import UNKNOWN_AGENCY, known_agency, nearly, of_year
from parindex.commands.loading.differences import YearDifference
from parindex.commands.loading.faults import LoadFault
from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.plan import YearPlan
from parindex.commands.loading.standing import StandingTenant, StandingYear
from parindex.commands.loading.year_file import BodyGiven, CycleGiven, SurveyGiven
from parindex.messages import N_, Failure, Message, listed
from parindex.reading.csv_rows import fault
from parindex.scoring import declared_by_agency, digest, leaves
from parindex.surveys.questionnaire import loading
from parindex.text import TIME_ZONE

OPENED: Final = N_(
    "Năm này đã mở nên không đổi được bằng cách nhập lại; hãy sửa tệp theo giá trị đang có, việc cần đổi được làm trong kỳ "
    "đánh giá."
)
REDRAFT: Final = N_(
    "Bản thảo giữ bộ tiêu chí của nó: hãy xóa bản thảo (parindex load TỆP --delete-draft %(name)s) rồi nhập lại."
)
PUBLISHED: Final = N_("Phiên bản đã ban hành không đổi nữa: hãy đặt số phiên bản mới cho nội dung mới.")
ASKED: Final = N_("Đợt khảo sát đã gửi mã trả lời hoặc đã nhận phiếu nên không đổi được nữa.")
OF_ROUND: Final = N_(
    "Bộ câu hỏi, mẫu phiếu và mẫu điều tra của một đợt đã lập không đổi được; nếu năm còn là bản thảo, hãy xóa bản thảo "
    "(parindex load TỆP --delete-draft %(name)s) rồi nhập lại."
)
TAKES_SURVEYS: Final = ("draft", "self_assessment", "appraisal_1")
_BODY: Final = re.compile(r"cycle\.bodies\.([^.]+)")
_OF_BODY: Final = re.compile(r"cycle\.bodies\.[^.]+\.(agency|substitute)")
MOST_ROWS: Final = 20
"""Differing rows of a sample that are told."""


def compare_set(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """A published version has one content for ever."""
    if files.criteria is None:
        return
    known, wanted = files.criteria[0], digest(files.criteria[0])
    if standing.set_digest not in (None, wanted):
        name = f"{known.family} {known.version} SHA-256"
        plan.faults.append(_of_file(files, "cycle.criteria", name, standing.set_digest, wanted, Message(PUBLISHED)))


def compare_cycle(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Days, bodies and attributes: of a draft they change, of an opened year they are refused."""
    for where, value in files.read.values.items():
        if _OF_BODY.fullmatch(where):
            known_agency(files, plan, where, where, value)
    if standing.year is None or standing.year.cycle.state == "draft":
        _check_set(files, plan)
    _check_bodies(files, plan)
    given = files.year.cycle
    if given is None:
        return
    _check_attributes(files, standing, given, plan)
    if standing.year is None:
        return
    _compare_set_of_year(files, standing.year, given, plan)
    _compare_days(files, standing.year, given, plan)
    _compare_bodies(files, standing, standing.year, given, plan)
    _compare_members(files, standing, standing.year, given, plan)


def _check_set(files: YearFiles, plan: YearPlan) -> None:
    """The set is of the tier and of a year that the file names: no year opens with another."""
    if files.criteria is None:
        return
    law = files.criteria[0]
    told = {"set": f"{law.family} {law.version}", "file": files.read.names["cycle.criteria"]}
    tier, year = files.read.values.get("cycle.tier"), files.read.values.get("cycle.year")
    if tier not in (None, law.tier):
        said = N_(
            "cycle.tier: bộ tiêu chí %(set)s (%(file)s) dành cho cấp %(fits)s, không dùng được cho cấp %(found)s. "
            "Hãy ghi tier: %(fits)s, hoặc nêu ở cycle.criteria bộ tiêu chí của cấp %(found)s."
        )
        plan.faults.append(files.read.fault("cycle.tier", Failure(said, **told, fits=law.tier, found=tier)))
    if year not in (None, *law.years):
        said = N_(
            "cycle.year: bộ tiêu chí %(set)s (%(file)s) dành cho năm %(fits)s, không dùng được cho năm %(found)s. "
            "Hãy ghi năm đó, hoặc nêu ở cycle.criteria bộ tiêu chí của năm %(found)s."
        )
        fits = listed(map(str, law.years))
        plan.faults.append(files.read.fault("cycle.year", Failure(said, **told, fits=fits, found=year)))


def _check_bodies(files: YearFiles, plan: YearPlan) -> None:
    """The bodies of the file are those that the set names, before a year stands that cannot be opened."""
    if files.criteria is None or "cycle.bodies" not in files.read.values:
        return
    given = {found[1] for where in files.read.places if (found := _BODY.fullmatch(where))}
    criteria_set = files.criteria[0]
    places = list(leaves(criteria_set))
    named = {place.appraiser for place in places if place.appraiser}
    named |= {body for place in places if (body := getattr(place.node, "confirmed_by", None))}
    for body in sorted(given - named):
        said = N_("cycle.bodies: bộ tiêu chí không có cơ quan thẩm định tên %(found)s. Các tên: %(known)s.")
        told = Failure(said, found=body, known=listed(sorted(named)))
        plan.faults.append(files.read.fault(f"cycle.bodies.{body}", told))
    declared = {place.appraiser for place in places if declared_by_agency(place, criteria_set.inputs)}
    if missing := sorted(body for body in declared if body and body not in given):
        said = N_("cycle.bodies: thiếu cơ quan thẩm định %(missing)s mà bộ tiêu chí nêu.")
        told = Failure(said, missing=listed(missing))
        plan.faults.append(files.read.fault("cycle.bodies", told))


def _check_attributes(files: YearFiles, standing: StandingTenant, given: CycleGiven, plan: YearPlan) -> None:
    """Attributes are of agencies that take part; one that the set needs and nobody gives is noted."""
    if files.criteria is None or (files.agencies is None and "agencies" in files.read.names):
        return
    members = members_of(standing, given, plan)
    if not members:
        nobody = N_("%(file)s: danh mục chưa có cơ quan nào thuộc cấp %(tier)s nên chưa ai tham gia năm này.")
        plan.notes.append(Message(nobody, file=files.read.file, tier=given.tier))
    for code, own in (files.attributes or {}).items():
        if code in standing.merged:
            continue
        if code not in plan.known:
            said: Message = Failure(UNKNOWN_AGENCY, name="agency", found=code, near=nearly(code, plan))
        elif code not in members:
            said = Failure(
                N_("agency: cơ quan “%(found)s” không thuộc cấp %(tier)s nên không tham gia năm này."),
                found=code, tier=given.tier,
            )  # fmt: skip
        else:
            continue
        name = files.name_of("cycle.attributes")
        plan.faults.append(LoadFault(file=name, what=said, line=own.row, exit_code=JUDGED))
    needed = {attribute for place in leaves(files.criteria[0]) for attribute in place.needs}
    kept = standing.year.members if standing.year else {}
    for attribute in sorted(needed):
        without = [
            code
            for code in members
            if attribute not in _own(files, code).values and attribute not in kept.get(code, ({}, True))[0]
        ]
        if without:
            absent = N_("thuộc tính @%(name)s mà bộ tiêu chí cần chưa có ở %(n)s cơ quan: %(codes)s.")
            shown = listed([*without[:8], *["…"] * (len(without) > 8)])
            plan.notes.append(Message(absent, name=attribute, n=len(without), codes=shown))


def _own(files: YearFiles, code: str) -> AgencyAttributes:
    return (files.attributes or {}).get(code, AgencyAttributes(row=0, values={}))


def members_of(standing: StandingTenant, given: CycleGiven, plan: YearPlan) -> list[str]:
    """Codes of the agencies of the tier, those of the registry first."""
    tiers = {code: agency.tier for code, agency in standing.today.items()}
    tiers |= {row.agency.code: row.agency.tier for row in plan.new_agencies if row.agency.code in plan.known}
    return [code for code, tier in tiers.items() if tier == given.tier]


def _compare_set_of_year(files: YearFiles, year: StandingYear, given: CycleGiven, plan: YearPlan) -> None:
    if files.criteria is None:
        return
    family, version, _ = year.set_name
    known = files.criteria[0]
    if (known.family, known.version) != (family, version):
        why = Message(REDRAFT, name=given.name) if year.cycle.state == "draft" else Message(OPENED)
        difference = of_year(files, "cycle.criteria", f"{family} {version}", f"{known.family} {known.version}")
        plan.faults.append(difference.refused(why))


def _compare_days(files: YearFiles, year: StandingYear, given: CycleGiven, plan: YearPlan) -> None:
    cycle = year.cycle
    kept = {
        "opens_on": None if cycle.opens_at is None else cycle.opens_at.astimezone(TIME_ZONE).date(),
        "last_day": _last(cycle.due),
        "appraisal_last_day": _last(cycle.appraisal_due),
    }
    for name, standing in kept.items():
        wanted = getattr(given, name)
        if wanted != standing and may_change(plan, year, of_year(files, f"cycle.{name}", standing, wanted)):
            plan.days[name] = wanted
    # A closing day that is not given is the last day: it goes with it, and is named where it stood apart.
    moved = "last_day" in plan.days
    closing = given.closing_day or (given.last_day if moved else None)
    closes = _last(cycle.closes)
    together = given.closing_day is None and closes in (None, kept["last_day"])
    if closing is not None and closing != closes and not together:
        difference = of_year(files, "cycle.closing_day", closes, closing)
        moved |= may_change(plan, year, difference)
    if moved and closing is not None:
        plan.days["closing_day"] = closing


def _last(moment: Any) -> date | None:
    """The last day before a deadline, which is its 24:00."""
    return None if moment is None else (moment.astimezone(TIME_ZONE) - timedelta(microseconds=1)).date()


def may_change(plan: YearPlan, year: StandingYear, difference: YearDifference) -> bool:
    """Of a draft it is changed, of an opened year refused."""
    if year.cycle.state == "draft":
        plan.changes.append(difference)
        return True
    plan.faults.append(difference.refused(Message(OPENED)))
    return False


def _compare_bodies(
    files: YearFiles, standing: StandingTenant, year: StandingYear, given: CycleGiven, plan: YearPlan
) -> None:  # fmt: skip
    codes = standing.codes
    kept = {
        body: (*(codes.get(one, str(one)) for one in who), *(["above"] if body in year.above else []))
        for body, who in year.bodies.items()
    }
    wanted = {
        body: (named.agency, named.substitute, *(["above"] if above_of(named, body, year) else []))
        for body, named in given.bodies.items()
    }
    for body in sorted(kept.keys() | wanted.keys()):
        if kept.get(body) != wanted.get(body):
            difference = of_year(files, f"cycle.bodies.{body}", kept.get(body), wanted.get(body))
            plan.bodies_changed |= may_change(plan, year, difference)


def above_of(named: BodyGiven, body: str, year: StandingYear | None) -> bool:
    """Whether the agency above appraises; what the file does not say stays."""
    return (year is not None and body in year.above) if named.above is None else named.above


def _compare_members(
    files: YearFiles, standing: StandingTenant, year: StandingYear, given: CycleGiven, plan: YearPlan
) -> None:  # fmt: skip
    """Agencies that came to the registry since, and attributes that are others."""
    members = members_of(standing, given, plan)
    late = [code for code in members if code not in year.members]
    if late and year.cycle.state == "draft":
        plan.members_changed += late
        plan.changes.append(of_year(files, "cycle", None, tuple(late), name="agencies"))
    elif late:
        said = N_("năm đã mở nên các cơ quan mới không tham gia: %(codes)s.")
        plan.notes.append(Message(said, codes=listed(late)))
    for code, own in (files.attributes or {}).items():
        if code not in year.members or code in standing.merged:
            continue
        values, ranked = year.members[code]
        wanted: dict[str, object] = {**own.values, "ranked": own.ranked}
        kept: dict[str, object] = {**values, "ranked": ranked}
        for name in sorted(wanted):
            if kept.get(name) == wanted[name]:
                continue
            difference = YearDifference(
                name=f"{code}: @{name}", kept=kept.get(name), wanted=wanted[name],
                file=files.name_of("cycle.attributes"), line=own.row,
            )  # fmt: skip
            if may_change(plan, year, difference) and code not in plan.members_changed:
                plan.members_changed.append(code)


# the survey


def compare_survey(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Questionnaire, form, days and sample: a round that asked nobody takes other names and days."""
    _check_form(files, standing, plan)
    _check_agencies_of_sample(files, standing, plan)
    given = files.year.survey
    if given is None:
        return
    if "cycle" not in files.read.places:
        plan.faults.append(files.read.fault("survey", Failure(N_("survey: khảo sát cần có kỳ đánh giá (cycle)."))))
    held = standing.round
    if held is not None and standing.places is not None:
        _compare_round(files, standing, given, plan)
        _compare_sample(files, standing, plan)
        return
    plan.new_round = True
    if standing.year is not None and standing.year.cycle.state not in TAKES_SURVEYS:
        said = N_("survey: năm này đã qua bước thẩm định nên không thêm được đợt khảo sát.")
        plan.faults.append(files.read.fault("survey", Failure(said)))


def _check_form(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    if files.instrument is None:
        return
    instrument = files.instrument[0]
    forms = list(instrument.forms)
    form = files.read.values.get("survey.form")
    if form not in (None, *forms):
        said = N_("survey.form: bộ câu hỏi không có mẫu phiếu “%(found)s”. Các mẫu: %(known)s.")
        told = Failure(said, found=form, known=listed(forms))
        plan.faults.append(files.read.fault("survey.form", told))
    wanted = loading.digest(instrument)
    if standing.instrument is not None and standing.instrument[1] != wanted:
        name = f"{instrument.instrument} {instrument.version} SHA-256"
        plan.faults.append(
            _of_file(files, "survey.instrument", name, standing.instrument[1], wanted, Message(PUBLISHED))
        )


def _check_agencies_of_sample(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """Agencies of the sample are of the registry; one that takes no part in the year is noted with its first row."""
    if not files.agencies_of_sample or (files.agencies is None and "agencies" in files.read.names):
        return
    name = files.name_of("survey.sample")
    for row, code in files.agencies_of_sample:
        if code not in plan.known:
            told = fault("agency_unknown", row, "agency", found=code)
            plan.faults.append(LoadFault(file=name, what=told, line=row, exit_code=JUDGED))
    if files.year.cycle is None:
        return
    members = set(members_of(standing, files.year.cycle, plan))
    first: dict[str, int] = {}
    for row, code in files.agencies_of_sample:
        first.setdefault(code, row)
    for code, row in first.items():
        if code in plan.known and code not in members:
            said = N_(
                "%(file)s, dòng %(row)s: cơ quan “%(found)s” không tham gia năm này nên kết quả không vào xếp hạng."
            )
            plan.notes.append(Message(said, file=name, row=row, found=code))


def _compare_round(files: YearFiles, standing: StandingTenant, given: SurveyGiven, plan: YearPlan) -> None:
    held = standing.round
    assert held is not None
    assert standing.places is not None
    assert standing.year is not None
    fixed = Message(OF_ROUND, name=files.year.cycle.name if files.year.cycle else "")
    version = standing.instrument[0] if standing.instrument else None
    if held.instrument_id is not None and files.instrument is not None and version != held.instrument_id:
        instrument = files.instrument[0]
        wanted = f"{instrument.instrument} {instrument.version}"
        plan.faults.append(of_year(files, "survey.instrument", held.instrument_code, wanted).refused(fixed))
    if given.form != held.form:
        plan.faults.append(of_year(files, "survey.form", held.form, given.form).refused(fixed))
    asked = held.state != "open" or any(place.invited or place.answered for place in standing.places)
    for name in ("title_vi", "title_en", "opens_on", "closes_on", "min_n", "contact"):
        wanted, kept = getattr(given, name), getattr(held, name)
        if wanted is None or wanted == kept:
            continue
        difference = of_year(files, f"survey.{name}", kept, wanted)
        if asked or standing.year.cycle.state != "draft":
            plan.faults.append(difference.refused(Message(ASKED if asked else OPENED)))
        else:
            plan.changes.append(difference)
            plan.round_changes[name] = wanted


def _compare_sample(files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
    """A sample that is there stays; rows that say otherwise are told with both values."""
    if files.sample is None or files.year.cycle is None:
        return
    ids = standing.codes
    kept: dict[tuple[str, str, str], Mapping[str, object]] = {}
    for place in standing.places or ():
        values = msgspec.structs.asdict(place.unit)
        del values["id"]
        values["agency"] = ids.get(values.pop("agency_id"))
        kept[place.unit.stratum, place.unit.psu, place.unit.ssu] = values
    fixed, name = Message(OF_ROUND, name=files.year.cycle.name), files.name_of("survey.sample")
    told: list[LoadFault] = []
    for row, drawn in files.sample:
        key = (drawn.stratum, drawn.psu, drawn.ssu)
        where = listed(key)
        found = kept.pop(key, {})
        if not found:
            told.append(YearDifference(name=where, kept=None, wanted=where, file=name, line=row).refused(fixed))
            continue
        for field, wanted in msgspec.structs.asdict(drawn).items():
            if found[field] != wanted:
                told.append(
                    YearDifference(
                        name=f"{where}: {field}", kept=found[field], wanted=wanted, file=name, line=row
                    ).refused(fixed)
                )
    told += [
        YearDifference(name=listed(key), kept=listed(key), wanted=None, file=name, line=1).refused(fixed)
        for key in kept
    ]
    plan.faults += told[:MOST_ROWS]
    if len(told) > MOST_ROWS:
        said = Failure(N_("còn %(n)s chỗ khác với mẫu đã nhập."), n=len(told) - MOST_ROWS)
        plan.faults.append(LoadFault(file=name, what=said, exit_code=JUDGED))


def _of_file(files: YearFiles, where: str, name: str, kept: object, wanted: object, why: Message) -> LoadFault:
    """A difference of a whole file that may not be."""
    return YearDifference(name=name, kept=kept, wanted=wanted, file=files.name_of(where), line=1).refused(why)
