"""Every page in every role, on a desk and on a phone: axe finds nothing, nothing is too wide, nothing comes from elsewhere.

The routes are read from the application, so a page that nobody looks at here fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias

import pytest
from litestar import Router
from playwright.async_api import expect

from parindex.access import account_links, people, queries
from parindex.access.delegations import recording
from parindex.access.delegations.recording import NewDelegation
from parindex.access.imports import import_job
from parindex.access.staff import people_list
from parindex.access.staff.people_list import NewPerson
from parindex.agencies.code_lists import issuing, reading_lists
from parindex.agencies.model import Basis
from parindex.api.work.agencies import code_lists, importing
from parindex.api.work.years import owner_files
from parindex.app import _pages
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.assignments import assigning
from parindex.practice import ministries
from parindex.store import kept_files
from parindex.text import TIME_ZONE, local_day
from tests.api.work.criteria import set_drafts
from tests.api.work.instruments import instrument_drafts
from tests.api.work.jobs.sample_jobs import in_every_state
from tests.browser import small_platform
from tests.browsing import LONG, in_turn
from tests.conftest import PASSWORD
from tests.journeys import deeds

Visits: TypeAlias = tuple[tuple[str, str], ...]
"""(route, address)."""

NOT_PAGES: Final = {
    "/editions.json",
    "/editions/{number}/corrections.csv",
    "/editions/{number}/criteria.csv",
    "/healthz",
    "/keys.json",
    "/keys/{name}",
    "/readyz",
    "/s/{token}",
    "/surveys.csv",
    "/surveys.json",
    "/work/agencies.csv",
    "/work/agencies.xlsx",
    "/work/agencies/lists/{name}/codes.csv",
    "/work/agencies/lists/{name}/codes.xlsx",
    "/work/agencies/import/{list_id}/left.csv",
    "/work/years/{cycle_id}/owners.csv",
    "/work/years/{cycle_id}/owners.xlsx",
    "/work/years/{cycle_id}/owners/import/{list_id}/left.csv",
    "/work/criteria/drafts/{draft_id}/{name}",
    "/work/criteria/sets/{set_id}/{name}",
    "/work/documents/{document_id}/file",
    "/work/documents/{document_id}/pages/{number}",
    "/work/sheets/{sheet_id}/documents.csv",
    "/work/sheets/{sheet_id}/documents.xlsx",
    "/work/drafts",
    "/work/instruments/drafts/{draft_id}/source",
    "/work/instruments/versions/{instrument_id}/source.yaml",
    "/work/people/import/template.xlsx",
    "/work/people/import/{import_id}/bad.xlsx",
    "/work/people/review/{name}",
    "/work/surveys/{round_id}/codebook.csv",
    "/work/surveys/{round_id}/design.yaml",
    "/work/surveys/{round_id}/quality.csv",
    "/work/surveys/{round_id}/sample.csv",
}
"""Files, health, and the link that leads to the survey's first page; besides all below ``/api/v1/``."""

SURVEY: Final = {
    "/survey",
    "/survey/{step}",
    "/survey/information",
    "/survey/paused",
    "/survey/review",
    "/survey/receipt",
    "/survey/withdraw",
}
"""Looked at in the order in which a citizen comes to them."""

PUBLIC: Final = (
    ("/", "/"),
    ("/agencies", "/agencies"),
    ("/agencies", "/agencies?q=tan"),
    ("/agencies", "/agencies?q=khong-co"),
    ("/agencies/{code}", "/agencies/P01"),
    ("/agencies/{code}", "/agencies/P17"),
    ("/agencies/{code}", "/agencies/{ministry}"),
    ("/agencies/{code}/{year}/{criterion}", "/agencies/P01/2025/1.1.3"),
    ("/agencies/{code}/{year}/{criterion}", "/agencies/P01/2025/8.1"),
    ("/agencies/{code}/{year}/{criterion}", "/agencies/P17/2025/1.1.3"),
    ("/api/v1", "/api/v1"),
    ("/criteria", "/criteria"),
    ("/criteria/{family}/{version}", "/criteria/minh-hoa-cap-tinh/2025.1"),
    ("/criteria/{family}/{version}", "/criteria/par-index-cap-bo/2023"),
    ("/editions", "/editions"),
    ("/editions/{number}", "/editions/2025-province.1"),
    ("/editions/{number}", "/editions/2023-ministry.1"),
    ("/first/{token}", "/first/khong-con-dung"),
    ("/invitations/{token}", "{invitation}"),
    ("/keys", "/keys"),
    ("/method", "/method"),
    ("/open-data", "/open-data"),
    ("/problems", "/problems"),
    ("/problems/{code}", "/problems/sheet_incomplete"),
    ("/rankings", "/rankings"),
    ("/rankings/{year}/{tier}", "/rankings/2025/province"),
    ("/rankings/{year}/{tier}", "/rankings/2023/ministry"),
    ("/rankings/{year}/{tier}", "/rankings/2026/province"),
    ("/rankings/{year}/{tier}/{family}", "/rankings/2025/province/par-index"),
    ("/sign-in", "/sign-in"),
    ("/surveys", "/surveys"),
    ("/verify", "/verify"),
)  # fmt: skip
"""(route, address)."""

