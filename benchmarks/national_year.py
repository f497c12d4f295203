"""A year of 3,321 communes × 60 criteria computed, written and read: seconds and memory of each stage.

Points of 53 leaves come from drawn facts, seven from two surveys: the leaders' survey has a covariance block for each
commune. Rank sets are made from 10,000 draws.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
import numpy as np

from benchmarks import reference
from benchmarks.scoring import drawn
from parindex import scoring
from parindex.places import data_folder
from parindex.rankings import methods
from parindex.rankings.compute import compare, score
from parindex.rankings.digits import double, estimate_decimal
from parindex.rankings.imported import criteria_document
from parindex.rankings.index_errors import survey_leaves
from parindex.rankings.model import AgencyDocument, Computation, CovarianceDocument, EstimateDocument, YearSources
from parindex.reading.canonical_json import canonical

COMMUNES: Final = 3_321
CRITERIA: Final = 60
Made = TypeVar("Made")


def sixty_leaves() -> scoring.CriteriaSet:
    """Five areas of the illustrative provincial set, surveys among them."""
    path = data_folder("criteria") / "minh-hoa-cap-tinh" / "2025.1.yaml"
    document: dict[str, Any] = scoring.to_document(scoring.load(path))
    areas = document["areas"]
    chosen = [area for area in areas if area["code"] not in ("1", "7", "2")]
    return scoring.from_document({**document, "areas": chosen})


def sources(criteria_set: scoring.CriteriaSet, communes: int) -> YearSources:
    """Everything that the year is computed from, drawn."""
    random = np.random.default_rng(1)
    names = sorted(name for leaf in survey_leaves(criteria_set) for name in leaf.weights)
    facts = list(drawn(criteria_set, min(communes, 200)).values())
    agencies, estimates, covariances = [], [], []
    for place in range(communes):
        code = f"X{place:05}"
        own = {n: scoring.write_value(v) for n, v in facts[place % len(facts)].items() if not n.startswith("survey:")}
        agencies.append(
            AgencyDocument(
                code=code, name_vi=f"Xã Số {place}", name_en=None, order=place + 1, region=None, ranked=True,
                submitted=True, facts=own,
            )
        )  # fmt: skip
        for name in names:
            value, se = float(random.uniform(0.6, 0.95)), float(random.uniform(0.005, 0.02))
            estimates.append(
                EstimateDocument(
                    agency=code, name=name, state="estimated", value=double(value), decimal=estimate_decimal(value),
                    se=double(se), df="40", n=300,
                )
            )  # fmt: skip
        cells = tuple((e.agency, e.name) for e in estimates[-len(names) :] if e.name.startswith("survey:leaders"))
        errors = [float(e.se or 0) for e in estimates[-len(names) :] if e.name.startswith("survey:leaders")]
        matrix = tuple(
            tuple(double(a * b * (1 if i == j else 0.3)) for j, b in enumerate(errors)) for i, a in enumerate(errors)
        )
        covariances.append(CovarianceDocument(cells=cells, matrix=matrix))
    return YearSources(
        family="par-index", year=2025, tier="province", marked="simulated", level="0.95", seed=1, draws=10_000,
        criteria_set=criteria_document(criteria_set),
        survey_leaves=tuple(leaf.code for leaf in survey_leaves(criteria_set)), agencies=tuple(agencies), surveys=(),
        estimates=tuple(estimates), covariances=tuple(covariances), suppressed=(), printed=None,
        methods=methods.current(),
    )  # fmt: skip


def stage(name: str, work: Callable[[], Made]) -> Made:
    """One stage, with the seconds of all cores that it took and the memory that the process has had at most."""
    made: list[Made] = []
    seconds = reference.timed(lambda: made.append(work()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{name}: {seconds:.1f} s, {memory:,.0f} MB at most so far", flush=True)
    return made[0]


def main() -> None:
    """Print each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=COMMUNES)
    communes = parser.parse_args().communes
    criteria_set = sixty_leaves()
    print(f"{communes:,} communes × {len(list(scoring.leaves(criteria_set, adjustments=False)))} criteria")
    given = stage("drawn", lambda: sources(criteria_set, communes))
    scored = stage("points, index, classes, ranks", lambda: score(given))
    computed = stage("errors and rank sets", lambda: compare(scored))
    document = stage("document written", lambda: canonical(msgspec.to_builtins(computed)))
    print(f"  {len(document) / 1e6:.1f} MB")
    stage("document read", lambda: msgspec.json.decode(document, type=Computation))
    print(reference.footer())


if __name__ == "__main__":
    main()
