"""Error of the index: what the surveys' sampling errors make of it.

The survey part of an index is a sum of estimates times constants, I = Σ a_k·s_k (STATISTICS.md, 10), so
Var(I) = aᵀΣa. A leaf that reads its estimate in steps or on a bent line has no such constant; its interval is
carried through the rule instead (:mod:`parindex.rankings.index_intervals`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec
import numpy as np

from parindex.rankings.cell_suppression import instrument_of
from parindex.rankings.model import CovarianceDocument, EstimateDocument, ResultDocument
from parindex.scoring import CriteriaSet, Criterion, leaves
from parindex.scoring.rules.kinds import Survey
from parindex.statistics import SurveyErrors
from parindex.statistics.ranks.holm_tests import kind_of_covariance
from parindex.statistics.survey.degrees_of_freedom import satterthwaite

ROUNDING: Final = 1e-12
"""A covariance below this part of the largest is rounding."""

EstimateKey = tuple[str, str]
"""(agency, name of the estimate)."""


class SamplingError(msgspec.Struct, frozen=True, kw_only=True):
    """Sampling error of one agency's index."""

    se: float
    """In percentage points."""

    df: float
    """Degrees of freedom; infinite where the estimates' errors have none."""


class SurveyLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that a survey decides."""

    code: str
    """Code of the leaf."""

    rule: Survey
    """How the estimate becomes points."""

    max: float
    """Its maximum."""

    @property
    def weights(self) -> dict[str, float]:
        """Points for each unit of each estimate, where the rule is a constant times the estimate."""
        source = f"survey:{self.rule.instrument}.{self.rule.measure}"
        if self.rule.reading == "options":
            return {f"{source}.{option}": self.max * float(share) for option, share in self.rule.shares.items()}
        return {source: self.max}

    @property
    def linear(self) -> bool:
        """Whether points are a constant times the estimate everywhere."""
        return self.rule.reading in ("share", "options")


def survey_leaves(criteria_set: CriteriaSet) -> tuple[SurveyLeaf, ...]:
    """The leaves that a survey decides, in the order of the law; bonus and penalty left out."""
    found = []
    for place in leaves(criteria_set, adjustments=False):
        node = place.node
        if isinstance(node, Criterion) and isinstance(node.rule, Survey):
            found.append(SurveyLeaf(code=node.code, rule=node.rule, max=float(node.max)))
    return tuple(found)


def mean_constants(
    result: ResultDocument, parts: Sequence[tuple[Fraction, ResultDocument]], law: Sequence[SurveyLeaf]
) -> dict[EstimateKey, float]:
    """The same of an agency that has a mean: for each unit of each estimate of those behind it, by what each counts.

    I = 100·Σ_j w_j·P_j ÷ Σ_j w_j·M_j, so an estimate of part j counts 100·w_j·max_k ÷ the maximum of the mean.
    """
    if result.index is None or result.max is None:
        return {}
    scale = 100 / float(Decimal(result.max))
    found: dict[EstimateKey, float] = {}
    for weight, part in parts:
        for leaf in law:
            if part.nodes[leaf.code].state == "scored":
                for name, points in leaf.weights.items():
                    cell = (part.agency, name)
                    found[cell] = found.get(cell, 0.0) + points * scale * float(weight)
    return found


def constants(result: ResultDocument, law: Sequence[SurveyLeaf]) -> dict[str, float]:
    """Percentage points of the index for each unit of each estimate: 100·max_k ÷ applicable maximum.

    Empty for an agency without index; leaves that do not apply, or whose survey was not held, are left out.
    """
    if result.index is None or result.max is None:
        return {}
    scale = 100 / float(Decimal(result.max))
    found: dict[str, float] = {}
    for leaf in law:
        if result.nodes[leaf.code].state == "scored":
            for name, weight in leaf.weights.items():
                found[name] = found.get(name, 0.0) + weight * scale
    return found


class Errors:
    """Errors of all agencies' indices and their covariance."""

    def __init__(
        self,
        estimates: Sequence[EstimateDocument],
        covariances: Sequence[CovarianceDocument],
        a: Mapping[str, Mapping[str, float]],
        means: Mapping[str, Mapping[EstimateKey, float]] | None = None,
    ) -> None:
        """Join estimates, their covariance and the constants of each agency.

        Args:
            estimates: All estimates of a year.
            covariances: Blocks of those that share respondents.
            a: By agency the constant of each of its own estimates.
            means: By agency that has a mean the constants of the estimates of those behind it.
        """
        self._a = {agency: _own(agency, constants) for agency, constants in a.items()}
        self._a |= {agency: dict(constants) for agency, constants in (means or {}).items()}
        self._gates = {(e.agency, e.name): e.gate for e in estimates if e.state == "estimated"}
        self._by_cell = {(e.agency, e.name): e for e in estimates if e.se is not None}
        self._blocks = [[[float(value) for value in row] for row in block.matrix] for block in covariances]
        self._places: dict[EstimateKey, list[tuple[int, int]]] = {}
        self._in_blocks: dict[str, list[EstimateKey]] = {}
        for number, block in enumerate(covariances):
            for place, cell in enumerate(block.cells):
                self._places.setdefault(cell, []).append((number, place))
                self._in_blocks.setdefault(cell[0], []).append(cell)

    def of(self, agency: str) -> SamplingError | None:
        """The error of one index; none without index, or where an estimate has no error."""
        a = self._a.get(agency)
        if not a or any(cell not in self._by_cell for cell in a):
            return None
        variances, freedom = [], []
        for instrument in sorted({instrument_of(name) for _, name in a}):
            cells = [cell for cell in a if instrument_of(cell[1]) == instrument]
            for part in self._apart(cells):
                variances.append([self._variance(agency, part)])
                freedom.append([min(self._df(cell) for cell in part)])
        variance = self._variance(agency, list(a))
        return SamplingError(se=math.sqrt(max(variance, 0.0)), df=float(satterthwaite(variances, freedom)[0]))

    def of_sum(self, agency: str, a: Mapping[str, float]) -> SamplingError | None:
        """The error of another sum of an agency's estimates, such as what one survey brings to an area."""
        other = copy.copy(self)
        other._a = {agency: _own(agency, a)}
        return other.of(agency)

    def gated(self, agency: str, gate: int) -> bool:
        """Whether an estimate that counts in the index, or an item of it, has fewer degrees of freedom than the gate."""
        counted = [cell for cell, constant in self._a.get(agency, {}).items() if constant != 0]
        return any(df is not None and df < gate for df in (self._gates.get(cell) for cell in counted))

    def by_survey(self, codes: Sequence[str]) -> list[SurveyErrors]:
        """What each survey brings to the errors of some indices; one for all where surveys share respondents."""
        instruments = sorted({instrument_of(name) for code in codes for _, name in self._a[code]})
        every = [self._survey(codes, [instrument]) for instrument in instruments]
        together = self._survey(codes, instruments)
        apart = np.asarray(sum(each.covariance for each in every))
        joined = np.abs(together.covariance - apart) > ROUNDING * np.abs(together.covariance).max()
        return [together] if joined.any() else every

    def _survey(self, codes: Sequence[str], instruments: Sequence[str]) -> SurveyErrors:
        cells = {code: [cell for cell in self._a[code] if instrument_of(cell[1]) in instruments] for code in codes}
        matrix = np.diag([max(self._variance(code, cells[code]), 0.0) for code in codes])
        for i, j in self.sharing(codes):
            matrix[i, j] = self._between(codes[i], codes[j], cells[codes[i]], cells[codes[j]])
            matrix[j, i] = matrix[i, j]
        df = [self._freedom(code, cells[code]) for code in codes]
        return SurveyErrors(covariance=matrix, df=np.array(df), kind=kind_of_covariance(matrix))

    def covariance(self, one: str, other: str) -> float:
        """Covariance of two agencies' indices: zero where their estimates share nobody."""
        return self._between(one, other, list(self._a[one]), list(self._a[other]))

    def sharing(self, codes: Sequence[str]) -> list[tuple[int, int]]:
        """Pairs of places in ``codes``, the larger first, of which estimates stand in a common block."""
        together: dict[int, list[int]] = {}
        for place, code in enumerate(codes):
            for block in sorted({block for cell in self._cells_of(code) for block, _ in self._places.get(cell, ())}):
                together.setdefault(block, []).append(place)
        return sorted({(i, j) for places in together.values() for i in places for j in places if j < i})

    def shared(self, cells: Sequence[EstimateKey], others: Sequence[EstimateKey]) -> bool:
        """Whether some estimates stand in a common block with some others."""
        blocks, other = (
            {block for cell in some for block, _ in self._places.get(cell, ())} for some in (cells, others)
        )
        return bool(blocks & other)

    def _cells_of(self, code: str) -> list[EstimateKey]:
        """Every estimate behind an index, also those that no constant is told of."""
        behind = (cell for cell in self._a.get(code, ()) if cell[0] != code)
        return [*self._in_blocks.get(code, ()), *behind]

    def _apart(self, cells: Sequence[EstimateKey]) -> list[list[EstimateKey]]:
        """Estimates of one survey by the agency that they are of; all together where two agencies share respondents."""
        found: dict[str, list[EstimateKey]] = {}
        for cell in cells:
            found.setdefault(cell[0], []).append(cell)
        parts = list(found.values())
        joined = any(self.shared(parts[i], parts[j]) for i in range(len(parts)) for j in range(i))
        return [list(cells)] if joined else parts

    def _freedom(self, agency: str, cells: Sequence[EstimateKey]) -> float:
        """Degrees of freedom of what one survey brings: the fewest of an agency, of several those of their sum."""
        parts = self._apart(cells)
        if len(parts) < 2:
            return min((self._df(cell) for cell in cells), default=math.inf)
        variances = [[self._variance(agency, part)] for part in parts]
        return float(satterthwaite(variances, [[min(self._df(cell) for cell in part)] for part in parts])[0])

    def _variance(self, agency: str, cells: Sequence[EstimateKey]) -> float:
        alone = [cell for cell in cells if cell not in self._places]
        independent = math.fsum((self._a[agency][cell] * self._se(cell)) ** 2 for cell in alone)
        return independent + self._between(agency, agency, cells, cells)

    def _between(self, one: str, other: str, cells: Sequence[EstimateKey], others: Sequence[EstimateKey]) -> float:
        rows, columns = self._weighted(one, cells), self._weighted(other, others)
        return math.fsum(
            x * self._blocks[block][i][j] * y
            for block, i, x in rows for same, j, y in columns if same == block
        )  # fmt: skip

    def _weighted(self, agency: str, cells: Sequence[EstimateKey]) -> list[tuple[int, int, float]]:
        """Block, place in it and constant of each estimate that shares respondents."""
        own = self._a[agency]
        return [(block, place, own[cell]) for cell in cells for block, place in self._places.get(cell, ())]

    def _se(self, cell: EstimateKey) -> float:
        return float(self._by_cell[cell].se or 0)

    def _df(self, cell: EstimateKey) -> float:
        df = self._by_cell[cell].df
        return math.inf if df is None else float(df)


def _own(agency: str, constants: Mapping[str, float]) -> dict[EstimateKey, float]:
    return {(agency, name): constant for name, constant in constants.items()}
