"""The SQL of results: answers read by item, computations and their numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

import msgspec

from parindex.store.database import Connection, Row

_TENANT = "current_setting('parindex.tenant')::uuid"


async def scored_answers(
    connection: Connection, round_id: UUID, units: Sequence[UUID], first: int, last: int
) -> AsyncIterator[Row]:
    """For each unit with responses, in their order: its place, and the answers at first..last as the server sends them.

    An answer that was not asked is −128. A cursor: what stands at the units ahead is not read yet.

    Args:
        connection: In a transaction.
        round_id: The round.
        units: Units in the order that is wanted.
        first: First position of the answers, from 0.
        last: Last position, included.
    """
    async for row in connection.cursor(
        """select g.place, string_agg(array_send(array_replace(r.answers[$4:$5], null, (-128)::smallint)), '') as answers
        from responses r join unnest($2::uuid[], $3::int[]) as g(unit, place) on g.unit = r.sample_unit
        where r.survey_round = $1 group by g.place order by g.place""",
        round_id, list(units), list(range(len(units))), first + 1, last + 1, prefetch=64,
    ):  # fmt: skip
        yield row


async def copy_answers(
    connection: Connection,
    round_id: UUID,
    beginnings: Mapping[UUID, str],
    output: Callable[[bytes], Coroutine[Any, Any, None]],
) -> None:
    """Lines of CSV to ``output``: what is given of the sample unit and the answers of every response.

    Of one table and no other, so that lines come as the lock wrote them: a join might bring them village by village.

    An answer is two cells: the answer, and the code that says why there is none. The array is written with both
    commas; a code below 0 is then moved behind the first of them.

    The server makes whole lines, whose commas are no delimiters to it; the delimiter and the quote that it is told
    occur in no text, so it adds nothing.
    """
    await connection.copy_from_query(
        """select ($2::jsonb ->> r.sample_unit::text) || replace(replace(replace(replace(replace(
                array_to_string(r.answers, ',,', '') || ',', '-1,', ',-1'), '-2,', ',-2'), '-3,', ',-3'), '-4,', ',-4'), '-5,', ',-5')
        from responses r
        where r.survey_round = $1 and $2::jsonb ? r.sample_unit::text""",
        round_id, msgspec.json.encode({str(unit): line for unit, line in beginnings.items()}).decode(),
        output=output, format="csv", delimiter="\x02", quote="\x01",
    )  # fmt: skip


async def fieldwork(connection: Connection, round_id: UUID) -> list[Row]:
    """Of a locked round: how many answers came in each part of the days, and in each way."""
    return await connection.fetch(
        """select 'part' as what, r.part as told, count(*) as responses from responses r
        join survey_rounds o on o.id = r.survey_round and o.state = 'locked' where r.survey_round = $1 group by r.part
        union all
        select 'way', c.channel, sum(c.responses) from fieldwork_counts c where c.survey_round = $1 group by c.channel
        order by 1, 3 desc, 2""",
        round_id,
    )


async def insert_run(connection: Connection, values: Sequence[Any]) -> None:
    """A computation."""
    await connection.execute(
        f"""insert into estimate_runs (tenant_id, id, survey_round, method, responses, computed_by)
        values ({_TENANT}, $1, $2, $3::jsonb, $4, $5)""",  # noqa: S608
        *values,
    )


async def insert_estimates(connection: Connection, run_id: UUID, rows: Sequence[Sequence[Any]]) -> None:
    """The numbers of a computation: agency id, measure, value, se, df, n, n_eff, suppressed."""
    await connection.execute(
        f"""insert into survey_estimates
            (tenant_id, run_id, agency_id, measure, value, se, df, n, n_eff, suppressed)
        select {_TENANT}, $1, e.* from unnest($2::uuid[], $3::text[], $4::numeric[], $5::float8[], $6::int[], $7::int[],
            $8::float8[], $9::boolean[]) as e""",  # noqa: S608
        run_id, *(list(column) for column in zip(*rows, strict=True)),
    )  # fmt: skip


async def insert_covariances(
    connection: Connection, run_id: UUID, cells: Sequence[str], sizes: Sequence[int], entries: Sequence[float]
) -> None:
    """Blocks of estimates that share respondents: JSON of each one's cells, how many, and all matrices row by row."""
    ends = list(accumulate(size * size for size in sizes))
    firsts = [end - size * size + 1 for end, size in zip(ends, sizes, strict=True)]
    await connection.execute(
        f"""insert into estimate_covariances (tenant_id, run_id, number, cells, matrix)
        select {_TENANT}, $1, b.number - 1, b.cells, ($2::float8[])[b.first:b.last]
        from unnest($3::jsonb[], $4::int[], $5::int[]) with ordinality as b(cells, first, last, number)""",  # noqa: S608
        run_id, list(entries), list(cells), firsts, ends,
    )  # fmt: skip


