"""Criteria sets in public: as officials read them, and as data."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from parindex import scoring
from parindex.api.public.criteria_view import criteria_set_page, criteria_sets_page
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.assessments.criteria import published_sets
from parindex.errors import Refused
from parindex.reading.canonical_json import canonical


@get("/criteria", include_in_schema=False)
async def criteria_sets(request: PageRequest, services: Given) -> Response[str]:
    """Every published version."""
    async with services.db.transaction(request.tenant.id) as connection:
        versions = await published_sets.versions(connection)
        sets = [(version, await published_sets.published(connection, version.id)) for version in versions]
    return page(request, criteria_sets_page(sets, lang_of(request)))


@get("/criteria/{family:str}/{version:str}", include_in_schema=False)
async def criteria_set(
    request: PageRequest, services: Given, family: FromPath[str], version: FromPath[str]
) -> Response[str] | Response[bytes]:
    """One version; ``.json`` is the document that its digest is of, ``.yaml`` the text that it was read from."""
    wants_yaml = version.endswith(".yaml")
    name, kind = (version.removesuffix(".yaml"), None) if wants_yaml else downloads.split(version)
    async with services.db.transaction(request.tenant.id) as connection:
        set_id = await published_sets.version_id(connection, family, name)
        if set_id is None:
            raise Refused("not_found")
        known = await published_sets.published(connection, set_id)
        source = await published_sets.source_of(connection, set_id) if wants_yaml else None
        versions = [] if kind or wants_yaml else await published_sets.versions(connection)
        appraisers = await published_sets.appraisers_of(connection, set_id)
    if source is not None:
        headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"', "Cache-Control": downloads.KEEP}
        return Response(source, media_type="application/yaml", headers=headers)
    law = known.criteria_set
    if kind:
        made = {"json": lambda: canonical(scoring.to_document(law))}
        return downloads.serve(request, kind, f"{family}-{name}", made, mark=known.digest, caching=downloads.KEEP)
    of_family = [other for other in versions if other.family == family]
    marked = "illustrative" if law.status == "illustrative" else None
    return page(request, criteria_set_page(law, set_id, of_family, appraisers, lang_of(request)), marked=marked)


routes = [criteria_sets, criteria_set]
