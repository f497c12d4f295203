"""A set made ready for scoring: judges, names of facts, the order of sums. Made once for each set."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from parindex.scoring.digits import UNIT, scaled
from parindex.scoring.law.inputs import PLATFORM, Expected, Input, Value
from parindex.scoring.law.model import CriteriaSet, Criterion, Place, leaves, walk
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.scales import over_whole
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict
from parindex.scoring.rules.rule import Rule

REGION: Final = Input(type="text")
RANKED: Final = Input(type="boolean")


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf with its judge."""

    place: Place
    """Where it stands."""
    criterion: Criterion
    """The leaf itself."""
    rule: Rule
    """Its rule."""
    names: Names
    """How its inputs are called in the facts."""
    judge: Judge
    """The rule as a function."""
    max: int
    """Scaled."""
    facts: tuple[str, ...]
    """Full names of what its rule takes, then of the wholes of which these are parts."""
    parts: tuple[tuple[str, str], ...]
    """Facts with those that they are declared to be a part of."""
    flagged_pair: tuple[str, str] | None
    """Part and whole that flag it where the part is the larger, or the whole 0; None where nothing can."""
    needs: tuple[str, ...]
    """Facts of the attributes that have to be true."""
    waivers: tuple[str, ...]
    """Facts that say, accepted, that it does not apply: its own and those of the levels above."""
    decided: str
    """Points set by an appraisal decision."""
    not_held: str | None
    """Of a survey leaf: the fact that the survey was not held."""

    @property
    def code(self) -> str:
        """Of the criterion."""
        return self.criterion.code

    @property
    def settling(self) -> tuple[str, ...]:
        """Facts that, where they are given, come before its rule."""
        return (*self.waivers, self.decided, *([self.not_held] if self.not_held else []))


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """An area or a criterion with parts."""

    code: str
    """Its own."""
    parts: tuple[str, ...]
    """The codes one level down."""


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that scoring needs of a set."""

    criteria_set: CriteriaSet
    """Where it came from."""
    places: tuple[Place, ...]
    """All nodes in the order of the law."""
    place: Mapping[str, Place]
    """By code."""
    leaves: tuple[Leaf, ...]
    """All leaves in the order of the law."""
    leaf: Mapping[str, Leaf]
    """By code."""
    sums: tuple[Sum, ...]
    """Deepest first."""
    expected: Mapping[str, Expected]
    """Every fact that may be given, by full name."""
    asked: frozenset[str]
    """Facts whose presence makes a submission; empty where the set asks the agency for nothing."""
    years: frozenset[int]
    """Years of the days that its rules name."""


_COMPILED: WeakKeyDictionary[CriteriaSet, Compiled] = WeakKeyDictionary()


def compiled(criteria_set: CriteriaSet) -> Compiled:
    """The set made ready; the same object for the same set."""
    found = _COMPILED.get(criteria_set)
    if found is None:
        found = _COMPILED[criteria_set] = _compile(criteria_set)
    return found


def place_of(criteria_set: CriteriaSet, code: str) -> Place:
    """The node with this code.

    Raises:
        KeyError: no node has it.
    """
    return compiled(criteria_set).place[code]


def _compile(criteria_set: CriteriaSet) -> Compiled:
    places = tuple(walk(criteria_set))
    by_code = {place.code: place for place in places}
    all_leaves = tuple(_leaf(criteria_set, place, by_code) for place in leaves(criteria_set))
    expected = _expected(criteria_set, places, all_leaves)
    return Compiled(
        criteria_set=criteria_set,
        places=places,
        place=by_code,
        leaves=all_leaves,
        leaf={leaf.code: leaf for leaf in all_leaves},
        sums=_sums(places),
        expected=expected,
        asked=_asked(criteria_set, all_leaves, expected),
        years=frozenset(year for leaf in all_leaves for year in leaf.rule.years),
    )


def _sums(places: tuple[Place, ...]) -> tuple[Sum, ...]:
    inner = [place for place in places if not place.is_leaf]
    deepest_first = sorted(inner, key=lambda place: -place.depth)
    return tuple(
        Sum(code=place.code, parts=tuple(part.code for part in place.node.criteria)) for place in deepest_first
    )


def _leaf(criteria_set: CriteriaSet, place: Place, by_code: Mapping[str, Place]) -> Leaf:
    node = place.node
    if not isinstance(node, Criterion) or node.rule is None:
        raise TypeError(place.code)
    names = Names(node.code, node.inputs, criteria_set.inputs)
    waivers = tuple(f"{code}.not_applicable" for code in _waivable(place, by_code))
    return Leaf(
        place=place,
        criterion=node,
        rule=node.rule,
        names=names,
        judge=node.rule.judge(names, scaled(node.max)),
        max=scaled(node.max),
        facts=node.rule.taken(names),
        parts=names.parts(node.rule.facts(names)),
        flagged_pair=node.rule.flagged_pair(names),
        needs=tuple(f"@{name}" for name in dict.fromkeys(place.needs)),
        waivers=waivers,
        decided=f"{node.code}.decided",
        not_held=node.rule.not_held,
    )


def _waivable(place: Place, by_code: Mapping[str, Place]) -> list[str]:
    """Codes of this leaf and of the levels above it where `not_applicable` is allowed."""
    if not place.may_be_inapplicable:
        return []
    return [code for code in place.above if by_code[code].may_be_inapplicable] + [place.code]


def _of_input(one: Input) -> Expected:
    if one.type == "percent":
        most = one.most if one.most is not None else Decimal(100)
        return Expected(type="percent", least=Decimal(0), most=most)
    return Expected(type=one.type, options=one.options)


def _expected(
    criteria_set: CriteriaSet, places: tuple[Place, ...], all_leaves: tuple[Leaf, ...]
) -> dict[str, Expected]:
    expected: dict[str, Expected] = {}
    attributes = {"region": REGION, "ranked": RANKED, **criteria_set.attributes}
    expected |= {f"@{name}": _of_input(one) for name, one in attributes.items()}
    expected |= {name: _of_input(one) for name, one in criteria_set.inputs.items()}
    for place in places:
        name = f"{place.code}.not_applicable"
        expected[name] = Expected(type="boolean", allowed=place.may_be_inapplicable)
    for leaf in all_leaves:
        expected |= {leaf.names.of(name): _of_input(one) for name, one in leaf.criterion.inputs.items()}
        expected[leaf.decided] = Expected(type="points", least=Decimal(0), most=leaf.criterion.max)
        expected |= leaf.rule.own_facts(leaf.names, leaf.criterion.max)
        given = {f"@{name}": one for name, one in PLATFORM.items()}
        expected |= {name: _of_input(given[name]) for name in leaf.facts if name in given}
    return expected


def _asked(criteria_set: CriteriaSet, all_leaves: tuple[Leaf, ...], expected: Mapping[str, Expected]) -> frozenset[str]:
    declared = {leaf.names.of(name) for leaf in all_leaves for name in leaf.criterion.inputs}
    declared |= set(criteria_set.inputs)
    declared |= {name for leaf in all_leaves for name, _ in leaf.rule.asks(leaf.names)}
    if not declared:
        return frozenset()
    waivers = {name for name in expected if name.endswith(".not_applicable") and ":" not in name}
    return frozenset(declared | waivers | {leaf.decided for leaf in all_leaves})


def judge_leaf(leaf: Leaf, facts: LeafFacts, no_survey: str) -> Verdict:
    """The verdict on one leaf: what is settled before its rule, else what the rule says."""
    verdict = settled(leaf, facts, no_survey) or (leaf.parts and _larger_part(leaf, facts)) or leaf.judge(facts)
    if verdict.state == "unknown" and leaf.place.part != "areas":
        return Verdict("none", missing=verdict.missing)
    return verdict


def settled(leaf: Leaf, facts: LeafFacts, no_survey: str) -> Verdict | None:
    """What comes before the rule: whether the leaf applies, then a decision, then the survey; None where nothing does."""
    conditional = leaf.needs or leaf.waivers
    verdict = (conditional and _applies(leaf, facts)) or _decision(leaf, facts)
    if verdict is None and leaf.not_held is not None and facts.get(leaf.not_held) is True:
        return _not_held(no_survey)
    return verdict


def _applies(leaf: Leaf, facts: LeafFacts) -> Verdict | None:
    """None where it applies."""
    for name in leaf.needs:
        if facts.get(name) is False:
            return Verdict("not_applicable", step={"needs": name}, why="attribute")
    for name in leaf.waivers:
        if facts.get(name) is True:
            return Verdict("not_applicable", step={"accepted": name}, why="accepted")
    missing = tuple(name for name in leaf.needs if facts.get(name) is None)
    return Verdict("unknown", missing=missing) if missing else None


def _larger_part(leaf: Leaf, facts: LeafFacts) -> Verdict | None:
    """None where no declared part is larger than its whole."""
    for part, whole in leaf.parts:
        a: Any = facts.get(part)
        b: Any = facts.get(whole)
        if a is not None and b is not None and a > b:
            return over_whole(part, whole)
    return None


def _decision(leaf: Leaf, facts: LeafFacts) -> Verdict | None:
    value: Value | None = facts.get(leaf.decided)
    if value is None:
        return None
    top, below = _given_points(value)
    if not 0 <= top <= leaf.max * below:
        return Verdict("scored", refusal="points_outside")
    return Verdict("scored", (2 * top + below) // (2 * below), {"decided": True})


def _given_points(value: Any) -> tuple[int, int]:
    """Points given as a number, scaled, as numerator and denominator."""
    top, below = value.as_integer_ratio()
    return top * UNIT, below


def _not_held(no_survey: str) -> Verdict:
    step: dict[str, Any] = {"not_held": no_survey}
    if no_survey == "rescale":
        return Verdict("not_applicable", step=step, why="not_held")
    if no_survey == "zero":
        return Verdict("scored", 0, step, why="not_held")
    return Verdict("scored", refusal="survey_not_held", step=step)