_SHEET, _LEAF = "/work/sheets/{sheet_id}", "/work/sheets/{sheet_id}/{code}"
_YEARS: Final = (
    ("/work", "/work"),
    ("/work/cycles", "/work/cycles"),
    ("/work/cycles/{cycle_id}", "/work/cycles/{cycle}"),
    ("/work/cycles/{cycle_id}", "/work/cycles/{past}"),
    (_SHEET, "/work/sheets/{P01}"),
    (_LEAF, "/work/sheets/{P01}/1.1.3"),
)
_RESULTS: Final = (
    ("/work/years", "/work/years"),
    ("/work/years/{cycle_id}", "/work/years/{cycle}"),
    ("/work/years/{cycle_id}", "/work/years/{past}"),
    ("/work/years/{cycle_id}", "/work/years/{computed}"),
    ("/work/years/{cycle_id}", "/work/years/{approval}"),
)
_AGENCIES: Final = (
    ("/work/agencies", "/work/agencies"),
    ("/work/agencies", "/work/agencies?q=khong-co"),
    ("/work/agencies/{code}", "/work/agencies/P01"),
    ("/work/agencies/mergers", "/work/agencies/mergers"),
    ("/work/agencies/lists", "/work/agencies/lists"),
    ("/work/agencies/lists/{name}", "/work/agencies/lists/document_types"),
    ("/work/agencies/lists/{name}", "/work/agencies/lists/fields"),
)
_BASIS: Final = "day=01/03/2026&number=12/NQ&date=03/02/2026"
_REGISTRY: Final = (
    *_AGENCIES,
    ("/work/agencies/new", "/work/agencies/new"),
    ("/work/agencies/import", "/work/agencies/import"),
    ("/work/agencies/import/{list_id}", "/work/agencies/import/{list}"),
    ("/work/agencies/merge", "/work/agencies/merge"),
    ("/work/agencies/lists/{name}/import", "/work/agencies/lists/fields/import"),
    ("/work/agencies/lists/{name}/import/{list_id}", "/work/agencies/lists/document_types/import/{list}"),
    *(("/work/agencies/{code}/{deed}", f"/work/agencies/P01/{deed}") for deed in ("change", "close", "merge", "split")),
    (
        "/work/agencies/{code}/{deed}/check",
        f"/work/agencies/P01/merge/check?{_BASIS}&others=P02&code=P99&name_vi=T%E1%BB%89nh%20M%E1%BB%9Bi",
    ),
    ("/work/agencies/{code}/{deed}/check", f"/work/agencies/P01/close/check?{_BASIS}"),
)
_ROUNDS: Final = (
    ("/work/surveys", "/work/surveys"),
    ("/work/surveys/{round_id}", "/work/surveys/{round}"),
    ("/work/surveys/{round_id}", "/work/surveys/{past_round}"),
)
_DRAFT: Final = "/work/criteria/drafts/{draft_id}"
_SETS: Final = (
    ("/work/criteria", "/work/criteria"),
    ("/work/criteria/sets/{set_id}", "/work/criteria/sets/{set}"),
    (_DRAFT, "/work/criteria/drafts/{submitted_set}"),
    (_DRAFT + "/lines", "/work/criteria/drafts/{submitted_set}/lines"),
)
_QUESTIONS: Final = "/work/instruments/drafts/{draft_id}"
_INSTRUMENTS: Final = (
    ("/work/instruments", "/work/instruments"),
    ("/work/instruments/versions/{instrument_id}", "/work/instruments/versions/{instrument}"),
    (_QUESTIONS, "/work/instruments/drafts/{instrument_submitted}"),
    (_QUESTIONS + "/lines", "/work/instruments/drafts/{instrument_submitted}/lines"),
    (_QUESTIONS + "/preview", "/work/instruments/drafts/{instrument_submitted}/preview"),
)
_DECLARING: Final = (
    ("/work", "/work"),
    (_SHEET, "/work/sheets/{P03}"),
    (_SHEET, "/work/sheets/{P03}?show=missing"),
    *((_LEAF, "/work/sheets/{P03}/" + code) for code in ("1.1.1", "1.1.2", "1.1.3", "1.4.1", "3.3.1", "7.1.1")),
    ("/work/sheets/{sheet_id}/{code}/evidence", "/work/sheets/{P03}/1.1.3/evidence"),
    ("/work/sheets/{sheet_id}/{code}/evidence", "/work/sheets/{P03}/1.1.3/evidence?search=khong-co"),
    ("/work/sheets/{sheet_id}/hand-in", "/work/sheets/{P03}/hand-in"),
    ("/work/documents", "/work/documents"),
    ("/work/documents/{document_id}", "/work/documents/{document}"),
)
WORK: Final = {
    "chuyenvien": _DECLARING,
    "daumoi": (*_DECLARING[:5], ("/work/sheets/{sheet_id}/assignments", "/work/sheets/{P03}/assignments")),
    "lanhdao": (
        ("/work", "/work"),
        ("/work/account", "/work/account"),
        ("/work/people/delegations", "/work/people/delegations"),
        ("/work/people/delegations/new", "/work/people/delegations/new"),
        (_SHEET, "/work/sheets/{P03}"),
        (_LEAF, "/work/sheets/{P03}/1.1.3"),
    ),
    "lanhdao2": (
        ("/work", "/work"),
        (_SHEET, "/work/sheets/{P02}"),
        ("/work/sheets/{sheet_id}/receipt", "/work/sheets/{P02}/receipt"),
        ("/work/sheets/{sheet_id}/withdraw", "/work/sheets/{P02}/withdraw"),
        ("/work/sheets/{sheet_id}/resend", "/work/sheets/{P02}/resend"),
    ),
    "lanhdao5": (
        ("/work", "/work"),
        (_SHEET, "/work/sheets/{P05}"),
        ("/work/sheets/{sheet_id}/decide", "/work/sheets/{P05}/decide"),
        ("/work/sheets/{sheet_id}/submit", "/work/sheets/{P05}/submit"),
    ),
    "chuyenvien7": (("/work", "/work"), (_SHEET, "/work/sheets/{P07}"), (_LEAF, "/work/sheets/{P07}/1.1.1")),
    "thamdinh": (
        ("/work", "/work"),
        ("/work/appraisals/{cycle_id}", "/work/appraisals/{cycle}"),
        *(
            ("/work/appraisals/{cycle_id}/{code}", f"/work/appraisals/{{cycle}}/{code}?agency={agency}")
            for code, agency in (("1.1.1", "P02"), ("1.1.1", "P07"), ("1.1.2", "P02"), ("1.1.3", "P02"),
                                 ("1.1.3", "P01"), ("1.1.3", "P03"), ("1.4.1", "P02"))
        ),
        ("/work/appraisals/{cycle_id}/{code}/rest", "/work/appraisals/{cycle}/1.1.2/rest"),
    ),
    "thamdinh2": (("/work", "/work"), ("/work/appraisals/{cycle_id}", "/work/appraisals/{cycle}")),
    "thuky": (
        *_YEARS,
        *_ROUNDS,
        ("/work/surveys/{round_id}/extend", "/work/surveys/{round}/extend"),
        ("/work/surveys/{round_id}/lock", "/work/surveys/{round}/lock"),
        *_RESULTS,
        ("/work/cycles/{cycle_id}/close-self-assessment", "/work/cycles/{cycle}/close-self-assessment"),
        ("/work/cycles/{cycle_id}/extend", "/work/cycles/{cycle}/extend"),
        ("/work/sheets/{sheet_id}/give-back", "/work/sheets/{P02}/give-back"),
        ("/work/cycles/{cycle_id}/confirmed", "/work/cycles/{cycle}/confirmed"),
        ("/work/cycles/{cycle_id}/close-appraisal", "/work/cycles/{appraising}/close-appraisal"),
        ("/work/cycles/{cycle_id}/open", "/work/cycles/{draft}/open"),
        ("/work/years/{cycle_id}/compute", "/work/years/{computed}/compute"),
        ("/work/years/{cycle_id}/submit", "/work/years/{computed}/submit"),
        ("/work/years/{cycle_id}/reopen", "/work/years/{past}/reopen"),
        ("/work/years/{cycle_id}/archive", "/work/years/{past}/archive"),
        ("/work/years/new", "/work/years/new"),
        ("/work/years/{cycle_id}/draft", "/work/years/{draft}/draft"),
        ("/work/years/{cycle_id}/owners", "/work/years/{draft}/owners"),
        ("/work/years/{cycle_id}/owners/import", "/work/years/{draft}/owners/import"),
        ("/work/years/{cycle_id}/owners/import/{list_id}", "/work/years/{draft}/owners/import/{list}"),
        *((f"/work/years/{{cycle_id}}/{step}", f"/work/years/{{draft}}/{step}") for step in ("issue", "delete")),
        ("/work/years/{cycle_id}/amend/{set_id}", "/work/years/{cycle}/amend/{amending_set}"),
        ("/work/years/{cycle_id}/pause", "/work/years/{cycle}/pause"),
        ("/work/years/{cycle_id}/resume", "/work/years/{paused}/resume"),
        ("/work/years/{cycle_id}/join", "/work/years/{issued}/join"),
        ("/work/years/{cycle_id}/join/check", "/work/years/{issued}/join/check?agency=P02"),
    ),
    "hoidong": (*_YEARS, *_RESULTS),
    "chutich": (*_YEARS, *_RESULTS, ("/work/years/{cycle_id}/cancel", "/work/years/{cycle}/cancel")),
    "pheduyet": (
        *_YEARS,
        *_RESULTS,
        *_SETS,
        (_DRAFT + "/approve", "/work/criteria/drafts/{submitted_set}/approve"),
        (_DRAFT + "/publish", "/work/criteria/drafts/{approved_set}/publish"),
        *_INSTRUMENTS,
        (_QUESTIONS + "/approve", "/work/instruments/drafts/{instrument_submitted}/approve"),
        (_QUESTIONS + "/publish", "/work/instruments/drafts/{instrument_approved}/publish"),
        ("/work/editions/{number}/retract", "/work/editions/2025-province.1/retract"),
        ("/work/years/{cycle_id}/publish", "/work/years/{approval}/publish"),
    ),
    "thanhtra": (
        *_YEARS,
        *_ROUNDS,
        *_RESULTS,
        *_AGENCIES,
        *_SETS[:3],
        ("/work/people", "/work/people"),
        ("/work/people/{person_id}", "/work/people/{somebody}"),
        ("/work/people/review", "/work/people/review"),
        ("/work/people/delegations", "/work/people/delegations"),
    ),
    "bochiso": (
        *_YEARS[:3],
        *_ROUNDS,
        *_REGISTRY,
        ("/work/surveys/{round_id}/exact-file", "/work/surveys/{past_round}/exact-file"),
        *_SETS,
        *_INSTRUMENTS[:2],
        (_QUESTIONS, "/work/instruments/drafts/{instrument_draft}"),
        (_QUESTIONS, "/work/instruments/drafts/{instrument_draft}?show=same"),
        (_QUESTIONS, "/work/instruments/drafts/{instrument_broken}"),
        (_QUESTIONS + "/preview", "/work/instruments/drafts/{instrument_draft}/preview?form=short"),
        (_QUESTIONS + "/submit", "/work/instruments/drafts/{instrument_draft}/submit"),
        ("/work/criteria/new", "/work/criteria/new"),
        (_DRAFT, "/work/criteria/drafts/{draft_set}"),
        (_DRAFT, "/work/criteria/drafts/{draft_set}?show=same"),
        (_DRAFT, "/work/criteria/drafts/{broken_set}"),
        *((f"{_DRAFT}/{one}", f"/work/criteria/drafts/{{draft_set}}/{one}") for one in ("preview", "bridge", "rules", "cases", "appraisers", "submit")),
        (_DRAFT + "/rules/{code}", "/work/criteria/drafts/{draft_set}/rules/1.1.1"),
        (_DRAFT + "/rules/{code}", "/work/criteria/drafts/{draft_set}/rules/1.1.2?choice=share"),
    ),
    "dieutra": (("/work", "/work"),),
    "giamsat": (("/work", "/work"), *_ROUNDS[:2]),
    "bandieuhanh": (("/work", "/work"), ("/work/overview", "/work/overview")),
    "quantri": (
        ("/work", "/work"),
        ("/work/account", "/work/account"),
        ("/work/people", "/work/people"),
        ("/work/people", "/work/people?search=khong-co-ai"),
        ("/work/people", "/work/people?tab=never"),
        ("/work/people/new", "/work/people/new"),
        ("/work/people/import", "/work/people/import"),
        ("/work/people/import/{import_id}", "/work/people/import/{sheet_of_people}"),
        ("/work/people/delegations", "/work/people/delegations"),
        ("/work/people/delegations/new", "/work/people/delegations/new"),
        ("/work/people/delegations/new", "/work/people/delegations/new?giver={somebody}"),
        ("/work/people/review", "/work/people/review"),
        ("/work/people/{person_id}", "/work/people/{somebody}"),
        ("/work/people/{person_id}/stop", "/work/people/{somebody}/stop"),
        ("/work/people/{person_id}/leave", "/work/people/{somebody}/leave"),
        ("/work/people/{person_id}/hand-over", "/work/people/{somebody}/hand-over"),
        ("/work/people/unheld", "/work/people/unheld"),
        ("/work/jobs", "/work/jobs"),
        *(("/work/jobs/{job_id}", f"/work/jobs/{{{state}}}") for state in ("running", "failed", "cancelled")),
    ),
}  # fmt: skip
"""By login: (route, address)."""


