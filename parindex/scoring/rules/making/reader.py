"""Reads what the rules are made of: names of inputs, points, steps, ends of a line, each checked where it stands."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from parindex.reading.lookalikes import nearest
from parindex.scoring.law.inputs import Input
from parindex.scoring.law.reading import Fields, SetReading
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar
from parindex.scoring.rules.making.quotients import Excess, WhenZero
from parindex.scoring.rules.making.steps import Point, Step

NUMBERS: Final = ("count", "decimal", "percent")
WHEN_ZERO: Final = ("not_applicable", "full", "zero")
EXCESS: Final = ("refuse", "flag", "allow")

Range = tuple[Decimal | None, Decimal | None]


class RuleReader:
    """Reads the parts of one rule.

    Args:
        reading: Where defects go.
        inputs: What the leaf may use; None for an input that is itself broken.
        maximum: Of the leaf; None where it is broken.
    """

    def __init__(self, reading: SetReading, inputs: Mapping[str, Input | None], maximum: Decimal | None):
        self.reading = reading
        self.inputs = inputs
        self.max = maximum
        self.used: set[str] = set()

    # what a rule refers to

    def input(self, node: Node, types: tuple[str, ...]) -> str | None:
        """The name of an input of one of these types."""
        name = self.reading.name(node)
        if name is None:
            return None
        self.used.add(name)
        if name not in self.inputs:
            self.reading.fail(node, "undeclared_input", found=name, nearest=nearest(name, self.inputs))
            return None
        declared = self.inputs[name]
        if declared is not None and declared.type not in types:
            self.reading.fail(node, "input_type", name=name, found=declared.type, expected=types)
        return name

    def pair(self, node: Node, types: tuple[str, ...] = NUMBERS) -> tuple[str, str] | None:
        """Two inputs."""
        items = self.reading.items(node)
        if items is None:
            return None
        if len(items) != 2:
            self.reading.fail(node, "not_a_pair", found=len(items))
            return None
        first, second = (self.input(item, types) for item in items)
        return None if first is None or second is None else (first, second)

    def over(self, node: Node) -> tuple[str, ...] | None:
        """One number, or numerator and denominator."""
        if not isinstance(node, Scalar):
            return self.pair(node)
        name = self.input(node, NUMBERS)
        return None if name is None else (name,)

    def range_of(self, over: tuple[str, ...] | None) -> Range:
        """The least and the largest value that the inputs can make."""
        declared = [self.inputs.get(name) for name in over or ()]
        if not declared or any(one is None or one.type == "decimal" for one in declared):
            return None, None
        only = declared[0]
        if len(declared) == 1 and only is not None and only.type == "percent":
            return Decimal(0), only.most if only.most is not None else Decimal(100)
        return Decimal(0), None

    def when_zero(self, fields: Fields, over: tuple[str, ...] | None) -> WhenZero | None:
        """What a denominator of 0 means: said where there is one, and nowhere else."""
        value: WhenZero | None = fields.take("when_zero", self.reading.one_of, WHEN_ZERO)
        match over, fields.get("when_zero"):
            case (_, below), None:
                self.reading.fail(fields.node, "when_zero_missing", found=below, expected=WHEN_ZERO)
            case (only,), node if node is not None:
                self.reading.fail(node, "when_zero_needless", found=only)
        return value

    def excess(self, fields: Fields, over: tuple[str, ...] | None) -> Excess:
        """What a part larger than its whole is (`over:`); said only where there are two."""
        value: Excess | None = fields.take("over", self.reading.one_of, EXCESS)
        match over, fields.get("over"):
            case (only,), node if node is not None:
                self.reading.fail(node, "over_needless", found=only)
        return value or "flag"

    # points

    def points(self, node: Node) -> Decimal | None:
        """Points from 0 to the maximum."""
        value = self.reading.decimal(node, least=0)
        if value is not None and self.max is not None and value > self.max:
            self.reading.fail(node, "step_over_max", found=value, expected=self.max)
            return None
        return value

    def share(self, node: Node) -> Decimal | None:
        """A share of the maximum."""
        return self.reading.decimal(node, least=0, most=1)

    def top(self, node: Node, points: list[Decimal]) -> None:
        """Warn where the best that a rule gives is under the maximum."""
        if self.max is not None and points and max(points) < self.max:
            self.reading.warn(node, "top_under_max", found=max(points), expected=self.max)

    def counted(self, node: Node, fields: Fields) -> tuple[str | None, Decimal | None]:
        """A number, and the points for one of it."""
        return self.input(node, NUMBERS), fields.take("points", self.reading.decimal, above=0)

    # steps and ends

    def ends(self, fields: Fields) -> tuple[Point | None, Point | None]:
        """The two ends of a line."""
        start, end = fields.take("from", self._point), fields.take("to", self._point)
        if start is not None and end is not None:
            if start.at == end.at:
                self.reading.fail(fields.values["to"], "flat_line", found=end.at)
            self.top(fields.node, [start.points, end.points])
        return start, end

    def _point(self, node: Node) -> Point | None:
        fields = self.reading.fields(node, ("at", "points"), ("at", "points"))
        at = fields.take("at", self.reading.decimal) if fields else None
        points = fields.take("points", self.points) if fields else None
        return None if at is None or points is None else Point(at=at, points=points)

    def steps(
        self,
        fields: Fields,
        limits: Range,
        keys: tuple[str, ...] = ("from", "to"),
        threshold: Callable[[Node], Decimal | None] | None = None,
    ) -> tuple[tuple[Step, ...], bool]:
        """Steps by a least (`from`) or a most value (`to`), in their order, each of them reachable.

        Args:
            fields: Of the rule.
            limits: The least and the largest value that there can be.
            keys: Which of the two may be used.
            threshold: Reads a threshold; any number where it is not given.
        """
        node = fields.get("steps")
        items = self.reading.items(node) if node is not None else None
        if node is None or not items:
            return (), False
        key = _first_key(items, keys)
        at_most = key == "to"
        steps: list[Step] = []
        for item in items:
            step = self._step(item, key, threshold or self.reading.decimal)
            if step is not None:
                self._reachable(item, step, steps, at_most=at_most, limits=limits)
                steps.append(step)
        self.top(node, [step.points for step in steps])
        return tuple(steps), at_most

    def _step(self, node: Node, key: str, threshold: Callable[[Node], Decimal | None]) -> Step | None:
        other = "from" if key == "to" else "to"
        if isinstance(node, Mapping_) and any(entry.text == other for entry, _ in node.entries):
            self.reading.fail(node, "mixed_steps", found=other, expected=key)
            return None
        fields = self.reading.fields(node, (key, "points"), (key, "points"))
        at = fields.take(key, threshold) if fields else None
        points = fields.take("points", self.points) if fields else None
        # Where the points are broken the set is; the order of the thresholds is still looked at.
        return None if at is None else Step(at=at, points=points or Decimal(0))

    def _reachable(self, node: Node, step: Step, before: list[Step], *, at_most: bool, limits: Range) -> None:
        least, most = limits
        if before and (step.at <= before[-1].at if at_most else step.at >= before[-1].at):
            order = "higher" if at_most else "lower"
            self.reading.fail(node, "step_disordered", found=step.at, expected=before[-1].at, order=order)
            return
        beyond = least is not None and step.at < least if at_most else most is not None and step.at > most
        if beyond:
            self.reading.fail(node, "step_unreachable", found=step.at, expected=least if at_most else most)
            return
        bound = most if at_most else least
        last = before[-1].at if before else None
        if last is not None and bound is not None and (last >= bound if at_most else last <= bound):
            self.reading.fail(node, "step_unreachable", found=step.at, expected=last)

    def share_for_percent(self, node: Node, over: tuple[str, ...] | None, ats: list[Decimal]) -> None:
        """A percent is compared in percent: thresholds of at most 1 are likely meant as shares."""
        declared = self.inputs.get(over[0]) if over and len(over) == 1 else None
        if declared is not None and declared.type == "percent" and ats and max(ats) <= 1:
            self.reading.warn(node, "percent_as_share", found=max(ats))

    # by option

    def listed(
        self, node: Node, options: tuple[str, ...] | None, read: Callable[[Node], Decimal | None]
    ) -> dict[str, Decimal | None] | None:
        """What each option is worth, None: not applicable; every option is named and no other."""
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        values: dict[str, Decimal | None] = {}
        for key, value in entries:
            if options is not None and key.text not in options:
                near = nearest(key.text, options)
                self.reading.fail(key, "unknown_option", found=key.text, nearest=near, expected=options)
            if isinstance(value, Scalar) and value.text == "not_applicable":
                values[key.text] = None
            else:
                values[key.text] = read(value)
        for option in options or ():
            if option not in values:
                self.reading.fail(node, "option_missing", expected=option)
        return values


def _first_key(items: list[Node], keys: tuple[str, ...]) -> str:
    for item in items:
        if isinstance(item, Mapping_):
            for key, _ in item.entries:
                if key.text in keys:
                    return key.text
    return keys[0]
