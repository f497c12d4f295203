"""``parindex estimate`` as a user runs it: the whole process, on files of a million responses.

39 shares in each of 34 provinces with Taylor errors, from weights, strata, communes and answers in a CSV and in a Parquet
file. The limit is 1.5 s and three times as long as reading the file takes, and 600 MB. The peer that reads the file, and computes the same
shares without errors, is DuckDB where it is installed (``pip install duckdb``; nothing else needs it), else pyarrow reads
it. Shares are compared with those of the columns as they were made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import reference

PROVINCES: Final = 34
COMMUNES: Final = 100
ITEMS: Final = 39
SECONDS: Final = 1.5
READINGS: Final = 3.0
MEGABYTES: Final = 600

WATCHED: Final = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""
"""A small process that starts the command: the memory of one that is forked counts as that of its child."""

DESIGN: Final = """weights: w
strata: province
stages: [commune]
estimates:
  - {statistic: share, of: [%s], values: [4, 5], by: [province]}
"""


def written(folder: Path, rows: int) -> tuple[Path, Path, np.ndarray[Any, Any]]:
    """The data, the design, and (provinces, items) the right shares."""
    pa, csv = import_module("pyarrow"), import_module("pyarrow.csv")
    random = np.random.default_rng(1)
    commune = np.sort(random.integers(0, PROVINCES * COMMUNES, rows))
    weights = random.uniform(0.5, 2, rows).round(6)
    liking = (0.75 + random.normal(0, 0.05, PROVINCES * COMMUNES))[commune]
    names = [f"q{item}" for item in range(ITEMS)]
    columns: dict[str, Any] = {
        "province": np.char.add("P", (commune // COMMUNES).astype(np.str_)),
        "commune": np.char.add("X", commune.astype(np.str_)),
        "w": weights,
    }
    right = np.empty((PROVINCES, ITEMS))
    for item, name in enumerate(names):
        satisfied = random.random(rows) < liking
        answers = np.where(satisfied, random.integers(4, 6, rows), random.integers(1, 4, rows)).astype(np.int8)
        known = random.random(rows) > 0.05
        columns[name] = pa.array(answers, mask=~known)
        whole, top = (
            np.bincount(commune // COMMUNES, weights * chosen, minlength=PROVINCES)
            for chosen in (known, known & satisfied)
        )
        right[:, item] = top / whole
    data, design = folder / "responses.csv", folder / "design.yaml"
    csv.write_csv(pa.table(columns), data)
    import_module("pyarrow.parquet").write_table(pa.table(columns), data.with_suffix(".parquet"))
    design.write_text(DESIGN % ", ".join(names), encoding="utf-8")
    return data, design, right


def command(data: Path, design: Path) -> tuple[float, float, float, Any]:
    """Seconds on the wall, seconds of the cores, peak of memory in MB, the result."""
    started = time.perf_counter()
    program = [sys.executable, "-m", "parindex", "estimate", str(data), "--design", str(design)]
    done = subprocess.run([sys.executable, "-c", WATCHED, *program], capture_output=True, check=True, text=True)
    wall = time.perf_counter() - started
    cores, memory = (float(figure) for figure in done.stderr.splitlines()[-1].split())
    return wall, cores, memory / 1024, json.loads(done.stdout)


def reading(data: Path) -> tuple[str, float]:
    """Who reads the file, and the seconds of the cores that reading takes."""
    if find_spec("duckdb"):
        duckdb = import_module("duckdb")
        return "DuckDB", reference.timed(lambda: duckdb.sql(f"select * from '{data}'").arrow())
    csv, parquet = import_module("pyarrow.csv"), import_module("pyarrow.parquet")
    read = csv.read_csv if data.suffix == ".csv" else parquet.read_table
    return "pyarrow (DuckDB is not installed)", reference.timed(lambda: read(data))


def shares_alone(data: Path) -> float:
    """Seconds of the cores that DuckDB takes for the shares without errors."""
    duckdb = import_module("duckdb")
    columns = ", ".join(
        f"sum(w) filter (where q{i} >= 4) / sum(w) filter (where q{i} is not null)" for i in range(ITEMS)
    )
    return reference.timed(lambda: duckdb.sql(f"select province, {columns} from '{data}' group by 1").fetchall())


def furthest(result: Any, right: np.ndarray[Any, Any]) -> float:
    """The largest difference of a share."""
    return max(
        abs(float(one["value"]) - float(right[int(one["by"]["province"][1:]), int(one["of"][1:])]))
        for one in result["estimates"]
    )


def compared(data: Path, design: Path, right: np.ndarray[Any, Any]) -> bool:
    """Print seconds and memory of one file beside reading it; whether all limits are kept."""
    who, seconds = reading(data)
    wall, cores, memory, result = command(data, design)
    limit = SECONDS + READINGS * seconds
    apart = furthest(result, right)
    print(f"{data.suffix[1:]}, {data.stat().st_size / 1e6:.0f} MB:")
    print(f"  {cores:.1f} s of the cores, {wall:.1f} s on the wall, {memory:.0f} MB (at most {MEGABYTES})")
    print(f"  {cores / seconds:.1f} × {who} reading it, {seconds:.2f} s")
    print(f"  {cores / limit:.2f} × the limit of {SECONDS} s + {READINGS:.0f} × reading it (at most 1)")
    if find_spec("duckdb"):
        peer = shares_alone(data)
        print(f"  {cores / peer:.1f} × DuckDB, which makes the shares without errors in {peer:.2f} s")
    print(f"  furthest share {apart:.1e} from those of the columns (at most 1e-12)")
    return cores <= limit and memory <= MEGABYTES and apart < 1e-12


def main() -> int:
    """Print seconds and memory beside reading the files; exit 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    print(f"{rows:,} responses: {ITEMS} shares × {PROVINCES} provinces with errors")
    with tempfile.TemporaryDirectory(prefix="parindex-estimates-") as name:
        data, design, right = written(Path(name), rows)
        kept = [compared(file, design, right) for file in (data, data.with_suffix(".parquet"))]
    print(reference.footer())
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
