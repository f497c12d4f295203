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
    ) -> None:
        """Join estimates, their covariance and each agency's constants."""
        self._a = a
        self._gates = {(e.agency, e.name): e.gate for e in estimates if e.state == "estimated"}
        self._by_cell = {(e.agency, e.name): e for e in estimates if e.se is not None}
        self._blocks = [
            (block.cells, [[float(value) for value in row] for row in block.matrix]) for block in covariances
        ]
        self._in_block = {cell for cells, _ in self._blocks for cell in cells}
        self._cells: dict[str, list[tuple[int, int, str]]] = {}
        for number, (cells, _) in enumerate(self._blocks):
            for place, (agency, name) in enumerate(cells):
                self._cells.setdefault(agency, []).append((number, place, name))

    def of(self, agency: str) -> SamplingError | None:
        """The error of one index; none without index, or where an estimate has no error."""
        a = self._a.get(agency)
        if not a or any((agency, name) not in self._by_cell for name in a):
            return None
        variances, freedom = [], []
        for instrument in sorted({instrument_of(name) for name in a}):
            names = [name for name in a if instrument_of(name) == instrument]
            variances.append([self._variance(agency, names)])
            freedom.append([min(self._df(agency, name) for name in names)])
        variance = self._variance(agency, list(a))
        return SamplingError(se=math.sqrt(max(variance, 0.0)), df=float(satterthwaite(variances, freedom)[0]))

    def of_sum(self, agency: str, a: Mapping[str, float]) -> SamplingError | None:
        """The error of another sum of an agency's estimates, such as what one survey brings to an area."""
        other = copy.copy(self)
        other._a = {agency: a}
        return other.of(agency)

    def gated(self, agency: str, gate: int) -> bool:
        """Whether an estimate that counts in the index, or an item of it, has fewer degrees of freedom than the gate."""
        counted = [name for name, constant in self._a.get(agency, {}).items() if constant != 0]
        return any(df is not None and df < gate for df in (self._gates.get((agency, name)) for name in counted))

    def by_survey(self, codes: Sequence[str]) -> list[SurveyErrors]:
        """What each survey brings to the errors of some indices; one for all where surveys share respondents."""
        instruments = sorted({instrument_of(name) for code in codes for name in self._a[code]})
        every = [self._survey(codes, [instrument]) for instrument in instruments]
        together = self._survey(codes, instruments)
        apart = np.asarray(sum(each.covariance for each in every))
        joined = np.abs(together.covariance - apart) > ROUNDING * np.abs(together.covariance).max()
        return [together] if joined.any() else every

    def _survey(self, codes: Sequence[str], instruments: Sequence[str]) -> SurveyErrors:
        names = {code: [name for name in self._a[code] if instrument_of(name) in instruments] for code in codes}
        matrix = np.diag([max(self._variance(code, names[code]), 0.0) for code in codes])
        for i, j in self.sharing(codes):
            matrix[i, j] = self._between(codes[i], codes[j], names[codes[i]], names[codes[j]])
            matrix[j, i] = matrix[i, j]
        df = [min((self._df(code, name) for name in names[code]), default=math.inf) for code in codes]
        return SurveyErrors(covariance=matrix, df=np.array(df), kind=kind_of_covariance(matrix))

    def covariance(self, one: str, other: str) -> float:
        """Covariance of two agencies' indices: zero where their estimates share nobody."""
        return self._between(one, other, list(self._a[one]), list(self._a[other]))

    def sharing(self, codes: Sequence[str]) -> list[tuple[int, int]]:
        """Pairs of places in ``codes``, the larger first, whose agencies stand in a common block."""
        together: dict[int, list[int]] = {}
        for place, code in enumerate(codes):
            for block in {block for block, _, _ in self._cells.get(code, ())}:
                together.setdefault(block, []).append(place)
        return sorted({(i, j) for places in together.values() for i in places for j in places if j < i})

    def _variance(self, agency: str, names: Sequence[str]) -> float:
        alone = [n for n in names if (agency, n) not in self._in_block]
        independent = math.fsum((self._a[agency][n] * self._se(agency, n)) ** 2 for n in alone)
        return independent + self._between(agency, agency, names, names)

    def _between(self, one: str, other: str, names: Sequence[str], others: Sequence[str]) -> float:
        rows, columns = self._weighted(one, names), self._weighted(other, others)
        return math.fsum(
            x * self._blocks[block][1][i][j] * y
            for block, i, x in rows for same, j, y in columns if same == block
        )  # fmt: skip

    def _weighted(self, agency: str, names: Sequence[str]) -> list[tuple[int, int, float]]:
        """Block, place in it and constant of each estimate of an agency that shares respondents."""
        own = self._a[agency]
        return [(block, place, own[name]) for block, place, name in self._cells.get(agency, ()) if name in names]

    def _se(self, agency: str, name: str) -> float:
        return float(self._by_cell[agency, name].se or 0)

    def _df(self, agency: str, name: str) -> float:
        df = self._by_cell[agency, name].df
        return math.inf if df is None else float(df)
