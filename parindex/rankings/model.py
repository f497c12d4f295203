"""A year computed, as a document: everything its points, index and ranks are made from.

Numbers stand as text. ``Exact`` is a decimal without exponent and trailing zeros; ``Double`` is a float64 in
its shortest text that reads back as the same double. So the document has one spelling, on any machine.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from parindex.rankings.methods_document import MethodsDocument
from parindex.rankings.registry_documents import FormedDocument

IntervalName: TypeAlias = Literal["logit", "clopper-pearson", "mover", "carried"]
Exact: TypeAlias = str
Double: TypeAlias = str
Mark: TypeAlias = Literal["illustrative", "simulated", "imported"]
MOST_DRAWS: Final = 100_000
MOST_AGENCIES: Final = 20_000
MOST_DRAWN: Final = 100_000_000
"""Draws times agencies: what a machine of an office can hold."""
RankSet: TypeAlias = tuple[int, int]
"""Best and worst rank, both included."""


class _YearPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every part of a computed year is: immutable, closed, built by keyword."""


class CriteriaDocument(_YearPart, frozen=True):
    """The criteria set of the year, whole."""

    family: str
    """Family of the set, such as ``minh-hoa-cap-tinh``."""

    version: str
    """Version within the family."""

    digest: str
    """SHA-256 of the set by the contract, 64 hexadecimal digits."""

    document: dict[str, object]
    """The set itself, as JSON; the digest is of this."""


class AgencyDocument(_YearPart, frozen=True, omit_defaults=True):
    """One agency of the year, with every fact that was accepted for it."""

    code: str
    """Official code."""

    name_vi: str
    """Name as it is shown."""

    name_en: str | None
    """English name."""

    order: int
    """Place in the official list, from 1."""

    region: str | None
    """Region for filters and ranks in groups."""

    ranked: bool
    """False: scored, not ranked."""

    submitted: bool
    """False: no sheet was handed in."""

    facts: dict[str, str]
    """Accepted facts by full name, in canonical text; no facts of surveys."""

    formed: FormedDocument | None = None
    """From whom it took over last, until the end of the year measured; absent: from nobody. What it reached before is not
    what it reaches since."""


class EstimateDocument(_YearPart, frozen=True, omit_defaults=True):
    """One estimate of a survey for one agency."""

    agency: str
    """Code."""

    name: str
    """``survey:<instrument>.<measure>``."""

    state: Literal["estimated", "not_held", "suppressed"]
    """Suppressed: fewer answers than the round's minimum, so no value is given anywhere."""

    value: Double | None
    """The estimate, 0 to 1."""

    decimal: Exact | None
    """The value rounded half up to 10 places: what points are computed from."""

    se: Double | None
    """Standard error of the value."""

    df: Double | None
    """Degrees of freedom of the error; absent: as many as the normal distribution has."""

    n: int | None
    """Answers used."""

    n_eff: Double | None = None
    """(Σw)² ÷ Σw² of them; given where the value is 0 or 1, as its interval needs it."""

    deff: Double | None = None
    """How much clusters inflate a variance, by the same measure over all answers; given with ``n_eff``."""

    df_least: Double | None = None
    """The fewest degrees of freedom of an item of it, where they are fewer: they decide whether a rank is claimed."""

    @property
    def gate(self) -> float | None:
        """Degrees of freedom that are held against the gate: the fewest of anything that counts."""
        told = self.df if self.df_least is None else self.df_least
        return None if told is None else float(told)


class CovarianceDocument(_YearPart, frozen=True):
    """Covariance of estimates that share respondents or raters; a pair in no block is independent."""

    cells: tuple[tuple[str, str], ...]
    """(agency, name) in the order of rows and columns."""

    matrix: tuple[tuple[Double, ...], ...]
    """Symmetric; its diagonal is the square of the standard errors."""


class SurveyDocument(_YearPart, frozen=True):
    """One survey that the year rests on."""

    instrument: str
    """Code of the instrument, such as ``sipas``."""

    version: str | None
    """Version that was answered; null where estimates were brought from elsewhere."""

    digest: str | None
    """SHA-256 of the instrument, 64 hexadecimal digits."""

    title: str
    """What the survey is called."""

    method: dict[str, object]
    """How weights and errors were made; doubles as text."""

    held_from: datetime.date
    """First day on which it took answers."""

    held_until: datetime.date
    """Last day."""

    minimum: int
    """Cells with fewer answers are suppressed."""

    n: int
    """Answers used."""

    strata: int | None
    """Strata of the design."""

    psus: int | None
    """Primary sampling units with answers."""


class SuppressedDocument(_YearPart, frozen=True):
    """A cell that is shown in no output of this edition."""

    agency: str | None
    """Code; absent: the total over all agencies, from which the cell would follow by subtraction."""

    name: str
    """``survey:<instrument>.<measure>``."""

    reason: Literal["minimum", "subtraction"]
    """Too few answers, or derivable from what is shown."""


class NodeDocument(_YearPart, frozen=True):
    """Points of one area, criterion or adjustment."""

    points: Exact | None
    """Null unless scored."""

    max: Exact
    """Of a leaf its maximum, of a sum what applies."""

    state: Literal["scored", "not_applicable", "unknown", "none"]
    """As scoring says."""

    index: Exact | None
    """Points × 100 ÷ max, 12 places."""

    rank: int | None
    """Of an area: among the agencies scored there."""


