"""``/api/v1``: rankings, editions, agencies and criteria sets as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from parindex import scoring
from parindex.api.public.agency_documents import document
from parindex.api.public.editions import summary
from parindex.api.public.profiles import years_of
from parindex.api.public.rankings import known
from parindex.api.shared import downloads
from parindex.api.shared.page import name_in
from parindex.api.shared.problems import Problem
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.assessments.criteria import published_sets
from parindex.errors import Refused
from parindex.publication import edition_cache, open_data
from parindex.publication import editions as published_editions
from parindex.publication.model import EditionRow
from parindex.publication.publish import FAMILY
from parindex.publication.ranking_rows import KindOfInterval, RankingRow
from parindex.scoring import CriteriaSet

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

    superseded_by: str | None
    """Number of the edition in its place, once it was corrected."""


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

    group_by: str | UnsetType = UNSET
    """What the groups of the year share, in words; absent in a year without groups."""


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


class AgencyBody(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """An agency's result in one edition."""

    edition: str
    """Number of the edition."""

    family: str
    """Family of the ranking."""

    year: int
    """Year measured."""

    tier: str
    """Tier of the agencies."""

    marked: Literal["illustrative", "simulated", "imported"] | None
    """Mark of the data."""

    agency: str
    """Official code."""

    name: str
    """Name."""

    status: Literal["complete", "incomplete", "no_submission"]
    """Only the complete have index, class and rank."""

    points: str | None
    """All points."""

    max: str | None
    """Applicable maximum."""

    index: str | None
    """Percent."""

    class_: str | None
    """Null below the lowest class."""

    rank: int | None
    """Null where not ranked."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude, all agencies together."""

    interval: tuple[str, str] | None
    """Interval of the index at the level, this agency taken alone."""

    interval_kind: KindOfInterval | None
    """Which kind the interval is: ``logit`` or ``clopper-pearson`` of one survey, ``mover`` of several joined, ``carried``
    through a rule in steps, ``t`` in the first format."""

    criteria: list[dict[str, Any]]
    """Every area and criterion with its points; a leaf also with facts and reason."""


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
async def rankings(request: PageRequest, services: Given) -> EditionList:
    """The edition shown for each family, year and tier."""
    rows = await _rows(request, services)
    return EditionList(editions=[_summary(row, rows) for row in published_editions.current_of_each_year(rows)])


@get("/api/v1/rankings/{year:int}/{tier:str}", tags=["rankings"], summary="The ranking of a year", responses=NOT_FOUND)
async def ranking(request: PageRequest, services: Given, year: FromPath[int], tier: FromPath[str]) -> RankingBody:
    """The newest edition of the year, of the main family."""
    return await _ranking(request, services, FAMILY, year, tier)


@get(
    "/api/v1/rankings/{year:int}/{tier:str}/{family:str}", tags=["rankings"], summary="The ranking of another family",
    responses=NOT_FOUND,
)  # fmt: skip
async def ranking_of_family(
    request: PageRequest,
    services: Given,
    year: FromPath[int],
    tier: FromPath[str],
    family: FromPath[str],
) -> RankingBody:
    """The newest edition of the year."""
    return await _ranking(request, services, family, year, tier)


async def _ranking(request: PageRequest, services: Given, family: str, year: int, tier: str) -> RankingBody:
    if not known(family, year, tier):
        raise Refused("not_found")
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.current(connection, family, year, tier)
        edition = await edition_cache.opened(connection, row)
    return msgspec.convert(open_data.ranking(edition), RankingBody)


@get("/api/v1/editions", tags=["editions"], summary="Every edition, retracted ones too")
async def editions(request: PageRequest, services: Given) -> EditionList:
    """All editions, newest first."""
    rows = await _rows(request, services)
    return EditionList(editions=[_summary(row, rows) for row in rows])


@get(
    "/api/v1/editions/{number:str}", tags=["editions"], summary="The signed edition, byte for byte", responses=GONE,
    response_headers=[ResponseHeader(name="ETag", value="", description="Of these bytes", documentation_only=True)],
)  # fmt: skip
async def edition(request: PageRequest, services: Given, number: FromPath[str]) -> Response[bytes]:
    """What ``parindex verify`` reads."""
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.by_number(connection, number)
        content = await edition_cache.content(connection, row)
    made = {"json": lambda: content}
    return downloads.serve(request, "json", f"edition-{row.number}", made, mark=row.digest, caching=downloads.KEEP)


@get("/api/v1/agencies", tags=["agencies"], summary="Agencies of the published years")
async def agencies(request: PageRequest, services: Given) -> AgencyList:
    """Agencies with the editions that show them."""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = published_editions.current_of_each_year(await published_editions.listed(connection))
        readings = [await edition_cache.reading(connection, row) for row in rows]
    summaries: dict[str, AgencySummary] = {}
    for reading in readings:
        for code, agency in reading.agencies.items():
            numbers = [r.edition.number for r in readings if code in r.agencies]
            summaries.setdefault(
                code,
                AgencySummary(
                    agency=code, name=agency.name_vi, tier=reading.given.tier, region=agency.region, editions=numbers
                ),
            )
    return AgencyList(agencies=list(summaries.values()))


@get("/api/v1/agencies/{code:str}", tags=["agencies"], summary="An agency's newest result", responses=NOT_FOUND)
async def agency(request: PageRequest, services: Given, code: FromPath[str]) -> AgencyBody:
    """Points, facts and reason of every criterion, of the newest edition."""
    async with services.db.transaction(request.tenant.id) as connection:
        reading, _ = await years_of(connection, name_in(code), "")
    return msgspec.convert(document(reading, name_in(code)), AgencyBody)


@get("/api/v1/criteria-sets", tags=["criteria sets"], summary="Published criteria sets")
async def criteria_sets(request: PageRequest, services: Given) -> CriteriaSetList:
    """Every published version."""
    async with services.db.transaction(request.tenant.id) as connection:
        versions = await published_sets.versions(connection)
        sets = [await published_sets.published(connection, version.id) for version in versions]
    return CriteriaSetList(criteria_sets=[_set_summary(known.criteria_set, known.digest) for known in sets])


@get(
    "/api/v1/criteria-sets/{family:str}/{version:str}", tags=["criteria sets"], summary="A criteria set, whole",
    responses=NOT_FOUND,
)  # fmt: skip
async def criteria_set(
    request: PageRequest, services: Given, family: FromPath[str], version: FromPath[str]
) -> dict[str, Any]:
    """The document that the digest is of."""
    async with services.db.transaction(request.tenant.id) as connection:
        set_id = await published_sets.version_id(connection, family, version)
        if set_id is None:
            raise Refused("not_found")
        law = (await published_sets.published(connection, set_id)).criteria_set
    return scoring.to_document(law)


def _set_summary(law: CriteriaSet, digest: str) -> CriteriaSetSummary:
    return CriteriaSetSummary(
        family=law.family, version=law.version, digest=digest, status=law.status, years=list(law.years)
    )


async def _rows(request: PageRequest, services: Given) -> list[EditionRow]:
    async with services.db.transaction(request.tenant.id) as connection:
        return await published_editions.listed(connection)


def _summary(row: EditionRow, rows: Sequence[EditionRow]) -> EditionSummary:
    return msgspec.convert(summary(row, rows), EditionSummary)


routes = [
    rankings, ranking, ranking_of_family, editions, edition, agencies, agency, criteria_sets, criteria_set,
]  # fmt: skip
