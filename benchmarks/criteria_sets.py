"""Loading and checking every criteria set that ships, with its worked cases, against the limit and plain YAML.

The peer is ``yaml.safe_load`` of the same files (the C parser where there is one): what reading costs before anything
is checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks import reference
from parindex.places import data_folder
from parindex.scoring import check_bytes, leaves, run_cases

LIMIT: Final = 1.0
"""Seconds for all sets."""

CASES: Final = ".cases.yaml"
OTHERS: Final = (CASES, ".crosswalk.yaml")
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped() -> list[tuple[Path, Path]]:
    """Every set with its cases."""
    sets = sorted(path for path in data_folder("criteria").rglob("*.yaml") if not path.name.endswith(OTHERS))
    return [(path, path.with_name(path.name.removesuffix(".yaml") + CASES)) for path in sets]


def check() -> tuple[int, int]:
    """Check all sets; how many leaves and cases there are."""
    found_leaves = found_cases = 0
    for path, beside in shipped():
        checked = check_bytes(path.read_bytes(), str(path))
        if checked.criteria_set is None:
            raise ValueError(f"{path} is broken")
        cases = run_cases(beside.read_bytes(), str(beside), checked.criteria_set)
        if cases.defects:
            raise ValueError(f"a case of {path} does not hold")
        found_leaves += len(list(leaves(checked.criteria_set)))
        found_cases += cases.count
    return found_leaves, found_cases


def read() -> None:
    """Read the same files and check nothing."""
    for pair in shipped():
        for path in pair:
            yaml.load(path.read_bytes(), Loader=_LOADER)


def main() -> None:
    """Print the ratio against the limit and against the peer."""
    found_leaves, found_cases = check()
    seconds = reference.median(check, 5)
    peer = reference.median(read, 5)
    print(
        f"{len(shipped())} sets, {found_leaves} leaves, {found_cases} worked cases, read and checked: {seconds:.3f} s"
    )
    print(f"  {seconds / LIMIT:.2f} × the limit of {LIMIT:.2f} s (at most 1)")
    print(f"  {seconds / peer:.1f} × reading the same files with PyYAML alone (peer {peer:.2f} s)")
    print(reference.footer())


if __name__ == "__main__":
    main()
