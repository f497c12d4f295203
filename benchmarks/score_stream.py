"""``parindex score … --format csv --reasons none`` on many agencies × 300 leaves: memory and time of the process.

Writes a set of 300 leaves (the illustrative provincial set, three times) and facts sorted by agency, runs the
command on them and reads its peak memory. With ``--unsorted`` the rows are sorted by fact, so that the command has
to keep the file in memory. Without ``--agencies`` a tenth of the 50,000 is run; time is then scaled, memory is not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import reference
from benchmarks.large_year import renamed
from benchmarks.scoring import drawn
from parindex import scoring
from parindex.places import data_folder

AGENCIES = 50_000
LIMIT = 300_000_000
"""Bytes of memory."""
TEMPLATES = 200
"""Agencies that are drawn; the others repeat them under other names."""


def three_hundred_leaves() -> scoring.CriteriaSet:
    """Twelve kinds of leaves, 300 of them in areas."""
    path = data_folder("criteria") / "minh-hoa-cap-tinh" / "2025.1.yaml"
    document: dict[str, Any] = scoring.to_document(scoring.load(path))
    areas = document["areas"]
    more = [renamed(area, str(number) + area["code"]) for number in (2, 3) for area in areas]
    more += [renamed(area, "4" + area["code"]) for area in areas[1:3]]
    return scoring.from_document({**document, "areas": [*areas, *more]})


def rows(criteria_set: scoring.CriteriaSet, count: int, *, unsorted: bool) -> Iterator[str]:
    """Lines of the file of facts."""
    templates = [
        [f",{name},{scoring.write_value(value)}\n" for name, value in own.items()]
        for own in drawn(criteria_set, TEMPLATES).values()
    ]
    yield "agency,name,value\n"
    if not unsorted:
        for number in range(count):
            agency = f"Đơn vị {number:06d}"
            yield "".join([agency + row for row in templates[number % TEMPLATES]])
        return
    generator = random.Random(1)
    whole = [f"Đơn vị {number:06d}{row}" for number in range(count) for row in templates[number % TEMPLATES]]
    generator.shuffle(whole)
    yield from whole


def main() -> None:
    """Print memory and time of the command, and memory against the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES // 10)
    parser.add_argument("--unsorted", action="store_true")
    given = parser.parse_args()
    criteria_set = three_hundred_leaves()
    with tempfile.TemporaryDirectory() as folder:
        law, facts, out = (Path(folder, name) for name in ("set.json", "facts.csv", "out.csv"))
        # JSON is YAML; canonical text has its numbers quoted, so they are written as numbers here.
        law.write_text(yaml_of(criteria_set), encoding="utf-8")
        with facts.open("w", encoding="utf-8") as file:
            file.writelines(rows(criteria_set, given.agencies, unsorted=given.unsorted))
        size = facts.stat().st_size
        seconds, memory = run(law, facts, out)
        lines = sum(1 for _ in out.open("rb"))
    leaves = len(list(scoring.leaves(criteria_set, adjustments=False)))
    print(
        f"{given.agencies:,} agencies × {leaves} leaves, facts of {size / 1e6:,.0f} MB: {seconds:.1f} s, {lines - 1:,} rows"
    )
    print(f"  peak memory {memory / 1e6:.0f} MB, {memory / LIMIT:.2f} × the limit of {LIMIT / 1e6:.0f} MB (at most 1)")
    print(
        f"  {seconds / given.agencies / leaves * 1e6:.1f} µs a leaf; {AGENCIES:,} agencies would take {seconds * AGENCIES / given.agencies:.0f} s"
    )
    print(reference.footer())
    if lines != given.agencies + 1 or (memory > LIMIT and not given.unsorted):
        raise SystemExit(1)


def run(law: Path, facts: Path, out: Path) -> tuple[float, int]:
    """Seconds and peak bytes of the command."""
    words = [sys.executable, "-m", "parindex", "score", str(law), str(facts), "--format", "csv", "--reasons", "none"]
    started, peak = time.perf_counter(), 0
    with (
        out.open("wb") as file,
        subprocess.Popen(words, stdout=file, env={**os.environ, "LANG": "en_US.UTF-8"}) as child,
    ):
        while child.poll() is None:
            peak = max(peak, high_water(child.pid))
            time.sleep(0.05)
    if child.returncode:
        raise SystemExit(child.returncode)
    return time.perf_counter() - started, peak


def high_water(process: int) -> int:
    """Peak bytes of a running process; ``ru_maxrss`` would count what its parent had when it was started."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def yaml_of(criteria_set: scoring.CriteriaSet) -> str:
    """The set as a file that the command reads."""
    text = json.dumps(scoring.to_document(criteria_set), ensure_ascii=False, indent=0)
    numbers = r'"(max|points|at|from|to|cap|target|floor|most)": "(-?[0-9.]+)"'
    text = re.sub(numbers, r'"\1": \2', text)
    for block in ("points", "shares", "checklist"):
        text = re.sub(rf'"{block}": {{[^{{}}]*}}', lambda found: re.sub(r': "(-?[0-9.]+)"', r": \1", found[0]), text)
    return re.sub(r'"until": "([0-9-]+)"', r'"until": \1', text)


if __name__ == "__main__":
    main()
