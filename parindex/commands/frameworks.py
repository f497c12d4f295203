"""The framework of a set that extends one: found in its family beside the set, or given by ``--framework``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from parindex.commands.reading import contents
from parindex.messages import N_

if TYPE_CHECKING:
    from parindex.scoring import Checked, CriteriaSet

DEEPEST = 4
"""Frameworks that extend frameworks: more is a circle."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare ``--framework``."""
    parser.add_argument(
        "--framework", type=Path, metavar="FRAMEWORK.yaml",
        help=N_("bộ khung mà bộ tiêu chí bổ sung; không nêu: tìm trong thư mục của bộ khung, cạnh thư mục của bộ"),
    )  # fmt: skip


def checked_set(path: Path, framework: Path | None = None) -> Checked:
    """A set, checked together with the framework that it extends.

    Raises:
        Unreadable: the set, or a framework that was named, cannot be read.
        BrokenSet: the framework is none.
    """
    from parindex.scoring import check_bytes

    data = contents(path)
    return check_bytes(data, str(path), framework_of(data, path, framework))


def whole_set(path: Path, framework: Path | None = None) -> CriteriaSet:
    """The same, where it is whole.

    Raises:
        BrokenSet: with every defect.
    """
    from parindex.scoring import BrokenSet

    checked = checked_set(path, framework)
    if checked.criteria_set is None:
        raise BrokenSet(checked.defects)
    return checked.criteria_set


def framework_of(data: bytes, path: Path, given: Path | None = None, depth: int = 0) -> CriteriaSet | None:
    """The framework with which a file is read; ``None`` where it stands alone, or nothing lies in its place.

    Raises:
        Unreadable: one that was named cannot be read.
        BrokenSet: it is none.
    """
    from parindex.scoring import BrokenSet, check_bytes, named_framework

    named = named_framework(data)
    if named is None or depth > DEEPEST:
        return None
    place = given or path.absolute().parent.parent / named[0] / f"{named[1]}.yaml"
    if given is None and not place.is_file():
        return None
    held = contents(place)
    checked = check_bytes(held, str(place), framework_of(held, place, None, depth + 1))
    if checked.criteria_set is None:
        raise BrokenSet(checked.defects)
    return checked.criteria_set
