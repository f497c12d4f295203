"""``parindex load``: the year of ``docs/loading.md`` is entered whole, once, or not at all."""

from __future__ import annotations

import pytest

from parindex.access import account_links, sessions, tenants
from parindex.access.people import token_hash
from parindex.assessments.cycles import steps
from parindex.surveys.rounds import opening

PASSWORD = "một mật khẩu đủ dài"


async def entered(db):
    """Counts of what the tenant has."""
    tenant = await tenants.by_code(db, "hoa-lac")
    if tenant is None:
        return None
    async with db.transaction(tenant.id) as connection:
        return {
            table: await connection.fetchval(f"select count(*) from {table}")
            for table in ("people", "agencies", "criteria_sets", "cycles", "survey_rounds", "sample_units")
        }


WHOLE = {"people": 6, "agencies": 3, "criteria_sets": 1, "cycles": 1, "survey_rounds": 1, "sample_units": 2}


async def test_the_year_of_the_document_is_entered_and_a_second_time_changes_nothing(load, db):
    first = await load()
    assert first.returncode == 0, first.stderr
    links = dict(line.split("\t") for line in first.stdout.splitlines())
    assert set(links) == {"thuky", "pheduyet", "snv.thamdinh", "stc.thamdinh", "snv.chuyenvien", "snv.lanhdao"}
    assert all(link.startswith("/t/hoa-lac/invitations/") for link in links.values())
    assert "PARINDEX_BASE_URL" in first.stderr
    assert await entered(db) == WHOLE
    second = await load()
    assert (second.returncode, second.stdout) == (0, ""), second.stderr
    assert await entered(db) == WHOLE


async def test_an_account_that_was_entered_opens_the_year(load, db):
    done = await load()
    assert done.returncode == 0, done.stderr
    token = dict(line.split("\t") for line in done.stdout.splitlines())["thuky"].rsplit("/", 1)[1]
    tenant = await tenants.by_code(db, "hoa-lac")
    async with db.transaction(tenant.id) as connection:
        await account_links.accept_invitation(connection, token, PASSWORD)
    session = await sessions.sign_in(db, tenant.id, "thuky", PASSWORD)
    secretary = await sessions.person_of(db, tenant.id, session, idle_hours=1)
    async with db.transaction(tenant.id) as connection:
        assert token_hash(token)
        cycle_id = await connection.fetchval("select id from cycles")
        await steps.open_year(connection, secretary, cycle_id)
        assert await connection.fetchval("select state from cycles") == "self_assessment"
        (opened,) = await opening.of_cycle(connection, cycle_id)
        assert (opened.instrument_code, opened.form, opened.state) == ("sipas", "short", "open")


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "told"),
    [
        ("year.yaml", "tier: department", "teir: department", 1, "teir"),
        ("year.yaml", "year: 2026\n", "year: sau\n", 1, "year"),
        ("year.yaml", "roles: [secretary]", "roles: [secretery]", 1, "secretery"),
        ("year.yaml", "substitute: STC", "substitute: STX", 1, "STX"),
        ("year.yaml", "form: short", "form: shortest", 1, ""),
        ("year.yaml", "agencies: agencies.csv", "agencies: nowhere.csv", 2, "nowhere.csv"),
        ("year.yaml", "agencies: agencies.csv", "agencies: agencies.csv\npeople: []", 1, "people"),
        ("year.yaml", "agencies: agencies.csv", "agencies: &a agencies.csv", 1, "&a"),
        ("agencies.csv", "SYT,Sở Y tế,department", "SYT,Sở Y tế,departmant", 1, "departmant"),
        ("dung-han/2026.1.yaml", "floor:", "flor:", 1, "flor"),
        ("sipas-2026.yaml", "weights: items", "wieghts: items", 1, "wieghts"),
        ("sample.csv", "640", "nhiều", 1, "population"),
        ("sample.csv", "SNV,SNV,X01", "SNX,SNV,X01", 1, "SNX"),
    ],
)
async def test_a_fault_in_any_file_is_told_and_nothing_is_entered(load, db, year, file, old, new, code, told):
    path = year.parent / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = await load()
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert await entered(db) is None


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("year.yaml", "last_day: 2027-01-20", "last_day: 2026-10-20", "cycle.last_day"),
        ("year.yaml", "last_day: 2027-01-20", "last_day: 2072-01-20", "2072"),
        ("year.yaml", "closes_on: ", "closes_on: 2020-01-01 # ", "survey.closes_on"),
        ("year.yaml", "bodies: {", "bodies: {nobody: {agency: SNV, substitute: STC}, ", "nobody"),
        ("year.yaml", "- {login: thuky", "- {login: thuky, login: thuky", "login"),
        ("agencies.csv", "SYT,Sở Y tế,department", "SYT,Sở Y tế,department,", "official_order"),
        ("sample.csv", "0.31", "31", "psu_probability"),
        ("sample.csv", "0.31", "0.5", "psu_probability"),
    ],
)
async def test_what_the_database_would_refuse_is_told_with_its_place(load, db, year, file, old, new, told):
    path = year.parent / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = await load()
    assert done.returncode in (1, 2), done.stderr
    assert "Error" not in done.stderr
    assert file in done.stderr or told in done.stderr
    assert await entered(db) is None


async def test_links_begin_with_the_base_address(load, monkeypatch):
    monkeypatch.setenv("PARINDEX_BASE_URL", "https://parindex.example")
    done = await load()
    assert done.returncode == 0, done.stderr
    links = [line.split("\t")[1] for line in done.stdout.splitlines()]
    assert links
    assert all(link.startswith("https://parindex.example/t/hoa-lac/invitations/") for link in links)
    assert "PARINDEX_BASE_URL" not in done.stderr