def first_visits(by_login: Mapping[str, Visits], *, every: bool) -> dict[str, Visits]:
    """What each person looks at: their own work list, and what nobody before them has looked at; or everything."""
    seen: set[tuple[str, str]] = set()
    found: dict[str, Visits] = {}
    for login, visits in by_login.items():
        found[login] = tuple(one for one in visits if every or one[0] == "/work" or one not in seen)
        seen |= set(visits)
    return found


LOOKED_AT: Final = first_visits(WORK, every=LONG)
"""Who looks at what in this run: in a long one every role at every page of theirs."""

EXPECTED: Final = {
    "/rankings/2026/province": 404, "/first/khong-con-dung": 410, "/work/sheets/{P02}/resend": 409,
}  # fmt: skip
"""Pages that do not answer 200: a year that is not published yet, a link for a first administrator where there is one, a sheet
of which nothing is open again."""

DARK: Final = {
    "/", "/agencies/{code}", "/rankings/{year}/{tier}", "/editions/{number}", "/work", _LEAF,
    "/work/appraisals/{cycle_id}/{code}", "/work/cycles/{cycle_id}", "/work/surveys/{round_id}", "/survey/{step}",
}  # fmt: skip
"""Routes that are looked at in both colour schemes."""


PLATFORM: Final = {"waiting": ("P02", "P07"), "stays": {"P03": "drafting", "P05": "with_leader", "P17": "not_started"}}
"""How the small platform of this module is loaded."""


