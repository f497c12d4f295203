"""Design-based estimates, weights and ranks: arrays in, arrays out, nothing of the rest of the platform.

A sample is a ``Design``; estimates come from it with errors by linearisation (``TaylorSample``) or by replicate
weights (``ReplicateSample``). Data larger than memory, or on several machines, go through ``Moments``.
``ItemGroups`` makes the index of a questionnaire per domain of them, ``rank_sets`` ranks units with confidence sets and
``lanes`` are the brackets beside a ranking. ``linear_points`` and ``drawn_points`` carry estimates to points,
``choice_sensitivity`` asks what a ranking depends on, ``changes`` compares years, ``krippendorff_alpha`` and
``severities`` appraisers. What cannot be estimated raises ``StatisticsError`` with a code and values; text is
made at the edge.

>>> import numpy as np
>>> province, satisfied = ["n", "n", "s", "s"], np.array([[1.0], [0.0], [1.0], [1.0]])
>>> rows = part_of([2, 2, 3, 3], satisfied, strata=province, stages=[[1, 2, 3, 4]], by=[province])
>>> items = ItemGroups(["satisfied"])
>>> index = items.index(Moments.of(items.part(rows)))
>>> [(e.domain, e.value, round(e.se, 3), e.df) for e in index.overall]
[('n', 0.5, 0.5, 1), ('s', 1.0, 0.0, 1)]
"""

from parindex.statistics.at_scale.item_index import OVERALL, IndexEstimate, ItemGroups, ItemIndex
from parindex.statistics.at_scale.means import Means
from parindex.statistics.at_scale.moments import Moments, merged
from parindex.statistics.at_scale.packed import PackedBlock, blocks_of, pack, packed_parts, unpack
from parindex.statistics.at_scale.streams import streamed, under_dask, whole_units
from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart, part_of
from parindex.statistics.at_scale.tables import TableLayout, csv_parts, parquet_parts
from parindex.statistics.composite.aggregation import Level, aggregate, by_levels, copeland, effective_weights
from parindex.statistics.composite.choices import ChoiceSensitivity, choice_sensitivity
from parindex.statistics.composite.points import (
    DrawnPoints,
    Points,
    Steps,
    SurveyEstimates,
    drawn_points,
    linear_points,
)
from parindex.statistics.composite.rank_shifts import mean_shifts, ranks_of_rows
from parindex.statistics.composite.sensitivity import (
    Indices,
    LeaveOneOut,
    WeightSensitivity,
    leave_one_out,
    sobol,
    weight_sensitivity,
)
from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.holm_tests import SurveyErrors
from parindex.statistics.ranks.interval_ranks import (
    IntervalRanks,
    carried,
    index_intervals,
    interval_ranks,
    joint_intervals,
)
from parindex.statistics.ranks.lanes import lanes
from parindex.statistics.ranks.plain_ranks import count_rank_sets, ranks
from parindex.statistics.ranks.rank_probabilities import RankProbabilities, rank_probabilities
from parindex.statistics.ranks.rank_sets import RankSets, RankWarning, rank_sets
from parindex.statistics.raters.agreement import Agreement, cohen_kappa, krippendorff_alpha
from parindex.statistics.raters.severity import Severity, severities
from parindex.statistics.raters.shared_raters import LeaderEstimates, RaterResponse, leader_estimates
from parindex.statistics.survey.calibration import Calibration, Margin, calibrate, margin
from parindex.statistics.survey.chosen_stages import ChosenStages, chosen_stages, collapsed_strata
from parindex.statistics.survey.design import Design
from parindex.statistics.survey.domains import Domains, domains_of, natural_key
from parindex.statistics.survey.estimates import (
    Estimate,
    ReplicateSample,
    Sample,
    TaylorSample,
    contrast,
    covariance,
    estimate,
    estimates,
)
from parindex.statistics.survey.item_indices import IndexDomains
from parindex.statistics.survey.linearisation import Target, mean_target, ratio_target, total_target, variance_target
from parindex.statistics.survey.nonresponse import (
    ClassAdjustment,
    Propensity,
    ResponseClass,
    adjust_by_class,
    adjust_by_propensity,
    indicators,
    response_propensity,
)
from parindex.statistics.survey.quantiles import QUANTILE_RULES, quantile_estimate, weighted_quantile
from parindex.statistics.survey.replicates import Replicates
from parindex.statistics.survey.two_way import Independence, independence
from parindex.statistics.survey.weights import (
    MarginReached,
    Trimming,
    WeightSummary,
    design_weights,
    margins_reached,
    trimming,
    weight_summary,
    worst_margin,
)
from parindex.statistics.survey.years import Changes, Linked, Overlap, changes, holm, linked_change, overlap_covariance

__all__ = [
    "MISSING",
    "OVERALL",
    "QUANTILE_RULES",
    "Agreement",
    "Calibration",
    "Changes",
    "ChoiceSensitivity",
    "ChosenStages",
    "ClassAdjustment",
    "Design",
    "Domains",
    "DrawnPoints",
    "Estimate",
    "Independence",
    "IndexDomains",
    "IndexEstimate",
    "Indices",
    "IntervalRanks",
    "ItemGroups",
    "ItemIndex",
    "LeaderEstimates",
    "LeaveOneOut",
    "Level",
    "Linked",
    "Margin",
    "MarginReached",
    "Means",
    "Moments",
    "Overlap",
    "PackedBlock",
    "Points",
    "Propensity",
    "RankProbabilities",
    "RankSets",
    "RankWarning",
    "RaterResponse",
    "ReplicateSample",
    "Replicates",
    "ResponseClass",
    "Sample",
    "Severity",
    "StatisticsError",
    "Steps",
    "SurveyErrors",
    "SurveyEstimates",
    "SurveyPart",
    "TableLayout",
    "Target",
    "TaylorSample",
    "Trimming",
    "WeightSensitivity",
    "WeightSummary",
    "adjust_by_class",
    "adjust_by_propensity",
    "aggregate",
    "blocks_of",
    "by_levels",
    "calibrate",
    "carried",
    "changes",
    "choice_sensitivity",
    "chosen_stages",
    "cohen_kappa",
    "collapsed_strata",
    "contrast",
    "copeland",
    "count_rank_sets",
    "covariance",
    "csv_parts",
    "design_weights",
    "domains_of",
    "drawn_points",
    "effective_weights",
    "estimate",
    "estimates",
    "holm",
    "independence",
    "index_intervals",
    "indicators",
    "interval_ranks",
    "joint_intervals",
    "krippendorff_alpha",
    "lanes",
    "leader_estimates",
    "leave_one_out",
    "linear_points",
    "linked_change",
    "margin",
    "margins_reached",
    "mean_shifts",
    "mean_target",
    "merged",
    "natural_key",
    "overlap_covariance",
    "pack",
    "packed_parts",
    "parquet_parts",
    "part_of",
    "quantile_estimate",
    "rank_probabilities",
    "rank_sets",
    "ranks",
    "ranks_of_rows",
    "ratio_target",
    "response_propensity",
    "severities",
    "sobol",
    "streamed",
    "total_target",
    "trimming",
    "under_dask",
    "unpack",
    "variance_target",
    "weight_sensitivity",
    "weight_summary",
    "weighted_quantile",
    "whole_units",
    "worst_margin",
]
