"""The index of items from the whole sample at once, row by row: what the sums of parts are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from parindex.statistics import Design, domains_of
from parindex.statistics.survey.variance import average_factor, placed_scores, taylor_variances

Numbers = tuple[float, float, int, int, float]
"""Value, error, df, n, n_eff."""


def whole_sample_index(
    design: Design, items: np.ndarray, by: Sequence[str | None], groups: Mapping[str, Sequence[int]]
) -> dict[tuple[str, str], Numbers]:
    """(domain, group) → numbers, every row's score of a group linearised by itself."""
    domains = domains_of([by], design.n)
    found = {}
    for key, rows in zip(domains.keys, domains.rows, strict=True):
        w, known = design.weights[rows], ~np.isnan(items[rows])
        weighted, filled = w[:, None] * known, np.where(known, items[rows], 0.0)
        total = weighted.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = (weighted * filled).sum(axis=0) / total
            scores = np.where(total > 0, weighted * (filled - means) / total, 0.0)
        for name, chosen in groups.items():
            places = list(chosen)
            placed = placed_scores(design.n, [rows], [scores[:, places].mean(axis=1)])
            se = float(np.sqrt(taylor_variances(design, placed, np.array([average_factor(design, rows)]))[0]))
            used = known[:, places].any(axis=1) & (w > 0)
            exists = bool((total[places] > 0).all())
            size = w[used].sum() ** 2 / (w[used] @ w[used]) if used.any() else np.nan
            value = float(means[places].mean()) if exists else np.nan
            found[key[0], name] = (value, se if exists else np.nan, design.df_of(rows[used]), int(used.sum()), size)
    return found
