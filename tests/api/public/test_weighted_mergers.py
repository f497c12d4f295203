"""A year in which provinces merged while it was appraised: computed by means, published, verified, told on its pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from httpx import AsyncClient

from parindex.access.tenants import by_code
from parindex.agencies import NewAgency, deeds
from parindex.agencies.model import Basis
from parindex.api.shared.services import Services
from parindex.assessments.mergers import treatments
from parindex.publication import edition_cache, publish
from parindex.publication.edition import read, signed_bytes
from parindex.publication.model import EditionDecision
from parindex.publication.verification import verify
from parindex.rankings import years
from parindex.rankings.model import ResultDocument
from tests.assessments.conftest import Year
from tests.assessments.years_of_provinces import appraised, year_of

DAY = date(2026, 7, 1)
PAPER = Basis(number="12/NQ-HĐND", date=date(2026, 2, 3))
DECIDED = EditionDecision(number="214/QĐ-CCHC", date=date(2026, 4, 6), signer="Lê Văn Minh")


async def merge(year: Year, ending: tuple[str, ...], into: NewAgency | UUID) -> None:
    async with year.db.transaction(year.tenant) as connection:
        ids = [year.agencies[code] for code in ending]
        deed, follower = await deeds.merge(connection, ids, into, day=DAY, basis=PAPER, by="system")
        chosen = {year.cycle: "weighted_months"}
        await treatments.apply(connection, deed, ids, [follower], chosen, day=DAY, decision=PAPER.number, by="system")


async def published(services: Services) -> tuple[Year, bytes]:
    """T01 and T02 become a new T01; T04 goes into T03, which stays; then the year is computed and published."""
    tenant = await by_code(services.db, "demo")
    assert tenant is not None
    services.keys.made(tenant.code)
    year = await year_of(services.db, tenant.id, 10)
    await appraised(year)
    await merge(year, ("T01", "T02"), NewAgency(code="T01", name_vi="Tỉnh Mới", tier="province", official_order=1))
    await merge(year, ("T04",), year.agencies["T03"])
    secretary, approver = year.people["secretary"], await year.person("approver")
    async with services.db.transaction(tenant.id) as connection:
        await years.compute_year(connection, secretary, year.cycle)
        await years.submit(connection, secretary, year.cycle)
        row = await publish.publish(
            connection, tenant, services.keys, cycle_id=year.cycle, decided=DECIDED, person=approver
        )
        return year, bytes(await edition_cache.content(connection, row))


async def test_the_edition_holds_and_one_with_another_weight_does_not(services: Services) -> None:
    _, content = await published(services)
    known = services.keys.public("demo")
    assert verify(content, known).holds
    edition = read(content).edition
    results: dict[str, ResultDocument] = {one.agency: one for one in edition.computation.results}
    assert {"T01", "T01-20260701", "T02", "T03", "T04"} <= results.keys()
    assert [code for code, one in results.items() if one.rank is None] == ["T00", "T01-20260701", "T02", "T04", "T05"]
    for leaf in ("1.1", "2.1.1", "3.1"):
        parts = [Decimal(results[code].nodes[leaf].points or 0) for code in ("T01-20260701", "T02")]
        assert Decimal(results["T01"].nodes[leaf].points or 0) == sum(parts) / 2
    assert results["T01"].survey is not None
    most = float(results["T01"].max or 0)
    errors = [float(results[code].se or 0) * float(results[code].max or 0) / most for code in ("T01-20260701", "T02")]
    assert float(results["T01"].se or 0) == pytest.approx((errors[0] ** 2 + errors[1] ** 2) ** 0.5 / 2, rel=1e-9)
    assert results["T01"].rank_set is not None
    given = edition.computation.given
    assert given.methods is not None
    first, second = given.methods.mergers
    assert first.weights is not None
    assert second.weights is not None
    assert [(one.agency, one.weight) for one in second.weights.parts] == [("T04", "6"), ("T03", "12")]
    heavier = msgspec.structs.replace(second.weights.parts[0], weight="7")
    other = msgspec.structs.replace(second.weights, parts=(heavier, second.weights.parts[1]))
    methods = msgspec.structs.replace(given.methods, mergers=(first, msgspec.structs.replace(second, weights=other)))
    forged = msgspec.structs.replace(
        edition,
        computation=msgspec.structs.replace(edition.computation, given=msgspec.structs.replace(given, methods=methods)),
    )
    failed = {
        one.name
        for one in verify(signed_bytes(forged, services.keys.signing("demo")), known).checks
        if one.state == "fails"
    }
    assert "points" in failed


async def test_its_pages_say_of_whom_the_mean_is_and_what_each_counts(client: AsyncClient, services: Services) -> None:
    await published(services)
    edition = (await client.get("/editions/2026-province.1")).text
    assert "lấy điểm bình quân của các cơ quan hợp thành, trọng số theo số tháng (T01-20260701: 6; T02: 6)" in edition
    assert "(T04: 6; T03: 12)" in edition
    assert "Sai số chọn mẫu của điểm bình quân" in edition
    profile = (await client.get("/agencies/T01")).text
    told = "Bình quân của các cơ quan hợp thành, trọng số theo số tháng trong năm: T01-20260701: 6; T02: 6."
    assert told in profile
    leaf = (await client.get("/agencies/T01/2026/1.1")).text
    assert told in leaf
    part = (await client.get("/agencies/T01-20260701")).text
    assert "Được chấm điểm, không xếp hạng" in part
    assert "Tỉnh 1" in part
    assert (await client.get("/agencies/T01-20260701/2026/1.1")).status_code == 200
    for path in (
        "/agencies/T01.json",
        "/agencies/T01.csv",
        "/rankings/2026/province.csv",
        "/editions/2026-province.1/criteria.csv",
    ):
        assert (await client.get(path)).status_code == 200, path
    assert told in (await client.get("/agencies/T01.json")).json()["criteria"][1]["reason"]
