"""Criteria sets in public: as officials read them, and as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from parindex import scoring
from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.services import Given
from parindex.assessments.criteria import queries
from parindex.assessments.criteria.published_sets import Published, published
from parindex.errors import Refused
from parindex.rankings import queries as years
from parindex.scoring import CriteriaSet, Criterion, Place
from parindex.scoring.law.canonical import canonical_json
from parindex.scoring.law.model import LegalBasis
from parindex.scoring.rules.kinds import Survey
from parindex.store.database import Row
from parindex.text import Language, date_text, translator, words
from parindex.wording import rule_text

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


@get("/criteria", include_in_schema=False)
async def criteria_sets(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """Every published version."""
    tenant: Tenant = request.state.tenant
    lang = lang_of(request)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
        known = [(row, await published(connection, row["id"])) for row in rows]
    context = {"sets": [_line(row, one, lang) for row, one in known]}
    return page(request, "public/criteria_sets.html", context)


def _line(row: Row, one: Published, lang: Language) -> dict[str, Any]:
    counted = scoring.counts(one.criteria_set)
    return {
        "title": words(one.criteria_set.title, lang),
        "href": url(f"/criteria/{row['family']}/{row['version']}"),
        "version": row["version"],
        "year": ", ".join(map(str, one.criteria_set.years)),
        "tier": translator(lang)(TIERS[one.criteria_set.tier]),
        "published": row["published_at"],
        "illustrative": one.criteria_set.status == "illustrative",
        "counts": {"areas": counted.areas, "criteria": counted.criteria, "components": counted.parts},
        "digest": row["digest"],
    }


@get("/criteria/{family:str}/{version:str}", include_in_schema=False)
async def criteria_set(
    request: Request[Any, Any, Any], services: Given, family: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """One version; ``.json`` is the document that its digest is of, ``.yaml`` the text that it was read from."""
    tenant: Tenant = request.state.tenant
    wants_yaml = version.endswith(".yaml")
    name, kind = (version.removesuffix(".yaml"), None) if wants_yaml else downloads.split(version)
    async with services.db.transaction(tenant.id) as connection:
        row = await queries.by_version(connection, family, name) if "\0" not in family + name else None
        if row is None:
            raise Refused("not_found")
        one = await published(connection, row["id"])
        source = await years.set_source(connection, row["id"]) if wants_yaml else None
        versions = [] if kind or wants_yaml else await queries.listed(connection)
        bodies = await years.bodies_of_set(connection, row["id"])
    if source is not None:
        headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"', "Cache-Control": downloads.KEEP}
        return Response(source, media_type="application/yaml", headers=headers)
    if kind:
        made = {"json": lambda: canonical_json(scoring.to_document(one.criteria_set)).encode()}
        return downloads.serve(request, kind, f"{family}-{name}", made, mark=row["digest"], caching=downloads.KEEP)
    same = [other for other in versions if other["family"] == family]
    context = _context(one, same, row["id"], bodies, lang_of(request))
    marked = "illustrative" if one.criteria_set.status == "illustrative" else None
    return page(request, "public/criteria_set.html", context, marked=marked)


def _context(
    one: Published, versions: Sequence[Row], set_id: UUID, bodies: Mapping[str, tuple[str, str | None]], lang: Language
) -> dict[str, Any]:
    law, _ = one.criteria_set, translator(lang)
    counted = scoring.counts(law)
    survey = sum((p.node.max for p in scoring.leaves(law, adjustments=False) if _decided_by_survey(p)), Decimal(0))
    path = f"/criteria/{law.family}/{law.version}"
    places = list(scoring.walk(law))
    current = next(row for row in versions if row["id"] == set_id)
    return {
        "set": {
            "title": words(law.title, lang),
            "family": law.family,
            "version": law.version,
            "year": law.years[0] if law.years else "",
            "tier": _(TIERS[law.tier]),
            "digest": current["digest"],
            "published": current["published_at"],
            "illustrative": law.status == "illustrative",
            "basis": [_basis(basis, lang) for basis in law.legal_basis],
            "description": None,
            "points": law.max,
            "appraised": law.max - survey if survey else None,
            "survey": survey or None,
        },
        "counts": {
            "areas": counted.areas, "criteria": counted.criteria, "components": counted.parts, "leaves": counted.leaves,
        },
        "versions": [
            {"version": row["version"], "href": url(f"/criteria/{row['family']}/{row['version']}"), "current": row["id"] == set_id}
            for row in versions
        ],
        "classes": [{"name": limit.name, "from": limit.from_} for limit in law.classes],
        "areas": [
            {
                "roman": ROMAN[place] if place < len(ROMAN) else area.code,
                "code": area.code,
                "title": words(area.title, lang),
                "max": area.max,
                "appraiser": _body(bodies, area.appraiser, lang),
                "rows": [_row(law, p, lang) for p in places if p.area == area.code and p.depth > 1],
            }
            for place, area in enumerate(law.areas)
        ],
        "adjustments": [
            {"title": title, "cap": part.cap, "rows": [_row(law, p, lang) for p in places if p.part == name]}
            for name, title, part in (
                ("bonus", _("Điểm thưởng"), law.bonus), ("penalty", _("Điểm trừ"), law.penalty),
            )
            if part is not None
        ],
        "downloads": [
            {"href": url(f"{path}.yaml"), "label": "YAML"}, {"href": url(f"{path}.json"), "label": "JSON"},
        ],
        "untranslated": sum(p.node.title.en is None for p in places),
    }  # fmt: skip


def _row(law: CriteriaSet, place: Place, lang: Language) -> dict[str, Any]:
    node = place.node
    assert isinstance(node, Criterion)
    return {
        "code": place.code,
        "title": words(node.title, lang),
        "depth": place.depth,
        "max": node.max,
        "leaf": place.is_leaf,
        "rule": rule_text.words(law, node, lang) if place.is_leaf else None,
        "evidence": node.evidence if place.is_leaf and not _decided_by_survey(place) else None,
        "inapplicable": place.is_leaf and place.may_be_inapplicable,
        "basis": None,
    }


def _decided_by_survey(place: Place) -> bool:
    return isinstance(place.node, Criterion) and isinstance(place.node.rule, Survey)


def _body(bodies: Mapping[str, tuple[str, str | None]], body: str | None, lang: Language) -> str | None:
    if body is None or body not in bodies:
        return None
    name_vi, name_en = bodies[body]
    return name_en if lang == "en" and name_en else name_vi


def _basis(basis: LegalBasis, lang: Language) -> str:
    _ = translator(lang)
    told = (
        _("%(number)s ngày %(day)s", number=basis.number, day=date_text(basis.date, lang))
        if basis.date
        else basis.number
    )
    return f"{told}, {basis.issuer}" if basis.issuer else told


routes = [criteria_sets, criteria_set]
