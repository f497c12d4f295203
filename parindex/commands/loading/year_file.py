"""A year as one file: who runs it, who takes part, by which criteria set, with which survey."""

from __future__ import annotations

from datetime import date

import msgspec

Day = date


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every part of the file is: closed, so that a mistyped key is an error."""


class TenantGiven(_Given, frozen=True, kw_only=True):
    """Who runs the index."""

    code: str
    """In addresses: ``/t/<code>``."""

    name_vi: str
    """Vietnamese name."""

    name_en: str | None = None
    """English name."""


class PersonGiven(_Given, frozen=True, kw_only=True):
    """Somebody who works here; gets a link to set a password."""

    login: str
    """Name typed at sign-in."""

    name: str
    """Name shown."""

    roles: tuple[str, ...]
    """Roles of the policy table."""

    agency: str | None = None
    """Code of the agency that the person works for."""


class BodyGiven(_Given, frozen=True, kw_only=True):
    """Which agency a body of the criteria set is."""

    agency: str
    """Code of the agency that appraises."""

    substitute: str
    """Code of the agency that appraises the first one's own sheet."""

    above: bool | None = None
    """Whether the agency above each agency appraises, and those two only where there is none."""


class CycleGiven(_Given, frozen=True, kw_only=True):
    """The year."""

    year: int
    """The year that is assessed, 2000-2100."""

    tier: str
    """Tier of the agencies that take part, one of ``parindex.agencies.model.TIERS``."""

    family: str = "par-index"
    """The index."""

    criteria: str
    """File of the criteria set."""

    bodies: dict[str, BodyGiven]
    """By the names that the criteria set gives to appraising bodies."""

    opens_on: date
    """First day of self-assessment."""

    last_day: date
    """Its last day, until 24:00; what comes later is late."""

    closing_day: date | None = None
    """The last day on which late sheets are taken, until 24:00; the last day when absent."""

    appraisal_last_day: date
    """Last day of appraisal."""

    attributes: str | None = None
    """CSV ``agency,name,value`` of what the set asks of the agency itself (``@region``)."""

    group_by: str | None = None
    """The attribute within whose values agencies are also ranked; empty for none."""

    withdrawals: int | None = None
    """How often a sheet may be taken back, 0-9."""

    owners: str | None = None
    """CSV ``agency,leaf,owner`` of the bodies below an agency that declare leaves of its sheet."""

    @property
    def name(self) -> str:
        """How people name the year: ``2026-department``."""
        return f"{self.year}-{self.tier}"


class SurveyGiven(_Given, frozen=True, kw_only=True):
    """The survey of the year."""

    instrument: str
    """File of the instrument."""

    form: str
    """Which of its forms is asked."""

    title_vi: str
    """Name that respondents read."""

    title_en: str | None = None
    """English name."""

    opens_on: date
    """First day."""

    closes_on: date
    """Last day."""

    min_n: int = 30
    """Groups with fewer responses are not shown."""

    contact: str | None = None
    """Whom a respondent may ask."""

    sample: str
    """CSV of the places that were drawn."""


class SuccessorGiven(_Given, frozen=True, kw_only=True):
    """Who takes over: one that exists, by its code alone, or one that begins."""

    code: str
    """Its code."""

    name_vi: str | None = None
    """Its name, where it begins."""

    name_en: str | None = None
    """English name."""

    short_name: str | None = None
    """Name for narrow columns."""


class MergerGiven(_Given, frozen=True, kw_only=True):
    """Agencies that end on a day and the one that takes over."""

    at: str = ""
    """Where it stands in the file, such as ``mergers[0]``."""

    ending: tuple[str, ...]
    """Codes of those that end."""

    into: SuccessorGiven
    """Who takes over."""

    on: date
    """First day of the successor as such."""

    number: str
    """Số, ký hiệu of the document."""

    date: Day
    """Its day."""

    sheets: dict[str, str] = {}
    """What becomes of the sheets of open years, a key of ``MERGER_TREATMENTS`` by the name of the year; under ``""`` that of
    every year that is not named."""


class YearFile(_Given, frozen=True, kw_only=True):
    """The whole file; a part of which something cannot be taken is absent."""

    tenant: TenantGiven | None
    """Who runs the index."""

    people: tuple[PersonGiven, ...] = ()
    """Accounts."""

    agencies: str | None = None
    """CSV of the registry."""

    cycle: CycleGiven | None = None
    """The year."""

    survey: SurveyGiven | None = None
    """Its survey."""

    mergers: tuple[MergerGiven, ...] = ()
    """Agencies that were merged, in the order in which it was done."""