@pytest.fixture(scope="module")
def names(site, platform) -> dict[str, str]:
    """What stands in braces in an address."""
    return site.call(_names(site, platform))


async def _names(site, platform) -> dict[str, str]:
    async with site.services.db.transaction(site.tenant) as connection:
        asked = Ruling(code="1.1.1", kind="ask", reason="Đề nghị gửi quyết định ban hành kế hoạch.")
        await deciding.decide(connection, platform.staff.appraisers["home-affairs"], platform.sheets["P07"].id, [asked])
        invited = await queries.secret_of_login(connection, "quantri")
        token = await account_links.invite(connection, invited[0], by="system")
        somebody, of_people = await _people(connection, invited[0])
        past = await connection.fetchval("select id from cycles where year = 2025")
        past_round = await connection.fetchval(
            "select id from survey_rounds where cycle_id = $1 and state = 'locked'", past
        )
        states = await in_every_state(connection, "system")
        await kept_files.keep(connection, importing.KIND, platform.cycle, _list(), counts={}, days=1)
        await kept_files.keep(connection, code_lists.KIND, platform.cycle, _codes(), counts={}, days=1)
        await kept_files.keep(connection, owner_files.KIND, platform.cycle, _owners(), counts={}, days=1)
        read = reading_lists.read_codes(
            "code,name_vi,name_en,note\nKH,Kế hoạch,Plan,\nBC,Báo cáo,Report,Định kỳ\n".encode()
        )
        basis = Basis(number="12/QĐ-SNV (mô phỏng)", date=date(2026, 1, 5))
        await issuing.issue(connection, "document_types", read, basis=basis, by="system")
        sets = await set_drafts.in_every_state(connection)
        sets |= await instrument_drafts.in_every_state(connection)
        await _assigned(connection, platform.sheets["P03"].id)
        document = await connection.fetchval(
            "select id from documents where agency_id = (select agency_id from sheets where id = $1) order by id limit 1",
            platform.sheets["P03"].id,
        )
    others = await small_platform.other_years(site.services, site.tenant, platform)
    sheets = {code: str(sheet.id) for code, sheet in platform.sheets.items()}
    return {
        **{state: str(job) for state, job in states.items()},
        **{state: str(one) for state, one in sets.items()},
        "document": str(document), **sheets, **{name: str(cycle_id) for name, cycle_id in others.items()}, "cycle": str(platform.cycle), "list": str(platform.cycle), "round": str(platform.round), "past": str(past),
        "somebody": str(somebody), "sheet_of_people": str(of_people),
        "past_round": str(past_round), "invitation": f"/invitations/{token}", "ministry": ministries.CODES["Bộ Nội vụ"],
    }  # fmt: skip


