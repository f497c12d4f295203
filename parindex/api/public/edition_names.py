"""Names, numbers and addresses of an edition as its pages write them."""

from __future__ import annotations

from decimal import Decimal

from parindex.api.shared.page import url
from parindex.publication.publish import FAMILY
from parindex.publication.reading import YearReading
from parindex.text import Language
from parindex.wording.group_names import group_name


def path_of(family: str, year: int, tier: str) -> str:
    """The address of a ranking; the main family needs no name.

    >>> path_of("par-index", 2025, "province"), path_of("dti", 2025, "province")
    ('/rankings/2025/province', '/rankings/2025/province/dti')
    """
    return f"/rankings/{year}/{tier}" + ("" if family == FAMILY else f"/{family}")


def ranking_path(reading: YearReading) -> str:
    """The ranking's address, which always shows the newest edition of its year."""
    return path_of(reading.given.family, reading.given.year, reading.given.tier)


def agency_href(reading: YearReading, code: str) -> str:
    """An agency's page, of this very edition."""
    return url("/agencies", code, edition=reading.edition.number)


def leaf_href(reading: YearReading, agency: str, code: str) -> str:
    """The page of one leaf of one agency, of this very edition."""
    return url("/agencies", agency, reading.given.year, code, edition=reading.edition.number)


def set_href(reading: YearReading) -> str:
    """The page of the criteria set."""
    given = reading.given.criteria_set
    return url("/criteria", given.family, given.version)


def name_of(reading: YearReading, code: str, lang: Language) -> str:
    """An agency's name, in Vietnamese where there is no English."""
    agency = reading.agencies[code]
    return agency.name_en if lang == "en" and agency.name_en else agency.name_vi


def region_name(reading: YearReading, region: str | None, lang: Language) -> str | None:
    """A region in words: the label of the set's attribute, or as it is written."""
    return None if region is None else group_name(reading.criteria_set, "region", region, lang)


def group_of(reading: YearReading, code: str, lang: Language) -> str | None:
    """The group that an agency is also ranked in, in words; ``None`` where it stands in none."""
    value, attribute = reading.groups.get(code), reading.given.group_by
    return None if value is None or attribute is None else group_name(reading.criteria_set, attribute, value, lang)


def number_of(value: str | None) -> Decimal | None:
    """A document's number for a page."""
    return None if value is None else Decimal(value)


def bounds_of(interval: tuple[str, str] | None) -> tuple[float | None, float | None]:
    """The ends of a document's interval for a page."""
    return (float(interval[0]), float(interval[1])) if interval else (None, None)
