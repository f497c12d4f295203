"""The survey figures of an edition from its exported files, by somebody who has nothing but these files.

``responses.csv`` holds a line a response, ``codebook.csv`` what its columns and codes mean, ``edition.json`` what was
published. Nothing else is known here, and no code of the platform is used: shares are exact fractions, errors follow
the textbook. A share is Σwy ÷ Σw over the lines whose cell is not empty; a measure is the plain mean of its items'
shares; its error is that of the sums of the scores of each PSU, drawn with replacement in its stratum.

    python plain_reader.py FOLDER        prints what differs from the edition; exit 1 where something does
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from scipy import special

BESIDE_ANSWERS = 4
"""agency, stratum, psu, weight."""


class Figure(NamedTuple):
    """What was found for one agency and measure."""

    value: Fraction
    se: float
    df: int
    n: int
    low: float
    high: float


class Line(NamedTuple):
    """A response: where it was given, what it weighs, what each answered item counts."""

    stratum: str
    psu: str
    weight: Fraction
    scores: dict[str, Fraction]


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def measured(codebook: Sequence[Mapping[str, str]]) -> tuple[dict[str, dict[str, Fraction]], dict[str, list[str]]]:
    """What each code of a scored item counts, and the items of each measure."""
    scores: dict[str, dict[str, Fraction]] = defaultdict(dict)
    measures: dict[str, list[str]] = defaultdict(list)
    for row in codebook:
        if row["area"]:
            for name in ("index", row["area"], row["criterion"], row["column"]):
                measures[name].append(row["column"])
        if row["score"]:
            scores[row["column"]][row["code"]] = Fraction(float(row["score"]))
    return scores, measures


def lines(path: Path, scores: Mapping[str, Mapping[str, Fraction]]) -> dict[str, list[Line]]:
    """The responses by agency; an empty cell is no answer, whatever its reason."""
    found: dict[str, list[Line]] = defaultdict(list)
    for row in rows(path):
        answered = {item: codes[row[item]] for item, codes in scores.items() if row[item] != ""}
        weight = Fraction(float(row["weight"]))
        found[row["agency"]].append(Line(row["stratum"], row["stratum"] + "/" + row["psu"], weight, answered))
    return found


def units(answers: Mapping[str, Sequence[Line]]) -> dict[str, set[str]]:
    """The PSUs of each stratum: every one with a line, whichever agency it was asked about."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (line for own in answers.values() for line in own):
        found[line.stratum].add(line.psu)
    return found


def figure(own: Sequence[Line], items: Sequence[str], drawn: Mapping[str, set[str]]) -> Figure | None:
    """A measure of one agency; none while one of its items has no answer."""
    total = {item: sum((x.weight for x in own if item in x.scores), Fraction()) for item in items}
    if not all(total.values()):
        return None
    share = {
        item: sum((x.weight * x.scores[item] for x in own if item in x.scores), Fraction()) / total[item]
        for item in items
    }
    by_psu: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    used = [line for line in own if any(item in line.scores for item in items)]
    for line in used:
        score = math.fsum(
            float(line.weight) * (float(line.scores[i]) - float(share[i])) / float(total[i])
            for i in items
            if i in line.scores
        )
        by_psu[line.stratum][line.psu] += score / len(items)
    value, se = sum(share.values(), Fraction()) / len(items), math.sqrt(variance(by_psu, drawn))
    df = sum(len(psus) - 1 for psus in by_psu.values())
    return Figure(value, se, df, len(used), *logit(float(value), se, df))


def variance(by_psu: Mapping[str, Mapping[str, float]], drawn: Mapping[str, set[str]]) -> float:
    """Σ m/(m−1)·Σ(z − z̄)² over the strata; a stratum of one PSU counts as the others do on average."""
    found, lonely = [], 0
    for stratum, sums in by_psu.items():
        m = len(drawn[stratum])
        if m == 1:
            lonely += 1
            continue
        mean = math.fsum(sums.values()) / m
        squares = [(z - mean) ** 2 for z in sums.values()] + [mean**2] * (m - len(sums))
        found.append(m / (m - 1) * math.fsum(squares))
    return math.fsum(found) * len(by_psu) / (len(by_psu) - lonely) if found else math.nan