async def covariances_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """The blocks of the last computation of every round of a cycle."""
    return await connection.fetch(
        """select r.instrument_code as instrument, c.cells, c.matrix
        from survey_rounds r
        join lateral (
            select id from estimate_runs where survey_round = r.id order by computed_at desc, id desc limit 1
        ) run on true
        join estimate_covariances c on c.run_id = run.id
        where r.cycle_id = $1 order by r.instrument_code, c.number""",
        cycle_id,
    )


async def newest_run(connection: Connection, round_id: UUID) -> Row | None:
    """The last computation of a round."""
    return await connection.fetchrow(
        """select id, survey_round, method, responses, computed_at, computed_by from estimate_runs
        where survey_round = $1 order by computed_at desc, id desc limit 1""",
        round_id,
    )


async def estimates_of_cycle(connection: Connection, cycle_id: UUID, measures: Sequence[str] | None) -> list[Row]:
    """The numbers of the last computation of every round of a cycle, without those of agencies that handed their sheet over
    or whose result is the mean of others: who took over may bear the code of whom it took over from."""
    return await connection.fetch(
        """select a.code as agency, r.instrument_code as instrument, e.measure, e.value, e.se, e.df, e.n, e.n_eff,
            e.suppressed, r.id as round_id
        from survey_rounds r
        join lateral (
            select id from estimate_runs where survey_round = r.id order by computed_at desc, id desc limit 1
        ) run on true
        join survey_estimates e on e.run_id = run.id
        join agencies a on a.id = e.agency_id
        where r.cycle_id = $1 and ($2::text[] is null or e.measure = any($2)) and not exists (
            select from sheets s where s.tenant_id = r.tenant_id and s.cycle_id = r.cycle_id and s.agency_id = e.agency_id
            and s.state = 'handed_over') and not exists (
            select from cycle_mergers m where m.tenant_id = r.tenant_id and m.cycle_id = r.cycle_id
            and m.treatment = 'weighted' and e.agency_id = any(m.successors) and not exists (
                select from sheets s where s.tenant_id = r.tenant_id and s.cycle_id = r.cycle_id
                and s.agency_id = e.agency_id))
        order by r.instrument_code, a.official_order, a.sort_key, e.measure""",
        cycle_id, None if measures is None else list(measures),
    )  # fmt: skip


async def estimates_of_run(connection: Connection, run_id: UUID, measures: Sequence[str] | None) -> list[Row]:
    """The numbers of one computation, agencies in official order."""
    return await connection.fetch(
        """select a.code as agency, a.name_vi, a.name_en, e.measure, e.value, e.se, e.df, e.n, e.n_eff, e.suppressed
        from survey_estimates e join agencies a on a.id = e.agency_id
        where e.run_id = $1 and ($2::text[] is null or e.measure = any($2))
        order by a.official_order, a.sort_key, e.measure""",
        run_id, None if measures is None else list(measures),
    )  # fmt: skip


async def cycle_agency_codes(connection: Connection, cycle_id: UUID) -> list[Row]:
    """Agencies of a cycle (id, code, name_vi, name_en), without those whose result is the mean of others."""
    return await connection.fetch(
        """select a.id, a.code, a.name_vi, a.name_en from cycle_agencies c join agencies a on a.id = c.agency_id
        where c.cycle_id = $1 and not exists (
            select from cycle_mergers m where m.tenant_id = c.tenant_id and m.cycle_id = c.cycle_id
            and m.treatment = 'weighted' and c.agency_id = any(m.successors) and not exists (
                select from sheets s where s.tenant_id = c.tenant_id and s.cycle_id = c.cycle_id
                and s.agency_id = c.agency_id))
        order by a.official_order, a.sort_key""",
        cycle_id,
    )
