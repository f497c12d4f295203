"""The file of a round's answers gives the round's numbers: in our own command, and in R, which knows no code of ours."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from parindex.cli import main
from parindex.practice import responses
from parindex.store.database import Database
from parindex.surveys.model import AgencyEstimate
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results import estimates, microdata
from parindex.surveys.results.codebook import REASONS, WHY, codebook, design_file, measures
from parindex.surveys.rounds import opening
from tests.surveys.survey_fields import a_cycle

CODES = tuple(f"P{n:02}" for n in range(1, 35))
RESPONDENTS = 34 * 24 * 4
SCRIPT = Path(__file__).parent / "r" / "responses.R"
Published = dict[tuple[str, str], AgencyEstimate]


@pytest.fixture
async def practice(db: Database, tenant: UUID, tmp_path: Path) -> tuple[AnswerLayout, Published]:
    """The practice round of 34 provinces, its numbers by agency and measure; its files lie in ``tmp_path``."""
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, CODES)
    by_code = dict(zip(CODES, agencies, strict=True))
    round_id = await responses.seed_round(db, tenant, cycle, by_code, seed=1, respondents=RESPONDENTS, year=2025)
    async with db.transaction(tenant) as connection:
        layout = (await opening.locked(connection, round_id)).layout
        run = await estimates.newest_run(connection, round_id)
        assert run is not None
        rows = await estimates.of_run(connection, run.id)
    data = await microdata.prepare(db, tenant, round_id, reason="Kiểm tra", actor="system")
    content = b"".join([piece async for piece in microdata.stream(db, tenant, data)])
    (tmp_path / "responses.csv").write_bytes(content)
    (tmp_path / "design.yaml").write_text(design_file(layout), encoding="utf-8")
    published = {(row.agency, row.measure): row for row in rows if row.value is not None}
    return layout, published


def agree(published: Published, agency: str, item: str, value: float, se: float, n: int) -> None:
    row = published[agency, item]
    assert row.value == Decimal(repr(value)).quantize(estimates.PLACES, rounding="ROUND_HALF_UP")
    assert se == pytest.approx(row.se, rel=1e-9)
    assert n == row.n


def test_our_command_gives_the_numbers_of_the_practice_round_from_its_file(
    practice: tuple[AnswerLayout, Published], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout, published = practice
    assert main(["estimate", str(tmp_path / "responses.csv"), "--design", str(tmp_path / "design.yaml")]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    found = json.loads(captured.out)["estimates"]
    items = [place.item.code for place in layout.scored]
    named = {"index": items, **measures(layout)}
    name_of = {tuple(own): name for name, own in named.items()}
    told = set()
    for each in found:
        measure = each["of"] if each["statistic"] == "share" else name_of[tuple(each["of"])]
        told.add((each["by"]["agency"], measure))
        agree(published, each["by"]["agency"], measure, each["value"], each["se"], each["n"])
    assert told == {(code, measure) for code in CODES for measure in (*named, *items)} == set(published)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_gives_the_numbers_of_the_practice_round_from_its_file(
    practice: tuple[AnswerLayout, Published], tmp_path: Path
) -> None:
    layout, published = practice
    (tmp_path / "codebook.csv").write_bytes(codebook(layout))
    command = ["Rscript", str(SCRIPT), str(tmp_path / "responses.csv"), str(tmp_path / "codebook.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {(row["agency"], row["measure"]) for row in rows} == set(published)
    for row in rows:
        agree(published, row["agency"], row["measure"], float(row["value"]), float(row["se"]), int(float(row["n"])))


def test_the_codebook_names_every_column_and_every_code_of_the_file(
    practice: tuple[AnswerLayout, Published], tmp_path: Path
) -> None:
    layout, _ = practice
    rows = list(csv.DictReader(io.StringIO((tmp_path / "responses.csv").read_text(encoding="utf-8-sig"))))
    named = list(csv.DictReader(io.StringIO(codebook(layout).decode("utf-8-sig"))))
    assert list(dict.fromkeys(row["column"] for row in named)) == list(rows[0])
    codes = {(row["column"], row["code"]) for row in named if row["code"]}
    begun = 4
    for row in rows:
        cells = list(row.items())[begun:]
        for (name, answer), (why_name, why) in zip(cells[::2], cells[1::2], strict=True):
            assert why_name == name + WHY
            assert not (answer and why)
            assert not answer or (name, answer) in codes
            assert not why or (why_name, why) in codes
    assert {row["code"] for row in named if row["column"].endswith(WHY)} == {"", *map(str, REASONS)}
