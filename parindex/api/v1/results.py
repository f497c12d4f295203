"""``/api/v1``: rankings, editions, agencies and criteria sets as documents."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from parindex import scoring
from parindex.access.tenants import Tenant
from parindex.api.public import profiles
from parindex.api.public.editions import summary
from parindex.api.public.rankings import current_of_each_year, known
from parindex.api.shared import downloads
from parindex.api.shared.problems import Problem
from parindex.api.shared.services import Given
from parindex.assessments.criteria import queries as set_queries
from parindex.assessments.criteria.published_sets import published
from parindex.errors import Refused
from parindex.publication import open_data, opening, queries
from parindex.publication.model import EditionRow
from parindex.publication.publish import FAMILY

NOT_FOUND = {404: ResponseSpec(data_container=Problem, media_type="application/problem+json", description="Not found")}
GONE = {
    **NOT_FOUND,
    410: ResponseSpec(data_container=Problem, media_type="application/problem+json", description="Retracted"),
}


class DecisionBody(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that published."""

    number: str | None
    """Số, ký hiệu; null where an imported year's source does not tell."""

    date: str
    """ISO date."""

    signer: str | None
    """Người ký."""


class EditionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in a list."""

    edition: str
    """Number, for ever at ``/editions/<number>``."""

    family: str
    """Family of the ranking."""

    year: int
    """Year measured."""

    tier: str
    """Tier of the agencies."""

    published_at: str
    """ISO moment, UTC."""

    decision: DecisionBody
    """The decision."""

    digest: str
    """SHA-256 of the content."""

    key_id: str
    """The key that signed."""

    marked: Literal["illustrative", "simulated", "imported"] | None
    """Mark of the data."""

    retracted: bool
    """Whether the content is sealed."""


class RankingRow(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """One agency of a ranking. Decimals are strings without exponent."""

    agency: str
    """Official code."""

    name: str
    """Name."""

    order: int
    """Place in the official list."""

    index: str | None
    """Percent."""

    index_printed: str | None
    """As printed."""

    rank: int | None
    """Null where not ranked."""

    class_: str | None
    """Null below the lowest class."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude, all agencies together."""

    appraised: str | None
    """Appraised points."""

    survey: str | None
    """Survey points."""

    bonus: str | None
    """Bonus after its cap."""

    penalty: str | None
    """Penalty after its cap."""

    points: str | None
    """All points."""

    max: str | None
    """Applicable maximum."""

    change: str | None
    """Change of the index since the edition before, in percentage points."""


class RankingBody(msgspec.Struct, frozen=True, kw_only=True):
    """A ranking, as at ``/rankings/<year>/<tier>.json``."""

    tenant: str
    """Code of the publisher."""

    family: str
    """Family of the ranking."""

    year: int
    """Year measured."""

    tier: str
    """Tier of the agencies."""

    edition: str
    """Number of the edition."""

    decision: DecisionBody
    """The decision."""

    level: str
    """Confidence of the rank sets."""

    marked: Literal["illustrative", "simulated", "imported"] | None
    """Mark of the data."""

    agencies: list[RankingRow]
    """The ranked by rank, then the others."""


class EditionList(msgspec.Struct, frozen=True, kw_only=True):
    """Editions, newest first."""

    editions: list[EditionSummary]
    """All of them."""


class AgencySummary(msgspec.Struct, frozen=True, kw_only=True):
    """An agency of the newest edition of its tier."""

    agency: str
    """Official code."""

    name: str
    """Name."""

    tier: str
    """Tier."""

    region: str | None
    """Region."""

    editions: list[str]
    """Numbers of the editions that show it, newest first."""


class AgencyList(msgspec.Struct, frozen=True, kw_only=True):
    """Agencies in the official order of their newest edition."""

    agencies: list[AgencySummary]
    """All of them."""


class CriteriaSetSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A published version of a criteria set."""

    family: str
    """Family."""

    version: str
    """Version."""

    digest: str
    """SHA-256 of the document."""

    status: Literal["illustrative", "official"]
    """Illustrative sets are not law."""

    years: list[int]
    """Years measured by it."""


class CriteriaSetList(msgspec.Struct, frozen=True, kw_only=True):
    """Published versions, newest first."""

    criteria_sets: list[CriteriaSetSummary]
    """All of them."""


@get("/api/v1/rankings", tags=["rankings"], summary="Rankings shown now, one a year, newest first")
async def rankings(request: Request[Any, Any, Any], services: Given) -> EditionList:
    """The edition shown for each family, year and tier."""
    rows = await _rows(request, services)
    return EditionList(editions=[_summary(row) for row in current_of_each_year(rows)])


@get("/api/v1/rankings/{year:int}/{tier:str}", tags=["rankings"], summary="The ranking of a year", responses=NOT_FOUND)
async def ranking(
    request: Request[Any, Any, Any], services: Given, year: FromPath[int], tier: FromPath[str]
) -> RankingBody:
    """The newest edition of the year, of the main family."""
    return await _ranking(request, services, FAMILY, year, tier)


@get(
    "/api/v1/rankings/{year:int}/{tier:str}/{family:str}", tags=["rankings"], summary="The ranking of another family",
    responses=NOT_FOUND,
)  # fmt: skip
async def ranking_of_family(
    request: Request[Any, Any, Any],
    services: Given,
    year: FromPath[int],
    tier: FromPath[str],
    family: FromPath[str],
) -> RankingBody:
    """The newest edition of the year."""
    return await _ranking(request, services, family, year, tier)


async def _ranking(request: Request[Any, Any, Any], services: Given, family: str, year: int, tier: str) -> RankingBody:
    tenant: Tenant = request.state.tenant
    if not known(family, year, tier):
        raise Refused("not_found")
    async with services.db.transaction(tenant.id) as connection:
        row = await opening.current(connection, family, year, tier)
        edition = await opening.opened(connection, row)
    return msgspec.convert(open_data.ranking(edition), RankingBody)


@get("/api/v1/editions", tags=["editions"], summary="Every edition, retracted ones too")
async def editions(request: Request[Any, Any, Any], services: Given) -> EditionList:
    """All editions, newest first."""
    return EditionList(editions=[_summary(row) for row in await _rows(request, services)])


@get(
    "/api/v1/editions/{number:str}", tags=["editions"], summary="The signed edition, byte for byte", responses=GONE,
    response_headers=[ResponseHeader(name="ETag", value="", description="Of these bytes", documentation_only=True)],
)  # fmt: skip
async def edition(request: Request[Any, Any, Any], services: Given, number: FromPath[str]) -> Response[bytes]:
    """What ``parindex verify`` reads."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        row = await opening.by_number(connection, number)
        content = await opening.content(connection, row)
    made = {"json": lambda: content}
    return downloads.serve(request, "json", f"edition-{row.number}", made, mark=row.digest, caching=downloads.KEEP)


@get("/api/v1/agencies", tags=["agencies"], summary="Agencies of the published years")
async def agencies(request: Request[Any, Any, Any], services: Given) -> AgencyList:
    """Agencies with the editions that show them."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        rows = current_of_each_year(await queries.listed(connection))
        readings = [await opening.reading(connection, row) for row in rows]
    found: dict[str, AgencySummary] = {}
    for reading in readings:
        for code, agency in reading.agencies.items():
            numbers = [r.edition.number for r in readings if code in r.agencies]
            found.setdefault(
                code,
                AgencySummary(
                    agency=code, name=agency.name_vi, tier=reading.given.tier, region=agency.region, editions=numbers
                ),
            )
    return AgencyList(agencies=list(found.values()))


@get("/api/v1/agencies/{code:str}", tags=["agencies"], summary="An agency's newest result", responses=NOT_FOUND)
async def agency(request: Request[Any, Any, Any], services: Given, code: FromPath[str]) -> dict[str, Any]:
    """Points, facts and reason of every criterion, of the newest edition."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        reading, _ = await profiles.found(connection, code, "")
    return profiles.document(reading, code)


@get("/api/v1/criteria-sets", tags=["criteria sets"], summary="Published criteria sets")
async def criteria_sets(request: Request[Any, Any, Any], services: Given) -> CriteriaSetList:
    """Every published version."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        sets = [await published(connection, row["id"]) for row in await set_queries.listed(connection)]
    return CriteriaSetList(
        criteria_sets=[
            CriteriaSetSummary(
                family=one.criteria_set.family, version=one.criteria_set.version, digest=one.digest,
                status=one.criteria_set.status, years=list(one.criteria_set.years),
            )
            for one in sets
        ]
    )  # fmt: skip


@get(
    "/api/v1/criteria-sets/{family:str}/{version:str}", tags=["criteria sets"], summary="A criteria set, whole",
    responses=NOT_FOUND,
)  # fmt: skip
async def criteria_set(
    request: Request[Any, Any, Any], services: Given, family: FromPath[str], version: FromPath[str]
) -> dict[str, Any]:
    """The document that the digest is of."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        row = await set_queries.by_version(connection, family, version) if _plain(family, version) else None
        if row is None:
            raise Refused("not_found")
        one = await published(connection, row["id"])
    return scoring.to_document(one.criteria_set)


async def _rows(request: Request[Any, Any, Any], services: Given) -> list[EditionRow]:
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        return await queries.listed(connection)


def _summary(row: EditionRow) -> EditionSummary:
    return msgspec.convert(summary(row), EditionSummary)


def _plain(*names: str) -> bool:
    """Whether names may stand in a query: the database refuses text with a zero byte."""
    return all("\0" not in name for name in names)


routes = [
    rankings, ranking, ranking_of_family, editions, edition, agencies, agency, criteria_sets, criteria_set,
]  # fmt: skip
