"""The index of a survey: 36,525 answers to 39 items in 9 criteria and 2 areas, in 34 provinces, with Taylor errors.

The peer is ``np.sum`` over the same bytes, so the ratio says how many readings of the data the errors cost. One
province's overall index is worked out again by the textbook formula and compared.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from parindex.statistics.survey.item_index import mean_of_items

from benchmarks import reference
from parindex.statistics import Design

ROWS: Final = 36_525
PROVINCES: Final = 34
COMMUNES: Final = 12
ITEMS: Final = 39


def sample(seed: int = 1) -> tuple[Design, np.ndarray[Any, Any], list[str]]:
    """A design of provinces, communes and weights, and answers that agree within communes."""
    random = np.random.default_rng(seed)
    province = np.sort(random.integers(0, PROVINCES, ROWS))
    commune = province * COMMUNES + random.integers(0, COMMUNES, ROWS)
    liking = 0.8 + random.normal(0, 0.05, PROVINCES * COMMUNES)
    answers = (random.random((ROWS, ITEMS)) < liking[commune][:, None]).astype(float)
    answers[random.random((ROWS, ITEMS)) < 0.05] = np.nan
    names = [f"P{number:02d}" for number in province]
    design = Design(random.uniform(0.5, 2, ROWS), strata=names, stages=[[str(number) for number in commune]])
    return design, answers, names


def textbook(design: Design, answers: np.ndarray[Any, Any], rows: np.ndarray[Any, Any], commune: list[str]) -> float:
    """Standard error of one province's index: communes drawn with replacement, items linearised one by one."""
    weights = design.weights[rows]
    score = np.zeros(len(rows))
    for item in answers[rows].T:
        known = ~np.isnan(item)
        total = weights[known].sum()
        mean = (weights[known] * item[known]).sum() / total
        score[known] += weights[known] * (item[known] - mean) / total / ITEMS
    totals: dict[str, float] = {}
    for place, value in zip((commune[row] for row in rows), score, strict=True):
        totals[place] = totals.get(place, 0.0) + value
    z = np.array(list(totals.values()))
    return float(np.sqrt(len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum()))


def main() -> None:
    """Print the ratio against reading the same bytes, and the difference from the textbook."""
    design, answers, names = sample()
    labels = [f"q{item}" for item in range(ITEMS)]
    groups = {f"c{part}": labels[part::9] for part in range(9)} | {"a1": labels[:20], "a2": labels[20:]}

    def work() -> Any:
        return mean_of_items(design, answers, by=names, names=labels, groups=groups)

    found = work()
    seconds = reference.median(work, 5)
    reading = reference.median(lambda: np.nansum(answers, axis=0), 20)
    rows = np.flatnonzero(np.array(names) == "P05")
    random = np.random.default_rng(1)
    random.integers(0, PROVINCES, ROWS)
    commune = [
        str(number)
        for number in np.sort(np.random.default_rng(1).integers(0, PROVINCES, ROWS)) * COMMUNES
        + random.integers(0, COMMUNES, ROWS)
    ]
    own = found.overall[found.domains.index("P05")].se
    apart = abs(own / textbook(design, answers, rows, commune) - 1)
    print(
        f"{ROWS:,} answers × {ITEMS} items × {PROVINCES} provinces, {len(groups) + ITEMS + 1} indices each: {seconds:.3f} s"
    )
    print(f"  {seconds / reading:.0f} × np.nansum over the same bytes ({reading * 1000:.1f} ms)")
    print(f"  standard error of one province {apart:.1e} from the textbook formula")
    print(reference.footer())
    if apart > 1e-9:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
