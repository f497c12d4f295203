"""Whether two leaves ask and reward the same thing: their rules in shares of the maximum, years and names apart."""

from collections.abc import Iterable
from typing import Any, Final

from parindex.reading.canonical_json import canonical_text
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import Leaf, compiled
from parindex.scoring.rules.making.comparison_key import Essence
from parindex.scoring.versions.comparison import Detail, inputs_of, leaf_details

HARMLESS: Final = frozenset({"evidence", "appraiser"})
"""Kinds of change that change neither what is asked nor what it gives."""


def differences(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> tuple[Detail, ...]:
    """Everything that keeps two leaves from being the same; empty where they are."""
    before, after = compiled(older).place[old], compiled(newer).place[new]
    found = [one for one in leaf_details(older, before, newer, after) if one.kind not in HARMLESS]
    return (*_part(older, old, newer, new), *found)


def obstacles(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> tuple[Detail, ...]:
    """What keeps one leaf from being the other in other words; empty where the two can be compared.

    The maximum may differ, if everything the rule gives moves in proportion; dates may move with the year;
    inputs may have other names and labels, but not another type.
    """
    found = list(_part(older, old, newer, new))
    before, after = compiled(older).leaf[old], compiled(newer).leaf[new]
    if _asked(older, before) != _asked(newer, after):
        found.append(Detail(kind="inputs", what="inputs", before=_asked(older, before), after=_asked(newer, after)))
    if essence(older, old) != essence(newer, new) or not (
        before.max == after.max or before.rule.is_in_proportion(before.names)
    ):
        found.append(Detail(kind="reruled", what="rule", before=before.rule.document(), after=after.rule.document()))
    return tuple(found)


def _part(older: CriteriaSet, old: str, newer: CriteriaSet, new: str) -> Iterable[Detail]:
    before, after = compiled(older).place[old].part, compiled(newer).place[new].part
    return () if before == after else (Detail(kind="moved", what="part", before=before, after=after),)


def _asked(criteria_set: CriteriaSet, leaf: Leaf) -> list[Any]:
    """Type, options, bound and whole of every fact, in the order of the rule."""
    declared = inputs_of(criteria_set, leaf.place)
    places = {name: place for place, name in enumerate(declared)}
    return [
        [one.type, list(one.options), str(one.most or 100), *([] if one.part_of is None else [places[one.part_of]])]
        for one in declared.values()
    ]


def essence(criteria_set: CriteriaSet, code: str) -> str:
    """The rule of a leaf as text in which points are shares of the maximum, inputs are numbered in the order of
    the rule, and years are counted from the first that the set measures.
    """
    leaf = compiled(criteria_set).leaf[code]
    names = {name: f"#{number}" for number, name in enumerate(inputs_of(criteria_set, leaf.place))}
    return canonical_text(leaf.rule.essence(Essence(names, leaf.criterion.max, criteria_set.years[0])))
