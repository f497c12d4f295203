"""51,000 shares with Taylor errors: 34 provinces × 50 domains × 30 items from 1 M rows in 10,000 PSUs, 4 % missing.

Peers in the same run: ``np.sum`` over the same bytes, and R's ``survey`` where ``Rscript`` finds it. R is measured on a
part, ``svyby(~q, ~domain, design, svymean, na.rm = TRUE)`` for some of the domains and one item of the same million
rows, and scaled to all; the same with one ``subset`` for all items of a domain is printed too, for those who write it so.
Shares and errors of that part are compared. Then 10 M rows, with the memory that they took beside them.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import subprocess
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import reference
from parindex.statistics import MISSING, Means, Moments, SurveyPart

PROVINCES: Final = 34
DOMAINS: Final = 50
ITEMS: Final = 30
PSUS: Final = 10_000
ROWS: Final = 1_000_000
SHARES: Final = PROVINCES * DOMAINS * ITEMS
TIMES_SUM: Final = 45
TIMES_R: Final = 20_000
LARGE_SECONDS: Final = 2.0
R_PART: Final = 12
"""Domains that R is measured on."""

R_SCRIPT: Final = """
suppressMessages(library(survey))
args <- commandArgs(TRUE)
n <- as.integer(args[2]); part <- as.integer(args[3])
file <- file(args[1], "rb")
psu <- readBin(file, "integer", n); domain <- readBin(file, "integer", n)
w <- readBin(file, "double", n); q <- readBin(file, "double", n); close(file)
q[q < 0] <- NA
d <- data.frame(psu, province = (psu * 34) %/% 10000, domain, w, q)
d$part <- ifelse(d$domain < part, d$domain, NA)
design <- svydesign(ids = ~psu, strata = ~province, weights = ~w, data = d)
t0 <- proc.time(); found <- svyby(~q, ~part, design, svymean, na.rm = TRUE); t1 <- proc.time()
one <- subset(design, domain == 1); t2 <- proc.time()
for (i in 1:20) m <- svymean(~q, one, na.rm = TRUE); t3 <- proc.time()
cpu <- function(t) sum(t[1:2])
cat("svyby", cpu(t1 - t0) / part, "subset", cpu(t2 - t1), "mean", cpu(t3 - t2) / 20, "\\n")
write.csv(found, row.names = FALSE)
"""


def survey(rows: int, seed: int = 1) -> SurveyPart:
    """Answers of 0 and 1 that agree within PSUs, rows in the order of province and PSU."""
    random = np.random.default_rng(seed)
    psu = np.sort(random.integers(0, PSUS, rows))
    province = psu * PROVINCES // PSUS
    liking = np.clip(0.7 + random.normal(0, 0.1, PSUS), 0, 1).astype(np.float32)
    items = np.empty((rows, ITEMS), dtype=np.int8)
    for start in range(0, rows, 1 << 18):
        block = slice(start, start + (1 << 18))
        drawn = random.random((len(psu[block]), ITEMS), dtype=np.float32)
        items[block] = drawn < liking[psu[block], None]
        items[block][random.random(drawn.shape, dtype=np.float32) < 0.04] = MISSING
    keys = tuple((f"P{p:02d}", f"D{d:02d}") for p in range(PROVINCES) for d in range(DOMAINS))
    return SurveyPart(
        weights=random.uniform(0.5, 2, rows),
        items=items,
        strata=province,
        stages=(psu,),
        domain=province * DOMAINS + random.integers(0, DOMAINS, rows),
        keys=keys,
    )


def shares(part: SurveyPart) -> Means:
    """All shares with their errors, stratum by stratum."""
    return Moments.of(part, complete=True).means()


def least(work: Any, rounds: int) -> float:
    """Least seconds of some rounds, of the cores that this process used."""
    return min(reference.timed(work) for _ in range(rounds))


def by_r(part: SurveyPart, folder: Path) -> tuple[dict[str, float], list[list[float]]] | None:
    """Seconds that R takes for a share, for a subset and for a mean of a subset; and its shares and errors."""
    if shutil.which("Rscript") is None:
        return None
    data = folder / "answers.bin"
    with data.open("wb") as file:
        for column in (part.stages[0].astype("<i4"), part.domain.astype("<i4"), part.weights, part.items[:, 0]):
            file.write((column.astype("<f8") if column.dtype == np.int8 else column).tobytes())
    script = folder / "shares.R"
    script.write_text(R_SCRIPT)
    command = ["Rscript", str(script), str(data), str(len(part)), str(R_PART)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  R without survey: {done.stderr.strip().splitlines()[-1]}")
        return None
    head, _, table = done.stdout.partition("\n")
    words = head.split()
    seconds = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    return seconds, [[float(row["q"]), float(row["se"])] for row in csv.DictReader(io.StringIO(table))]


def compare_with_r(part: SurveyPart, found: Means, seconds: float) -> bool:
    """Print how many times as fast as R, and how far apart the numbers are."""
    with tempfile.TemporaryDirectory() as folder:
        measured = by_r(part, Path(folder))
    if measured is None:
        print(f"  Rscript with survey is not here: the limit of {TIMES_R:,} × R is not measured")
        return True
    r, numbers = measured
    whole = r["svyby"] * SHARES
    kept = r["subset"] * PROVINCES * DOMAINS + r["mean"] * SHARES
    own = np.column_stack([found.value[:R_PART, 0], found.se[:R_PART, 0]])
    apart = float(np.abs(own / np.array(numbers) - 1).max())
    print(f"  R survey, svyby of {R_PART} domains and one item, scaled to all: {whole / 60:.0f} min")
    print(f"  {whole / seconds:,.0f} × R (at least {TIMES_R:,}); {apart:.0e} from R in share and error")
    print(f"  {kept / seconds:,.0f} × R written with one subset for all items of a domain ({kept / 60:.1f} min)")
    return whole / seconds >= TIMES_R and apart < 1e-10


def main() -> None:
    """Print the ratios; exit 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--large", type=int, default=10_000_000, help="rows of the last part; 0: left out")
    arguments = parser.parse_args()
    part = survey(ROWS)
    found = shares(part)
    seconds = least(lambda: shares(part), 7)
    reading = least(lambda: np.sum(part.items), 15)
    print(f"{SHARES:,} shares with errors, df, n and design effects from {ROWS:,} rows: {seconds:.3f} s")
    print(f"  {seconds / reading:.0f} × np.sum over the same bytes ({reading * 1000:.1f} ms), at most {TIMES_SUM}")
    kept = compare_with_r(part, found, seconds) and seconds <= TIMES_SUM * reading
    if arguments.large:
        del part
        large = survey(arguments.large)
        seconds = least(lambda: shares(large), 3)
        tracemalloc.start()
        shares(large)
        more = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        reading = least(lambda: np.sum(large.items), 5)
        print(f"{arguments.large:,} rows: {seconds:.2f} s, {seconds / LARGE_SECONDS:.2f} × the limit")
        print(
            f"  {seconds / reading:.0f} × np.sum; at most {more:.0f} MB beside the {large.items.nbytes >> 20:,} MB of answers"
        )
        kept = kept and seconds <= LARGE_SECONDS
    print(reference.footer())
    if not kept:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