async def _assigned(connection, sheet_id) -> None:
    """Leaves of which a specialist has some, one to look at only."""
    focal, specialist = [
        await people.by_actor(connection, str((await queries.secret_of_login(connection, login))[0]))
        for login in ("daumoi", "chuyenvien")
    ]
    await assigning.assign(connection, focal, sheet_id, ["1.1.1", "1.1.2", "1.1.3"], specialist.id, "owner")
    await assigning.assign(connection, focal, sheet_id, ["1.4.1"], specialist.id, "contributor")
    await assigning.assign(connection, focal, sheet_id, ["1.1.1"], focal.id, "monitor")


async def _list():
    """A list of agencies with a new row, a corrected one and two that are wrong."""
    yield (
        "code,name_vi,tier,parent\nP77,Tỉnh Mới,province,\nP01,Thành phố Tân Hải Mới,province,\np78,Tỉnh,province,\n"
        "P79,Tỉnh Sai Cấp,planet,KHONG\n"
    ).encode()


async def _owners():
    """A list of owner bodies with rows that are wrong."""
    yield b"agency,leaf,owner\nP01,1.1.1,P02\nP01,x,\nKHONG,1.1.1,\n"


async def _codes():
    """A list of codes with a new one, one that means something else, and two that are wrong."""
    yield "code,name_vi,parent\nKH,Kế hoạch công tác,\nTTr,Tờ trình,\nQĐ,,\nKH,Kế hoạch,\n".encode()


