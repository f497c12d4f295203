"""Entering the mergers of a year: the registry first, then the sheets of every open year, as the pages do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from parindex import agencies
from parindex.agencies import deeds
from parindex.assessments.mergers import treatments
from parindex.commands.loading.comparing_draft import treatment_key
from parindex.commands.loading.faults import BrokenYear, LoadFault
from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.year_file import MergerGiven
from parindex.errors import Refused
from parindex.messages import N_, Failure
from parindex.reading.complaint import Complaint

if TYPE_CHECKING:
    from parindex.store.database import Connection


async def enter_merger(connection: Connection, files: YearFiles, given: MergerGiven, *, by: str) -> None:
    """Enter one merger.

    Raises:
        BrokenYear: it is refused; each reason with the line of the file.
    """
    with _told(files, given):
        before = date.fromordinal(given.on.toordinal() - 1)
        ending = [await agencies.find(connection, code, before) for code in given.ending]
        basis = deeds.basis(given.number, given.date, today=agencies.registry.today())
        into = given.into
        successor = (
            (await agencies.find(connection, into.code, given.on)).id
            if into.name_vi is None
            else deeds.successor_of(
                ending, code=into.code, name_vi=into.name_vi, name_en=into.name_en, short_name=into.short_name,
                day=given.on,
            )
        )  # fmt: skip
        ids = [one.id for one in ending]
        deed_id, follower = await deeds.merge(connection, ids, successor, day=given.on, basis=basis, by=by)
        chosen = {}
        for year in await treatments.touched(connection, ids):
            key = treatment_key(given, year.family, year.year, year.tier)
            chosen[year.cycle_id] = given.sheets[key] if key is not None else ""
        await treatments.apply(
            connection, deed_id, ids, [follower], chosen, day=given.on, decision=basis.number, by=by
        )  # fmt: skip


@contextmanager
def _told(files: YearFiles, given: MergerGiven) -> Iterator[None]:
    """Tell a refusal by the place in the file that it is about."""
    try:
        yield
    except Refused as refused:
        found: list[LoadFault] = []
        for one in refused.fields:
            name = "sheets" if one.field.startswith("year-") else one.field
            said = Failure(N_("%(name)s: %(why)s"), name=f"{given.at}.{name}", why=Complaint(one.code, **one.values))
            found.append(files.read.fault(f"{given.at}.{name}", said))
        if not found:
            said = Failure(N_("%(name)s: %(why)s"), name=given.at, why=Complaint(refused.code, **refused.values))
            found.append(files.read.fault(given.at, said))
        raise BrokenYear(found) from None