def logit(value: float, se: float, df: int) -> tuple[float, float]:
    """The interval of 95 % on the log-odds."""
    if not 0 < value < 1 or df < 1:
        return math.nan, math.nan
    half = float(special.stdtrit(df, 0.975)) * se / (value * (1 - value))
    centre = math.log(value / (1 - value))
    return 1 / (1 + math.exp(half - centre)), 1 / (1 + math.exp(-half - centre))


def figures(folder: Path, wanted: Sequence[str] = ()) -> dict[tuple[str, str], Figure]:
    """Every measure of every agency, or those that are wanted."""
    scores, measures = measured(rows(folder / "codebook.csv"))
    answers = lines(folder / "responses.csv", scores)
    drawn = units(answers)
    found = {
        (agency, name): figure(own, items, drawn)
        for agency, own in answers.items()
        for name, items in measures.items()
        if not wanted or name in wanted
    }
    return {key: one for key, one in found.items() if one is not None}


def ten_places(value: Fraction) -> Fraction:
    """Rounded half up to ten places, as points are computed from it."""
    return Fraction(math.floor(value * 10**10 + Fraction(1, 2)), 10**10)


def differences(folder: Path, instrument: str = "sipas") -> Iterator[str]:
    """Where the edition says something else: estimates, points of the leaf that reads the index, index and rank."""
    computation = json.loads((folder / "edition.json").read_bytes())["edition"]["computation"]
    prefix = f"survey:{instrument}."
    published = [one for one in computation["given"]["estimates"] if one["name"].startswith(prefix)]
    found, index = figures(folder, [one["name"].removeprefix(prefix) for one in published]), {}
    if not published:
        yield f"the edition has no estimate of {instrument}"
    for one in published:
        mine = found[one["agency"], one["name"].removeprefix(prefix)]
        if Fraction(one["value"]) != ten_places(mine.value):
            yield f"{one['agency']} {one['name']}: {one['value']} published, {float(mine.value)} found"
        if not math.isclose(float(one["se"]), mine.se, rel_tol=1e-10) or (float(one["df"]), one["n"]) != (
            mine.df,
            mine.n,
        ):
            yield f"{one['agency']} {one['name']}: se, df, n {one['se']}, {one['df']}, {one['n']} published, {mine} found"
    for result in computation["results"]:
        if result["index"] is None:
            continue
        points = points_of(computation, result, found)
        index[result["agency"]] = points * 100 / Fraction(result["max"])
        if abs(index[result["agency"]] - Fraction(result["index"])) > Fraction(1, 10**11):
            yield f"{result['agency']}: index {result['index']} published, {float(index[result['agency']])} found"
    ranked = {result["agency"]: result["rank"] for result in computation["results"] if result["rank"] is not None}
    for agency, rank in ranked.items():
        mine_rank = 1 + sum(index[other] > index[agency] for other in ranked)
        if rank != mine_rank:
            yield f"{agency}: rank {rank} published, {mine_rank} found"


def points_of(computation: Mapping[str, Any], result: Mapping[str, Any], found: Mapping[Any, Figure]) -> Fraction:
    """All points of an agency, those of the survey from the responses and the others as they were appraised."""
    total = Fraction(result["appraised"]) + Fraction(result["bonus"] or 0) - Fraction(result["penalty"] or 0)
    for leaf in leaves(computation["given"]["criteria_set"]["document"]):
        if leaf["code"] not in computation["given"]["survey_leaves"]:
            continue
        survey = leaf["rule"]["survey"]
        node = result["nodes"][leaf["code"]]
        mine = found.get((result["agency"], survey["measure"]))
        if survey["instrument"] == "sipas" and node["state"] == "scored" and mine is not None:
            total += Fraction(str(leaf["max"])) * ten_places(mine.value)
        else:
            total += Fraction(node["points"] or 0)
    return total


def leaves(node: Any) -> Iterator[Mapping[str, Any]]:
    """Everything in a criteria set that has a rule."""
    if isinstance(node, dict):
        if isinstance(node.get("rule"), dict):
            yield node
        for child in node.values():
            yield from leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)


if __name__ == "__main__":
    told = list(differences(Path(sys.argv[1])))
    print("\n".join(told) if told else "nothing differs")
    raise SystemExit(1 if told else 0)
