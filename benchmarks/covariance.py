"""The covariance of thousands of estimates by ``parindex estimate`` as a whole process.

6,000 shares (40 items × 150 provinces) of 200,000 responses, against 10 s; and 39 × 34 of a million, against 600 MB: the totals
of communes are kept, never the scores of all rows.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks import reference
from benchmarks.estimates import MEGABYTES, WATCHED

COMMUNES: Final = 30
SECONDS: Final = 10
DESIGN: Final = """weights: w
strata: province
stages: [commune]
estimates:
  - {statistic: share, of: [%s], values: [4, 5], by: [province], covariance: true}
"""
SIZES: Final = ((200_000, 40, 150), (1_000_000, 39, 34))
"""Responses, items, provinces."""


def written(folder: Path, rows: int, items: int, provinces: int) -> tuple[Path, Path]:
    """The data and the design."""
    random = np.random.default_rng(1)
    commune = np.sort(random.integers(0, provinces * COMMUNES, rows))
    names = [f"q{item}" for item in range(items)]
    numbers = [random.uniform(1, 9, rows), commune // COMMUNES, commune, *random.integers(1, 6, (items, rows))]
    data, design = folder / "responses.csv", folder / "design.yaml"
    header = ",".join(["w", "province", "commune", *names])
    form = ["%.3f", *["%d"] * (items + 2)]
    np.savetxt(data, np.column_stack(numbers), fmt=form, delimiter=",", header=header, comments="")
    design.write_text(DESIGN % ", ".join(names), encoding="utf-8")
    return data, design


def command(data: Path, design: Path) -> tuple[float, float]:
    """Seconds of the cores and peak of memory in MB; the result goes to a file beside the data."""
    program = [sys.executable, "-m", "parindex", "estimate", str(data), "--design", str(design)]
    with data.with_suffix(".json").open("wb") as result:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *program], stdout=result, stderr=subprocess.PIPE, check=True
        )
    cores, memory = (float(figure) for figure in done.stderr.splitlines()[-1].split())
    return cores, memory / 1024


def main() -> None:
    """Print seconds and memory of each size."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for rows, items, provinces in SIZES:
        with tempfile.TemporaryDirectory(prefix="parindex-covariance-") as name:
            cores, memory = command(*written(Path(name), rows, items, provinces))
        print(f"{items * provinces:,} estimates with their covariance from {rows:,} responses:")
        print(
            f"  {cores:.1f} s of the cores ({cores / SECONDS:.2f} × {SECONDS} s), {memory:.0f} MB ({MEGABYTES} at 1 M rows)"
        )
    print(reference.footer())


if __name__ == "__main__":
    main()