class ResultDocument(_YearPart, frozen=True, omit_defaults=True):
    """What one agency reached."""

    agency: str
    """Code."""

    status: Literal["complete", "incomplete", "no_submission"]
    """Only the complete have index, class and rank."""

    points: Exact | None
    """All points."""

    max: Exact | None
    """The maximum that applies."""

    index: Exact | None
    """What is shown and ranked by, in percent; 12 places, or as the source printed it."""

    index_printed: Exact | None
    """The index with the places of the set."""

    class_: str | None = msgspec.field(name="class")
    """Class; null below the lowest."""

    rank: int | None
    """Rank among all that are ranked."""

    group_rank: int | None
    """Rank within its group: of the year's ``group_by``, and where that is absent of its region."""

    appraised: Exact | None
    """Points of the criteria that no survey decides."""

    survey: Exact | None
    """Points of the criteria that a survey decides."""

    bonus: Exact | None
    """Bonus after its cap."""

    penalty: Exact | None
    """Penalty after its cap."""

    se: Double | None
    """Standard error of the index from the surveys, in percentage points."""

    df: Double | None
    """Its degrees of freedom (Welch and Satterthwaite)."""

    interval: tuple[Double, Double] | None
    """Interval of the index at the level, this agency taken alone."""

    rank_set: tuple[int, int] | None
    """Ranks that cannot be excluded, all agencies together."""

    rank_marginal: tuple[int, int] | None
    """The same for this agency taken alone."""

    missing: tuple[str, ...]
    """Full names of facts without which it is incomplete."""

    nodes: dict[str, NodeDocument]
    """By code."""

    group_rank_set: RankSet | None = None
    """Ranks within its group that cannot be excluded, all agencies of the group together."""

    group_rank_marginal: RankSet | None = None
    """The same for this agency taken alone."""

    interval_kind: IntervalName | None = None
    """Which kind the interval is; absent in the first format, where it is Student's t."""


class RankSetsDocument(_YearPart, frozen=True):
    """How the rank sets were made."""

    method: Literal["stepdown", "single", "intervals"]
    """``intervals``: a survey is scored in steps, so agencies differ only where intervals do not overlap."""

    level: Exact
    """Confidence, all agencies together."""

    compared: tuple[str, ...]
    """Codes of the agencies whose index carries an error; the others may stand anywhere between them."""

    runs: tuple[tuple[str, ...], ...]
    """Largest runs of neighbours in the ranking of which no two can be told apart."""

    generator: str | None
    """Random generator; null where nothing was drawn."""

    seed: int | None
    """Its seed."""

    draws: int | None
    """Number of draws."""

    libraries: str | None
    """Versions of the libraries that drew; others may draw other numbers from the same seed."""

    critical: Double | None
    """Critical value of the first step."""

    variance: str | None
    """``own`` or ``pooled``."""

    df_rule: str | None
    """How degrees of freedom entered."""

    warnings: tuple[str, ...]
    """Codes of what a reader must know."""


class PrintedRow(_YearPart, frozen=True):
    """One agency as the source printed it."""

    agency: str
    """Code."""

    rank: int
    """Printed rank."""

    index: Exact
    """Printed index, with the places of the source."""


class PrintedDocument(_YearPart, frozen=True):
    """The source of an imported year: its printed index is what is shown and ranked by."""

    source: str
    """Where the figures were published."""

    rows: tuple[PrintedRow, ...]
    """In the order of the source."""


class YearSources(_YearPart, frozen=True, omit_defaults=True):
    """What a year is computed from: accepted facts, estimates with their errors, and the law."""

    family: str
    """Family of the ranking, such as ``par-index``."""

    year: int
    """The year that was measured."""

    tier: str
    """Tier of the agencies."""

    marked: Mark | None
    """What every page and file must say about the data."""

    level: Exact
    """Confidence of intervals and rank sets."""

    seed: Annotated[int, msgspec.Meta(ge=0)]
    """Seed of the draws for rank sets."""

    draws: Annotated[int, msgspec.Meta(ge=0, le=MOST_DRAWS)]
    """How many are drawn."""

    criteria_set: CriteriaDocument
    """The law of the year."""

    survey_leaves: tuple[str, ...]
    """Codes of the leaves that count as survey points; the others count as appraised."""

    agencies: Annotated[tuple[AgencyDocument, ...], msgspec.Meta(max_length=MOST_AGENCIES)]
    """In the order of the official list."""

    surveys: tuple[SurveyDocument, ...]
    """Sources of the estimates."""

    estimates: tuple[EstimateDocument, ...]
    """By agency, then name."""

    covariances: tuple[CovarianceDocument, ...]
    """Blocks of estimates that are not independent."""

    suppressed: tuple[SuppressedDocument, ...]
    """Decided once, over all tables together."""

    printed: PrintedDocument | None
    """Only of an imported year."""

    group_by: str | None = None
    """The attribute within whose values agencies are also ranked: ``region`` or one of the set. Absent: no groups."""

    methods: MethodsDocument | None = None
    """What it is computed by; absent in what ``parindex-edition/1`` froze, which has the methods of its day."""


class Computation(_YearPart, frozen=True, omit_defaults=True):
    """A year computed: what it was given, and what follows from that."""

    given: YearSources
    """All input; computing it again gives the rest to the last digit."""

    results: tuple[ResultDocument, ...]
    """In the order of the agencies given."""

    rank_sets: RankSetsDocument | None
    """Null where no error is known; then no rank set is claimed."""

    group_rank_sets: dict[str, RankSetsDocument] = {}
    """The same within each group, by its value; absent: no group claims any."""
