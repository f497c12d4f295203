"""A year's survey rounds come to the next year as they were, later, and asked of nobody."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from parindex.assessments.cycles import steps
from parindex.store.database import Database
from parindex.surveys.rounds import carrying_over, opening
from tests.surveys.survey_fields import Field, a_field


async def next_year(db: Database, field: Field) -> UUID:
    async with db.transaction(field.tenant_id) as connection:
        set_id = await connection.fetchval("select criteria_set_id from cycles where id = $1", field.round.cycle_id)
        return await steps.create(
            connection, family="par-index", year=2090, tier="commune", criteria_set_id=set_id, participants=(),
            bodies={}, by="system",
        )  # fmt: skip


async def test_questions_least_count_and_contact_stay_and_days_move(db: Database, tenant: UUID) -> None:
    field = await a_field(db, tenant)
    later = await next_year(db, field)
    async with db.transaction(tenant) as connection:
        (made,) = await carrying_over.carry_over(connection, field.round.cycle_id, later, years=1, actor="system")
        held = field.round
        assert (made.instrument_id, made.form, made.min_n, made.contact) == (
            held.instrument_id, held.form, held.min_n, held.contact,
        )  # fmt: skip
        assert made.opens_on == carrying_over.moved(held.opens_on, 1)
        assert made.state == "open"
        assert await opening.progress(connection, made.id) == []


async def test_rounds_of_results_from_elsewhere_are_not_carried_on(db: Database, tenant: UUID) -> None:
    field = await a_field(db, tenant)
    later = await next_year(db, field)
    async with db.transaction(tenant) as connection:
        await opening.open_imported(
            connection, cycle_id=later, instrument_code="leaders", title_vi="Lãnh đạo 2025", opens_on=date(2025, 1, 1),
            closes_on=date(2025, 2, 1), actor="system",
        )  # fmt: skip
        assert await carrying_over.carry_over(connection, later, field.round.cycle_id, years=1, actor="system") == []


def test_a_title_names_the_later_year() -> None:
    assert carrying_over._title("Khảo sát SIPAS năm 2026", 2026, 1) == "Khảo sát SIPAS năm 2027"
    assert carrying_over._title("Khảo sát SIPAS năm 2025", 2026, 1) == "Khảo sát SIPAS năm 2026"
    assert carrying_over._title("Khảo sát người dân", 2026, 1) == "Khảo sát người dân"
