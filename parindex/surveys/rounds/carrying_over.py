"""Survey rounds of a new year made from those of another: the same questions, a number of years on, asked of nobody yet."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from parindex.store.database import Connection
from parindex.surveys.model import Round
from parindex.surveys.rounds import opening


async def carry_over(connection: Connection, source_id: UUID, cycle_id: UUID, *, years: int, actor: str) -> list[Round]:
    """Open a round for each that a year held here; samples are drawn and loaded anew.

    Args:
        connection: In a transaction of the tenant.
        source_id: The year whose rounds are taken; those of imported results are not.
        cycle_id: The year that gets them.
        years: By how many years their days move; the year in a title moves too.
        actor: Who makes them.
    """
    made = []
    for held in await opening.of_cycle(connection, source_id):
        if held.instrument_id is None or held.form is None:
            continue
        made.append(
            await opening.open_round(
                connection, cycle_id=cycle_id, instrument_id=held.instrument_id, form=held.form,
                title_vi=_title(held.title_vi, held.opens_on.year, years),
                title_en=_title(held.title_en, held.opens_on.year, years) if held.title_en else None,
                min_n=held.min_n, opens_on=moved(held.opens_on, years), closes_on=moved(held.closes_on, years),
                information=held.information, contact=held.contact, actor=actor,
            )
        )  # fmt: skip
    return made


def moved(day: date, years: int) -> date:
    """A day some years on; the 29th of February becomes the 28th.

    >>> moved(date(2024, 2, 29), 1), moved(date(2026, 1, 20), 2)
    (datetime.date(2025, 2, 28), datetime.date(2028, 1, 20))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _title(title: str, year: int, years: int) -> str:
    """A title that names its year, or the one before, names the later one."""
    for named in (year, year - 1):
        if str(named) in title:
            return title.replace(str(named), str(named + years))
    return title
