"""The matrix counts a sheet again exactly when something of it changed."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from parindex.assessments.appraisal import accepting
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.council import matrix, queries
from parindex.assessments.council.matrix import AreaCounts
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import submission
from tests.assessments.appraisal.test_deciding import close_self_assessment, decide
from tests.assessments.conftest import Year
from tests.assessments.sheets.test_declaring import board, complete, hand_in, save, submit


async def cells(year: Year) -> dict[tuple[str, str], AreaCounts]:
    agency = {sheet: code for code, sheet in year.sheets.items()}
    async with year.db.transaction(year.tenant) as connection:
        found = await matrix.matrix(connection, year.people["secretary"], year.cycle)
    return {(agency[sheet], area): cell for (sheet, area), cell in found.cells.items()}


async def held_and_counted(year: Year, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], AreaCounts]:
    """The matrix as it is held; it must be what a process that holds nothing counts."""
    held = await cells(year)
    with monkeypatch.context() as patch:
        patch.setattr(matrix, "_counted", {})
        assert await cells(year) == held
    return held


@pytest.fixture
async def sent(year: Year) -> Year:
    for agency in ("HL", "TH"):
        await hand_in(year, await complete(year, agency), agency)
        await submit(year, await year.person("leader", agency=agency), agency)
    for body in ("BNV", "HL"):
        year.people[body] = await year.person("appraiser", agency=body)
    return year


async def test_what_is_held_is_what_would_be_counted_after_every_deed(
    sent: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [await held_and_counted(sent, monkeypatch)]
    changed = Ruling(code="2.1.1", kind="change_facts", facts={"dossiers": "200"}, reason="Theo Cổng dịch vụ công.")
    lowered = Ruling(code="1.2", kind="set_points", points=Decimal("1.25"), reason="Sáng kiến chưa nhân rộng.")
    for body, ruling in (
        ("BNV", Ruling(code="1.1", kind="accept")),
        ("BNV", lowered),
        ("HL", Ruling(code="2.1.2", kind="accept")),
        ("HL", changed),
        ("HL", Ruling(code="2.1.1", kind="accept")),
        ("BNV", Ruling(code="1.3", kind="ask", reason="Bổ sung.")),
    ):
        await decide(sent, sent.people[body], "TH", ruling)
        seen.append(await held_and_counted(sent, monkeypatch))
    async with sent.db.transaction(sent.tenant) as connection:
        await accepting.accept_rest(connection, sent.people["BNV"], sent.cycle, "1.1")
    seen.append(await held_and_counted(sent, monkeypatch))
    await close_self_assessment(sent)
    seen.append(await held_and_counted(sent, monkeypatch))
    assert len({msgspec.json.encode(sorted(one.items())) for one in seen}) >= 6
    assert seen[4]["TH", "2"].gap != seen[3]["TH", "2"].gap


async def test_a_sheet_that_was_withdrawn_and_sent_again_with_other_facts_is_counted_again(
    sent: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await held_and_counted(sent, monkeypatch)
    leader, specialist = await sent.person("leader", agency="HL"), await sent.person("specialist", agency="HL")
    async with sent.db.transaction(sent.tenant) as connection:
        await submission.withdraw(connection, leader, sent.sheets["HL"], "Sai số liệu")
    assert {agency for agency, _ in await held_and_counted(sent, monkeypatch)} == {"TH"}
    version = (await board(sent, specialist, "HL")).entries["1.3"].row_version
    other = Declaration(code="1.3", facts={"1.3.ports": "1"}, explanation="Sửa.", row_version=version)
    await save(sent, specialist, "HL", other)
    await hand_in(sent, specialist, "HL")
    await submit(sent, leader, "HL")
    assert (await held_and_counted(sent, monkeypatch)).keys() == first.keys()
    await decide(sent, sent.people["BNV"], "HL", Ruling(code="1.3", kind="accept"))
    assert (await held_and_counted(sent, monkeypatch))["HL", "1"].gap == 0


async def test_only_the_sheet_that_changed_is_counted_again(sent: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    by_area = queries.by_area

    async def watched(connection, sheets, *given):  # type: ignore[no-untyped-def]
        counted.append(len(sheets))
        return await by_area(connection, sheets, *given)

    monkeypatch.setattr(queries, "by_area", watched)
    await cells(sent)
    await cells(sent)
    await decide(sent, sent.people["BNV"], "TH", Ruling(code="1.1", kind="accept"))
    await cells(sent)
    assert counted == [2, 0, 1]


async def test_no_more_sheets_are_held_than_said(sent: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "SHEETS_COUNTED", 1)
    first = await cells(sent)
    assert len(matrix._counted) == 1
    assert await cells(sent) == first