async def _people(connection, administrator_id) -> tuple[Any, Any]:
    """The leader who lends a right, and a sheet of people with good and bad rows."""
    boss = await people.by_actor(connection, str(administrator_id))
    leader, deputy = [(await queries.secret_of_login(connection, login))[0] for login in ("lanhdao", "daumoi")]
    today = local_day(datetime.now(UTC))  # of the tenant: between 17:00 and 24:00 UTC it is tomorrow there
    lent = NewDelegation(
        kind="approve_sheet", from_person=leader, to_person=deputy, first=today, last=today + timedelta(days=9),
        reason="Nghỉ phép", basis="03/GUQ-UBND",
    )  # fmt: skip
    await recording.record(connection, boss, lent, TIME_ZONE)
    await people_list.add(
        connection, boss, NewPerson(login="moi", name="Hồ Thị Bảo Ngọc", email="ngoc@coquan.example"), (), TIME_ZONE
    )
    rows = ["Họ tên,Tên đăng nhập,Vai trò,Mã đơn vị,Đến ngày", "Trương Mỹ Duyên,duyen,secretary,,", "Phan Văn Lực,luc,Chuyên viên,P03,30/2/2027",
            "Ai Đó,lanhdao,Trưởng bản,P99,"]  # fmt: skip
    return leader, await import_job.receive(connection, boss, "nhan-su.csv", "\n".join(rows).encode())


def test_whatever_a_role_leaves_out_another_looks_at_in_the_same_run():
    short = first_visits(WORK, every=False)
    assert {one for visits in short.values() for one in visits} == {one for visits in WORK.values() for one in visits}
    assert all(visits[0][0] == "/work" for visits in short.values())
    assert first_visits(WORK, every=True) == WORK


