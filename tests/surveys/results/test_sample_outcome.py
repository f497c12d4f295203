"""Silent communes stand in the quality table and in sample.csv, with their disposition, and nowhere in the answers."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.model import UnitProgress
from parindex.surveys.results import estimates, microdata
from parindex.surveys.results.sample_outcome import communes, quality_csv, sample_csv, strata
from parindex.surveys.rounds import lock, opening, progress
from tests.surveys.survey_fields import Field, submission, unit

A, B = UUID(int=1), UUID(int=2)
CODES = {A: "tinh-a", B: "tinh-b"}


def village(agency: UUID, stratum: str, psu: int, ssu: int, invited: int, answered: int) -> UnitProgress:
    return UnitProgress(unit=unit(agency, stratum, psu, ssu), invited=invited, answered=answered)


UNITS = [
    village(A, "S", 1, 1, 10, 4), village(A, "S", 1, 2, 10, 0), village(A, "S", 2, 1, 10, 0), village(A, "S", 2, 2, 10, 0),
    village(A, "S", 3, 1, 0, 0), village(B, "T", 1, 1, 10, 1),
]  # fmt: skip


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_commune_is_silent_where_no_village_of_it_answered() -> None:
    found = {(one.stratum, one.psu): (one.disposition, one.reason) for one in communes(UNITS, CODES, closed=True)}
    assert found == {
        ("S", "X1"): ("answered", None),
        ("S", "X2"): ("silent", "no_answer"),
        ("S", "X3"): ("silent", "not_invited"),
        ("T", "X1"): ("answered", None),
    }


def test_the_table_counts_drawn_answered_and_silent_communes_and_names_the_silent() -> None:
    table = rows(quality_csv(strata(communes(UNITS, CODES, closed=True))))
    assert [
        (r["stratum"], r["agency"], r["psus_drawn"], r["psus_answered"], r["psus_silent"], r["silent"]) for r in table
    ] == [
        ("S", "tinh-a", "3", "1", "2", "Xã 2; Xã 3"),
        ("T", "tinh-b", "1", "1", "0", ""),
    ]
    assert [one.lonely for one in strata(communes(UNITS, CODES, closed=True))] == [True, True]


def test_the_sample_gives_each_commune_its_disposition_and_nothing_by_which_its_answers_are_known() -> None:
    table = rows(sample_csv(communes(UNITS, CODES, closed=True)))
    assert [(r["psu_name"], r["disposition"], r["reason"]) for r in table] == [
        ("Xã 1", "answered", ""), ("Xã 2", "silent", "no_answer"), ("Xã 3", "silent", "not_invited"), ("Xã 1", "answered", ""),
    ]  # fmt: skip
    assert set(table[0]) == {
        "agency", "stratum", "psu", "psu_name", "psu_population", "psu_drawn", "disposition", "reason",
    }  # fmt: skip


def test_while_answers_may_still_come_a_commune_without_any_is_awaited() -> None:
    found = {one.disposition: one.reason for one in communes(UNITS, CODES, closed=False)}
    assert found == {"answered": None, "awaited": None}


def test_a_commune_that_is_asked_about_two_agencies_is_one_commune() -> None:
    shared = [village(A, "S", 1, 1, 10, 0), village(B, "S", 1, 2, 10, 3)]
    (one,) = communes(shared, CODES, closed=True)
    assert (one.agencies, one.disposition) == (("tinh-a", "tinh-b"), "answered")


@given(st.lists(st.tuples(st.sampled_from("ST"), st.integers(1, 5), st.integers(0, 3), st.integers(0, 2)), max_size=30))
def test_drawn_is_answered_and_silent_and_every_commune_is_counted_once(found: list[tuple[str, int, int, int]]) -> None:
    units = [village(A, s, psu, n, invited, answered) for n, (s, psu, invited, answered) in enumerate(found)]
    drawn = communes(units, CODES, closed=True)
    assert {(one.stratum, one.psu) for one in drawn} == {(one.unit.stratum, one.unit.psu) for one in units}
    assert len({(one.stratum, one.psu) for one in drawn}) == len(drawn)
    for outcome in strata(drawn):
        assert outcome.drawn == outcome.answered + len(outcome.silent)
    assert all((one.reason is None) == (one.disposition == "answered") for one in drawn)


async def test_the_silent_commune_of_a_round_is_in_the_sample_and_not_in_the_answers_nor_in_the_design(
    db: Database, intake: Intake, field: Field
) -> None:
    silent = field.units[0]
    for place in range(6, len(field.tokens)):
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        units = await opening.progress(connection, field.round.id)
        agencies = await progress.agencies(connection, field.round.id)
        run = await estimates.newest_run(connection, field.round.id)
        assert run is not None
        numbers = {one.agency: one for one in await estimates.of_run(connection, run.id) if one.measure == "index"}
    drawn = communes(units, {key: one.code for key, one in agencies.items()}, closed=True)
    assert [(one.stratum, one.psu) for one in drawn if one.disposition == "silent"] == [(silent.stratum, silent.psu)]
    assert (run.method["psus"], run.method["silent_psus"]) == (len(drawn) - 1, 1)
    assert (numbers["tinh-a"].df, numbers["tinh-b"].df) == (2, 3)
    data = await microdata.prepare(db, field.tenant_id, field.round.id, reason="Kiểm tra", actor="system")
    lines = rows(b"".join([piece async for piece in microdata.stream(db, field.tenant_id, data)]))
    assert len({(row["stratum"], row["psu"]) for row in lines}) == len(drawn) - 1
