"""Computing a stored year again, and naming the first place where it differs.

Points, index, classes and ranks must agree to the last digit; errors and intervals, which are float64, to 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from parindex import scoring
from parindex.messages import N_, Message
from parindex.rankings import first_format
from parindex.rankings.compute import compute
from parindex.rankings.model import Computation
from parindex.rankings.year_rank_sets import LIBRARIES

Subject = Literal["criteria_set", "points", "index", "ranks", "printed_ranks", "errors", "rank_sets"]
TOLERANCE: Final = 1e-9

_SUBJECT_OF: Final[dict[str, Subject]] = {
    "index": "index",
    "index_printed": "index",
    "class": "ranks",
    "rank": "ranks",
    "group_rank": "ranks",
    "se": "errors",
    "df": "errors",
    "interval": "errors",
    "interval_kind": "errors",
    "rank_set": "rank_sets",
    "rank_marginal": "rank_sets",
    "group_rank_set": "rank_sets",
    "group_rank_marginal": "rank_sets",
}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the stored year is not what its input gives."""

    subject: Subject
    """What kind of number it is."""

    where: str
    """Path in the document, such as ``results[AG01].nodes[1.2].points``."""

    stored: Any
    """What the document says."""

    found: Any
    """What computing it again gives."""


class Recomputation(msgspec.Struct, frozen=True, kw_only=True):
    """What computing a stored year again found."""

    differences: tuple[Difference, ...]
    """Empty when everything agrees."""

    failure: Message | None = None
    """Why it could not be computed at all."""

    skipped: tuple[Subject, ...] = ()
    """What was not compared: draws of another version of the library, or of another machine."""

    def first(self, subject: Subject) -> Difference | None:
        """The first difference of a kind."""
        return next((d for d in self.differences if d.subject == subject), None)


def recompute(stored: Computation) -> Recomputation:
    """Compute the year again from what it was given and compare."""
    try:
        criteria_set = scoring.from_document(stored.given.criteria_set.document)
        digest = scoring.digest(criteria_set)
        again = compute(stored.given)
    except Exception as error:
        # The file may be anybody's: whatever its numbers provoke is a fault of the file.
        return Recomputation(differences=(), failure=_why(error))
    other_draws = _drawn_elsewhere(stored, again)
    found = [d for d in _differences(stored, again) if not (other_draws and d.subject == "rank_sets")]
    if digest != stored.given.criteria_set.digest:
        found.insert(
            0,
            Difference(
                subject="criteria_set", where="given.criteria_set.digest",
                stored=stored.given.criteria_set.digest, found=digest,
            ),
        )  # fmt: skip
    return Recomputation(differences=tuple(found), skipped=("rank_sets",) if other_draws else ())


def _why(error: Exception) -> Message:
    if isinstance(error, scoring.BrokenSet):
        return Message(N_("bộ tiêu chí trong tệp không đúng quy cách"))
    if isinstance(error, scoring.RefusedFacts | scoring.RefusedValue):
        return Message(N_("bộ tiêu chí trong tệp không nhận số liệu đi kèm"))
    if isinstance(error, KeyError):
        return Message(
            N_("tệp không có “%(name)s” mà chỗ khác của tệp dùng đến"), name=error.args[0] if error.args else "?"
        )
    return Message(N_("có giá trị không tính được"))


def _drawn_elsewhere(stored: Computation, again: Computation) -> bool:
    """Whether rank sets cannot be compared: drawn by other libraries, or in the first format on another machine."""
    one, other = stored.rank_sets, again.rank_sets
    drawn = [sets for sets in (one, *stored.group_rank_sets.values()) if sets is not None]
    if any(sets.libraries not in (None, LIBRARIES) for sets in drawn):
        return True
    if stored.given.methods is not None or one is None or other is None:
        return False
    return first_format.drawn_elsewhere(stored.given, one, other)


def _differences(stored: Computation, again: Computation) -> Iterator[Difference]:
    codes = [result.agency for result in stored.results]
    expected = [result.agency for result in again.results]
    if codes != expected:
        yield Difference(subject="points", where="results", stored=codes, found=expected)
        return
    for mine, theirs in zip(stored.results, again.results, strict=True):
        yield from _of_agency(mine.agency, msgspec.to_builtins(mine), msgspec.to_builtins(theirs))
    for where in ("rank_sets", "group_rank_sets"):
        one, other = (msgspec.to_builtins(getattr(year, where)) for year in (stored, again))
        if not _same(one, other):
            yield Difference(subject="rank_sets", where=where, stored=one, found=other)
    ranks = {result.agency: result.rank for result in again.results}
    for row in stored.given.printed.rows if stored.given.printed else ():
        if ranks.get(row.agency) != row.rank:
            yield Difference(
                subject="printed_ranks", where=f"given.printed.rows[{row.agency}].rank",
                stored=row.rank, found=ranks.get(row.agency),
            )  # fmt: skip


def _of_agency(code: str, stored: dict[str, Any], again: dict[str, Any]) -> Iterator[Difference]:
    nodes, others = stored.pop("nodes"), again.pop("nodes")
    for key in sorted(nodes.keys() | others.keys()):
        one, other = nodes.get(key) or {}, others.get(key) or {}
        for field in sorted(one.keys() | other.keys()):
            if one.get(field) != other.get(field):
                subject: Subject = "ranks" if field == "rank" else "points"
                where = f"results[{code}].nodes[{key}].{field}"
                yield Difference(subject=subject, where=where, stored=one.get(field), found=other.get(field))
    for field in dict.fromkeys((*stored, *again)):
        value, other = stored.get(field), again.get(field)
        subject = _SUBJECT_OF.get(field, "points")
        equal = _same(value, other) if subject == "errors" else value == other
        if not equal:
            yield Difference(subject=subject, where=f"results[{code}].{field}", stored=value, found=other)


def _same(one: Any, other: Any) -> bool:
    """Equal, doubles in text to 1e-9."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
        case ((list() | tuple()), (list() | tuple())):
            return len(one) == len(other) and all(map(_same, one, other))
        case str(), str() if one != other:
            try:
                return math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=1e-12)
            except ValueError:
                return False
    return bool(one == other)
