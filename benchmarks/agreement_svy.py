"""How many digits estimates share with the Python package ``svy`` (and ``polars``), where it is installed.

On the reference data: means, totals and ratios of everybody, by sex and by province, their errors and 95 %
intervals, with one stage, one with counts and two with counts.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from benchmarks.agreement import Seen
from parindex.statistics import Design, TaylorSample, estimate, mean_target, ratio_target, total_target
from tests.reference.test_survey_cases import DATA, everyone, groups, numbers, table

STAGES: Final = ("commune", "village")
DESIGNS: Final = {"one stage": (1, 0), "one stage with counts": (1, 1), "two stages with counts": (2, 2)}
"""Stages, and how many of them have population counts."""

ASKED: Final = (
    ("mean", ("q1",)), ("mean", ("q3",)), ("total", ("q1",)), ("total", ("q3",)), ("ratio", ("q3", "q4")),
)  # fmt: skip


def theirs(stages: int, counts: int) -> Iterator[tuple[str, tuple[str, ...], str | None, str, list[float]]]:
    """Statistic, items, variable, its value, then estimate, error and interval, by svy."""
    svy, polars = importlib.import_module("svy"), importlib.import_module("polars")
    data = polars.read_csv(DATA / "sipas_a.csv", null_values=["", "NA"])
    units = dict(zip(("psu", "ssu"), STAGES[:stages], strict=False))
    of = {f"fpc{stage + 1}": name for stage, name in enumerate(("psu", "ssu")[:counts])}
    size = {0: None, 1: "fpc1", 2: svy.PopSize(psu="fpc1", ssu="fpc2")}[len(of)]
    estimation = svy.Sample(data, svy.Design(stratum="stratum", wgt="w", pop_size=size, **units)).estimation
    for statistic, items in ASKED:
        for by in (None, "sex", "province"):
            found = getattr(estimation, statistic)(*items, by=by, drop_nulls=True)
            for one in found.estimates:
                (value,) = one.by_level or ("",)
                yield statistic, items, by, str(value), [one.est, one.se, one.lci, one.uci]


def ours(sample: TaylorSample, statistic: str, items: tuple[str, ...], by: str | None, value: str) -> list[float]:
    """The same by us."""
    rows = groups("sipas_a", by)[(value,)] if by else everyone(sample)
    make: Any = {"mean": mean_target, "total": total_target, "ratio": ratio_target}[statistic]
    found = estimate(sample, make(*(numbers("sipas_a", item) for item in items), rows))
    return [found.value, found.se, *(found.ci or (np.nan, np.nan))]


def main() -> None:
    """Print a line for each design."""
    try:
        version = importlib.import_module("svy").__version__
    except ImportError:
        raise SystemExit("svy is not installed here") from None
    warnings.simplefilter("ignore")
    data = table("sipas_a")
    for name, (stages, counts) in DESIGNS.items():
        units = [data[column] for column in STAGES[:stages]]
        fpc = [numbers("sipas_a", f"fpc{stage + 1}") for stage in range(counts)]
        sample, seen = TaylorSample(Design(numbers("sipas_a", "w"), data["stratum"], units, fpc)), Seen()
        for statistic, items, by, value, wanted in theirs(stages, counts):
            seen.compare(f"{statistic} {items} {by} {value}", ours(sample, statistic, items, by, value), wanted)
        print(
            f"svy {version}, {name}: {len(seen.cases)} estimates, {seen.numbers:,} numbers, "
            f"furthest {seen.furthest:.1e} of its value"
        )


if __name__ == "__main__":
    main()
