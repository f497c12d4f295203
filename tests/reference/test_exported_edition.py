"""The published edition of the practice year from its exported files alone: by our command, by a plain reader, by R."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parindex.cli import main
from parindex.publication import edition_cache
from parindex.publication.model import SignedEdition
from parindex.publication.reading import YearReading
from parindex.rankings.compute import compute
from parindex.rankings.digits import double, estimate_decimal
from parindex.rankings.model import EstimateDocument, YearSources
from parindex.store.embedded import EmbeddedServer
from parindex.surveys.results import microdata
from parindex.surveys.results.codebook import codebook, design_file
from parindex.surveys.rounds import opening as rounds
from tests import databases
from tests.practice_years import practice_year
from tests.reference import plain_reader

RESPONDENTS = 34 * 24 * 5
NAME = "survey:sipas.index"
R_SCRIPT = Path(__file__).parent / "r" / "responses.R"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(server: EmbeddedServer, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with what leaves the house of a published practice year: edition, responses, codebook, design."""
    folder, name = tmp_path_factory.mktemp("exported"), f"{template}_exported"
    asyncio.run(_publish(server, template, name, folder))
    yield folder
    asyncio.run(databases.drop(server, name))


async def _publish(server: EmbeddedServer, template: str, name: str, folder: Path) -> None:
    services, tenant = await practice_year(server, template, name, folder / "data", respondents=RESPONDENTS)
    db = services.db
    async with db.transaction(tenant.id) as connection:
        held = next(one for one in await rounds.every(connection) if one.instrument_code == "sipas")
        layout = (await rounds.locked(connection, held.id)).layout
        row = await edition_cache.current(connection, "par-index", 2025, "province")
        (folder / "edition.json").write_bytes(await edition_cache.content(connection, row))
    data = await microdata.prepare(db, tenant.id, held.id, reason="Kiểm tra", actor="system")
    pieces = [piece async for piece in microdata.stream(db, tenant.id, data)]
    (folder / "responses.csv").write_bytes(b"".join(pieces))
    (folder / "codebook.csv").write_bytes(codebook(layout))
    (folder / "design.yaml").write_text(design_file(layout), encoding="utf-8")
    await services.close()


def edition_of(folder: Path) -> YearReading:
    signed = msgspec.json.decode((folder / "edition.json").read_bytes(), type=SignedEdition)
    return YearReading(signed.edition.computation, signed)


