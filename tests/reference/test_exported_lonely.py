"""The exported files give a round's numbers where communes stayed silent and one answers for its whole stratum."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from parindex.cli import main
from parindex.store.database import Database
from parindex.surveys.answers import storing
from parindex.surveys.model import AgencyEstimate, SampleUnit
from parindex.surveys.questionnaire import loading
from parindex.surveys.results import estimates, microdata
from parindex.surveys.results.codebook import LONELY, codebook, design_file
from parindex.surveys.rounds import invitations, lock, opening
from tests.reference import plain_reader
from tests.surveys.survey_fields import Field, a_cycle, answered, submission, unit

CODES = ("tinh-a", "tinh-b")
PEOPLE = 4
SILENT = {("S0-0", "X1"), ("S0-0", "X2"), ("S1-1", "X0")}
"""Communes in which nobody answers: of the first stratum of the first agency one is left."""

Published = dict[tuple[str, str], AgencyEstimate]


@pytest.fixture
async def exported(db: Database, tenant: UUID, tmp_path: Path) -> Published:
    """The round's numbers by agency and measure; its files lie in ``tmp_path``."""
    instrument, source = loading.bundled("sipas", "2026")
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, CODES)
        instrument_id = await opening.publish(connection, instrument, source, actor="system")
        held = await opening.open_round(
            connection, cycle_id=cycle, instrument_id=instrument_id, form="short", title_vi="Khảo sát thử", min_n=5,
            opens_on=date(2026, 11, 1), closes_on=date(2099, 12, 31), marked="simulated", actor="system",
        )  # fmt: skip
        units = [
            unit(agency, f"S{a}-{part}", psu, ssu, population=400 + 60 * psu)
            for a, agency in enumerate(agencies) for part in range(3) for psu in range(3) for ssu in range(2)
        ]  # fmt: skip
        await opening.load_sample(connection, held.id, units, actor="system")
        here = [each for each in units if (each.stratum, each.psu) not in SILENT for _ in range(PEOPLE)]
        tokens = await invitations.make(connection, held.id, [each.id for each in here], actor="system")
        layout = await opening.layout(connection, instrument_id)
    field = Field(tenant_id=tenant, round=held, layout=layout, agencies=agencies, units=units, tokens=tokens)
    await _answer(db, field, here)
    await lock.lock(db, tenant, held.id, decision="1", reason="x", actor="system")
    run_id = await estimates.compute(db, tenant, held.id, actor="system")
    async with db.transaction(tenant) as connection:
        rows = await estimates.of_run(connection, run_id)
        run = await estimates.newest_run(connection, held.id)
    assert run is not None
    assert (run.method["lonely_psu"], run.method["silent_psus"]) == (LONELY, len(SILENT)) == ("average", 3)
    data = await microdata.prepare(db, tenant, held.id, reason="Kiểm tra", actor="system")
    content = b"".join([piece async for piece in microdata.stream(db, tenant, data)])
    (tmp_path / "responses.csv").write_bytes(content)
    (tmp_path / "design.yaml").write_text(design_file(layout), encoding="utf-8")
    (tmp_path / "codebook.csv").write_bytes(codebook(layout))
    return {(row.agency, row.measure): row for row in rows}


async def _answer(db: Database, field: Field, here: list[SampleUnit]) -> None:
    random = np.random.default_rng(11)
    sent = []
    for place in range(len(here)):
        answers = answered(field.layout)
        for item in field.layout.scored:
            answers[item.first] = int(random.choice([-4, -1, 1, 2, 3, 4, 5], p=[0.05, 0.05, 0.1, 0.1, 0.1, 0.3, 0.3]))
        sent.append(submission(field, place, answers=tuple(answers)))
    async with db.transaction(field.tenant_id) as connection:
        await storing.store(connection, field.round.id, sent)


def test_the_command_gives_every_error_of_a_round_with_a_lone_commune(
    exported: Published, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout_items, named = _items(tmp_path)
    assert main(["estimate", str(tmp_path / "responses.csv"), "--design", str(tmp_path / "design.yaml")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["design"]["lonely_psu"] == LONELY
    assert len(found["design"]["lonely"]) == 1
    seen = set()
    for one in found["estimates"]:
        measure = one["of"] if one["statistic"] == "share" else named[tuple(one["of"])]
        row = exported[one["by"]["agency"], measure]
        seen.add((row.agency, measure))
        assert row.value == estimates.exact(one["value"])
        assert one["se"] == pytest.approx(row.se, rel=1e-10)
        assert (one["df"], one["n"]) == (row.df, row.n)
    assert seen == set(exported)
    assert layout_items == 39


def test_a_plain_reader_gives_them_too(exported: Published, tmp_path: Path) -> None:
    found = plain_reader.figures(tmp_path)
    assert set(found) == set(exported)
    for key, mine in found.items():
        assert exported[key].value == estimates.exact(float(mine.value))
        assert mine.se == pytest.approx(exported[key].se, rel=1e-10)
        assert (mine.df, mine.n) == (exported[key].df, exported[key].n)


def _items(folder: Path) -> tuple[int, dict[tuple[str, ...], str]]:
    _, known = plain_reader.measured(plain_reader.rows(folder / "codebook.csv"))
    items = known["index"]
    return len(items), {tuple(own): name for name, own in reversed(known.items()) if len(own) > 1}
