"""The interval of an estimate as a run stored it: logit, or Clopper–Pearson where it is 0 or 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from parindex.statistics.survey.intervals import (
    AnswersBehind,
    IntervalBounds,
    UsedKind,
    at_edge,
    clustering,
    interval,
    kind_of,
)
from parindex.surveys.model import AgencyEstimate, EstimateRun

Clusters = Mapping[str, Mapping[str, float]]
"""By measure and code of the agency: how much clusters inflate the variance of an estimate of 0 or 1."""


def clusters_behind(run: EstimateRun, agency: str, measure: str) -> float:
    """How much clusters inflate the variance of an estimate of 0 or 1, which its own answers cannot tell.

    A run that did not keep it is asked for the design effect over all answers; one that was brought has none.
    """
    kept: Clusters = run.method.get("at_edge", {})
    if agency in kept.get(measure, {}):
        return float(kept[measure][agency])
    effects: Mapping[str, Any] = run.method.get("deff", {})
    return clustering(effects.get(measure), run.responses, run.method.get("psus") or run.responses)


def interval_of(one: AgencyEstimate, run: EstimateRun, level: float) -> tuple[IntervalBounds, UsedKind] | None:
    """The interval of an estimate, 0 to 1, and which kind it is; none without an error or degrees of freedom."""
    if one.value is None or one.se is None:
        return None
    value, behind = float(one.value), None
    if at_edge(value) and one.n is not None:
        size = float(one.n) if one.n_eff is None else one.n_eff
        behind = AnswersBehind(n=one.n, n_eff=size, deff=clusters_behind(run, one.agency, one.measure))
    df = math.inf if one.df is None else float(one.df)
    bounds = interval("auto", value, one.se, df, level, n=one.n or 0, share=True, behind=behind)
    return None if bounds is None else (bounds, kind_of("auto", value, share=True))