def estimated(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What our command says, asked with the exported files alone."""
    assert main(["estimate", str(folder / "responses.csv"), "--design", str(folder / "design.yaml")]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    found: list[dict[str, Any]] = json.loads(captured.out)["estimates"]
    return found


def test_the_index_of_the_command_is_that_of_the_edition_with_its_error_and_its_interval(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edition = edition_of(exported)
    indices = [one for one in estimated(exported, capsys) if one["statistic"] == "index" and len(one["of"]) == 39]
    assert {one["by"]["agency"] for one in indices} == {
        one.agency for one in edition.given.estimates if one.name == NAME
    }
    for one in indices:
        published = edition.estimates[one["by"]["agency"], NAME]
        assert estimate_decimal(one["value"]) == published.decimal
        assert one["se"] == pytest.approx(float(published.se or 0), rel=1e-10)
        assert (one["df"], one["n"]) == (float(published.df or 0), published.n)
        known = edition.estimate_interval(published)
        assert known is not None
        assert one["interval"] == known[1] == "logit"
        assert one["ci"] == pytest.approx(list(known[0]), abs=1e-10)


def test_the_edition_and_the_design_name_what_a_lone_commune_contributed(exported: Path) -> None:
    methods = edition_of(exported).given.methods
    assert methods is not None
    assert methods.lonely == {"sipas": "average"}
    assert "lonely_psu: average\n" in (exported / "design.yaml").read_text(encoding="utf-8")


def test_the_edition_computed_from_what_the_command_says_is_the_edition_digit_for_digit(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edition = edition_of(exported)
    indices = {
        one["by"]["agency"]: one
        for one in estimated(exported, capsys)
        if one["statistic"] == "index" and len(one["of"]) == 39
    }
    again = compute(_with_estimates(edition.given, indices))
    moved = 0
    for published, found in zip(edition.computation.results, again.results, strict=True):
        moved += any(
            node.state == "scored" for code, node in published.nodes.items() if code in edition.given.survey_leaves
        )
        for name in (
            "status",
            "points",
            "max",
            "index",
            "index_printed",
            "class_",
            "rank",
            "appraised",
            "survey",
            "nodes",
        ):
            assert getattr(found, name) == getattr(published, name), (published.agency, name)
        assert (found.rank_set, found.rank_marginal) == (published.rank_set, published.rank_marginal)
        assert found.interval_kind == published.interval_kind
        if published.interval is not None:
            assert found.interval is not None
            ends = [[float(end) for end in interval] for interval in (found.interval, published.interval)]
            assert ends[0] == pytest.approx(ends[1], rel=1e-10)
            assert float(found.se or 0) == pytest.approx(float(published.se or 0), rel=1e-10)
    assert moved > 30
    assert again.rank_sets is not None
    assert edition.computation.rank_sets is not None
    assert again.rank_sets.runs == edition.computation.rank_sets.runs


def _with_estimates(given: YearSources, indices: dict[str, dict[str, Any]]) -> YearSources:
    """The year with the index of the survey as the command gave it; nothing of it is left from the edition."""

    def told(one: EstimateDocument) -> EstimateDocument:
        if one.name != NAME:
            return one
        mine = indices[one.agency]
        value = estimate_decimal(mine["value"])
        return EstimateDocument(
            agency=one.agency, name=NAME, state="estimated", value=value, decimal=value, se=double(mine["se"]),
            df=double(mine["df"]), n=mine["n"],
        )  # fmt: skip

    return msgspec.structs.replace(given, estimates=tuple(map(told, given.estimates)))


def test_a_plain_reader_finds_estimates_points_index_and_ranks_of_the_edition(exported: Path) -> None:
    assert not re.search(r"^\s*(from|import) parindex", Path(plain_reader.__file__).read_text(), re.MULTILINE)
    command = [sys.executable, plain_reader.__file__, str(exported)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=exported)
    assert (done.stdout, done.returncode) == ("nothing differs\n", 0)


def test_the_plain_reader_sees_an_answer_that_was_changed(exported: Path, tmp_path: Path) -> None:
    for name in ("codebook.csv", "edition.json"):
        shutil.copy(exported / name, tmp_path)
    rows = list(csv.DictReader(io.StringIO((exported / "responses.csv").read_text(encoding="utf-8-sig"))))
    results = json.loads((exported / "edition.json").read_bytes())["edition"]["computation"]["results"]
    indexed = {result["agency"] for result in results if result["index"] is not None}
    changed = next(row for row in rows if row["1"] == "5" and row["agency"] in indexed)
    changed["1"] = "1"
    with (tmp_path / "responses.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = list(plain_reader.differences(tmp_path))
    assert any(line.startswith(f"{changed['agency']} {NAME}: ") for line in told)
    assert any(line.startswith(f"{changed['agency']}: index") for line in told)


def test_the_plain_reader_and_the_command_agree_on_every_measure(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, measures = plain_reader.measured(plain_reader.rows(exported / "codebook.csv"))
    name_of = {tuple(items): name for name, items in reversed(measures.items())}
    mine = plain_reader.figures(exported)
    told = estimated(exported, capsys)
    seen = set()
    for one in told:
        items = (one["of"],) if isinstance(one["of"], str) else tuple(one["of"])
        key = one["by"]["agency"], name_of[items]
        seen.add(key)
        assert one["value"] == pytest.approx(float(mine[key].value), rel=1e-12)
        assert one["se"] == pytest.approx(mine[key].se, rel=1e-10)
        assert (one["df"], one["n"]) == (mine[key].df, mine[key].n)
        if one["interval"] == "logit":
            assert one["ci"] == pytest.approx([mine[key].low, mine[key].high], rel=1e-10)
    assert seen == set(mine)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_finds_index_error_and_interval_of_the_edition(exported: Path) -> None:
    edition = edition_of(exported)
    command = ["Rscript", str(R_SCRIPT), str(exported / "responses.csv"), str(exported / "codebook.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["measure"] == "index"]
    assert {row["agency"] for row in rows} == {one.agency for one in edition.given.estimates if one.name == NAME}
    for row in rows:
        published = edition.estimates[row["agency"], NAME]
        assert estimate_decimal(float(row["value"])) == published.decimal
        assert float(row["se"]) == pytest.approx(float(published.se or 0), rel=1e-10)
        assert (float(row["df"]), int(float(row["n"]))) == (float(published.df or 0), published.n)
        known = edition.estimate_interval(published)
        assert known is not None
        assert [float(row["low"]), float(row["high"])] == pytest.approx(list(known[0]), abs=1e-10)


def test_the_plain_reader_rounds_half_up_and_joins_a_lonely_stratum_by_the_others() -> None:
    assert plain_reader.ten_places(Fraction(Decimal("0.00000000005"))) == Fraction(Decimal("0.0000000001"))
    drawn = {"a": {"a/1", "a/2"}, "b": {"b/1"}}
    sums = {"a": {"a/1": 0.2, "a/2": -0.2}, "b": {"b/1": 0.3}}
    assert plain_reader.variance(sums, drawn) == pytest.approx(2 * 2 * 0.08)
    assert math.isnan(plain_reader.variance({"b": {"b/1": 0.3}}, drawn))