def test_every_page_of_the_application_is_looked_at():
    routes = Router("/", route_handlers=_pages()).routes
    read = {
        route.path_format for route in routes if "GET" in route.methods and not route.path_format.startswith("/api/v1/")
    }
    looked_at = {route for route, _ in PUBLIC} | SURVEY | {route for visits in WORK.values() for route, _ in visits}
    assert read - NOT_PAGES - looked_at == set(), "no browser looks at these pages"
    assert (looked_at | NOT_PAGES) - read == set(), "these pages do not exist"


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_public_pages(site, names, visit, lang):
    visitor = await visit(site)
    await visitor.open(f"/?lang={lang}")
    await _look_at_all(visitor, names, PUBLIC if lang == "vi" else in_turn(PUBLIC, 0, of=3), dark=lang == "vi")


@pytest.mark.parametrize("login", WORK)
async def test_pages_at_work(site, names, visit, login):
    visitor = await visit(site)
    await visitor.sign_in(login, PASSWORD)
    await _look_at_all(visitor, names, LOOKED_AT[login], dark=login in ("chuyenvien", "thamdinh", "thuky"))


@pytest.mark.parametrize("login", ["chuyenvien", "thamdinh", "thuky"])
async def test_pages_at_work_in_english(site, names, visit, login):
    visitor = await visit(site)
    await visitor.open("/?lang=en")
    await visitor.sign_in(login, PASSWORD)
    await _look_at_all(visitor, names, WORK[login][: 6 if LONG else 3], dark=False)


async def _look_at_all(visitor: Any, names: dict[str, str], visits: Any, *, dark: bool) -> None:
    told: dict[str, Any] = {}
    seen: set[str] = set()
    for route, address in visits:
        page = await visitor.open(address.format_map(names))
        title = await page.title()
        flaws = await visitor.flaws(dark=dark and route in DARK and route not in seen)
        seen.add(route)
        if visitor.status != EXPECTED.get(address, 200):
            flaws.append(f"answered {visitor.status}")
        if not title.strip():
            flaws.append("has no title")
        if flaws:
            told[address] = flaws
    assert not told, "\n".join(f"{address}: {flaw}" for address, flaws in told.items() for flaw in flaws)


async def test_pages_of_the_survey(site, platform, visit):
    visitor = await visit(site, size="360")
    page = visitor.page
    await visitor.open("/survey")
    told = [f"no visit: {flaw}" for flaw in await visitor.flaws()]
    _, flaws = await deeds.answer_survey(visitor, platform.tokens[0], look=True)
    told += flaws
    visitor = await visit(site, size="360")
    page = await visitor.open(f"/s/{platform.tokens[1]}?lang=en")
    await page.locator("main form button[type=submit]").click()
    await page.locator("button[value=next]:not(.sr)").click()
    for path in (None, "/survey/information", "/survey/paused", "/survey/withdraw", "/survey/review"):
        if path:
            await visitor.open(path)
        told += [f"{page.url}: {flaw}" for flaw in await visitor.flaws()]
    assert not told, "\n".join(told)


async def test_pages_that_refuse(site, names, visit):
    """What was typed comes back with a summary that is as accessible as the page."""
    visitor = await visit(site)
    page = visitor.page
    told: list[str] = []

    async def look(what: str) -> None:
        told.extend(f"{what}: {flaw}" for flaw in await visitor.flaws())

    await visitor.open("/khong-co-trang-nay")
    await look("not found")
    await visitor.sign_in("chuyenvien", "sai mật khẩu rồi")
    await look("sign-in refused")
    await visitor.sign_in("chuyenvien", PASSWORD)
    await visitor.open("/work/surveys")
    await look("not allowed")
    await visitor.open(f"/work/sheets/{names['P03']}/1.1.3")
    await page.locator("input[name='fact:1.1.3.done']").fill("một trăm")
    await page.locator("button[value=stay]").click()
    await expect(page.locator(".errs")).to_be_focused()
    await look("a fact that is no number")
    await visitor.open(f"/work/sheets/{names['P03']}/1.1.3/evidence")
    await page.locator("form[enctype] button[type=submit]").click()
    await look("a document without anything")
    await visitor.open(f"/work/sheets/{names['P03']}/hand-in")
    await look("a sheet that is not complete")
    assert not told, "\n".join(told)
