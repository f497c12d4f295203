"""Reads the rule of one leaf and checks it against its inputs and its maximum."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from parindex.scoring.law import model
from parindex.scoring.law.model import Input, Point, Rule, Step
from parindex.scoring.law.reading import WORD, Fields, Reading, nearest
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar
from parindex.scoring.rules import formula
from parindex.scoring.rules.calculations import calculation

NUMBERS: Final = ("count", "decimal", "percent")
WHEN_ZERO: Final = ("not_applicable", "full", "zero")

Range = tuple[Decimal | None, Decimal | None]

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": (),
    "choice": ("points", "shares"),
    "checklist": (),
    "each": ("points",),
    "deduct": ("points",),
    "ratio": ("target", "floor", "when_zero"),
    "bands": ("steps", "when_zero"),
    "linear": ("from", "to", "when_zero"),
    "by": ("steps",),
    "formula": (),
    "survey": ("as", "steps", "from", "to", "shares"),
    "external": ("as", "steps", "from", "to"),
    "judged": (),
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "each": ("points",),
    "deduct": ("points",),
    "bands": ("steps",),
    "linear": ("from", "to"),
    "by": ("steps",),
    "survey": ("as",),
    "external": ("as",),
}
_READING_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "share": (),
    "bands": ("steps",),
    "linear": ("from", "to"),
    "options": ("shares",),
}


class RuleReader:
    """Reads one rule.

    Args:
        reading: Where defects go.
        inputs: What the leaf may use; None for an input that is itself broken.
        maximum: Of the leaf; None where it is broken.
    """

    def __init__(self, reading: Reading, inputs: Mapping[str, Input | None], maximum: Decimal | None):
        self.reading = reading
        self.inputs = inputs
        self.max = maximum
        self.used: set[str] = set()

    def read(self, node: Node) -> Rule | None:
        """The rule, or None where it is broken."""
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        kinds = [key.text for key, _ in entries if key.text in _KEYS]
        if len(kinds) != 1:
            self._no_kind(node, entries, kinds)
            return None
        kind = kinds[0]
        fields = self.reading.fields(node, (kind, *_KEYS[kind]), _REQUIRED.get(kind, ()))
        subject = fields.get(kind) if fields else None
        if fields is None or subject is None:
            return None
        before, doubts = len(self.reading.defects), len(self.reading.warnings)
        read: Callable[[Node, Fields], Rule | None] = getattr(self, f"_{kind}")
        rule = read(subject, fields)
        if len(self.reading.defects) == before:
            return rule
        # The most that a broken rule gives is not known.
        self.reading.warnings[doubts:] = [one for one in self.reading.warnings[doubts:] if one.code != "top_under_max"]
        return None

    def _no_kind(self, node: Node, entries: list[tuple[Scalar, Node]], kinds: list[str]) -> None:
        if kinds:
            self.reading.fail(node, "several_rules", found=kinds)
            return
        first = entries[0][0] if entries else node
        found = first.text if isinstance(first, Scalar) else "{}"
        self.reading.fail(first, "unknown_rule", found=found, nearest=nearest(found, _KEYS), expected=tuple(_KEYS))

    # what a rule refers to

    def _input(self, node: Node, types: tuple[str, ...]) -> str | None:
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

    def _pair(self, node: Node) -> tuple[str, str] | None:
        items = self.reading.items(node)
        if items is None:
            return None
        if len(items) != 2:
            self.reading.fail(node, "not_a_pair", found=len(items))
            return None
        first, second = (self._input(item, NUMBERS) for item in items)
        return None if first is None or second is None else (first, second)

    def _over(self, node: Node) -> tuple[str, ...] | None:
        if not isinstance(node, Scalar):
            return self._pair(node)
        name = self._input(node, NUMBERS)
        return None if name is None else (name,)

    def _range(self, over: tuple[str, ...] | None) -> Range:
        """The least and the largest value that the inputs can make."""
        declared = [self.inputs.get(name) for name in over or ()]
        if not declared or any(one is None or one.type == "decimal" for one in declared):
            return None, None
        only = declared[0]
        if len(declared) == 1 and only is not None and only.type == "percent":
            return Decimal(0), only.most if only.most is not None else Decimal(100)
        return Decimal(0), None

    def _when_zero(self, fields: Fields, over: tuple[str, ...] | None) -> model.WhenZero | None:
        value: model.WhenZero | None = fields.take("when_zero", self.reading.one_of, WHEN_ZERO)
        if over is not None and len(over) == 2 and "when_zero" not in fields:
            self.reading.fail(fields.node, "when_zero_missing", found=over[1], expected=WHEN_ZERO)
        node = fields.get("when_zero")
        if over is not None and len(over) == 1 and node is not None:
            self.reading.fail(node, "when_zero_needless", found=over[0])
        return value

    # points

    def _points(self, node: Node) -> Decimal | None:
        value = self.reading.decimal(node, least=0)
        if value is not None and self.max is not None and value > self.max:
            self.reading.fail(node, "step_over_max", found=value, expected=self.max)
            return None
        return value

    def _top(self, node: Node, points: list[Decimal]) -> None:
        if self.max is not None and points and max(points) < self.max:
            self.reading.warn(node, "top_under_max", found=max(points), expected=self.max)

    # the kinds

    def _yes_no(self, node: Node, _: Fields) -> Rule | None:
        name = self._input(node, ("boolean",))
        return None if name is None else model.YesNo(input=name)

    def _judged(self, node: Node, _: Fields) -> Rule | None:
        value = self.reading.boolean(node)
        if value is False:
            self.reading.fail(node, "wrong_type", found="false", expected="true")
        return model.Judged() if value else None

    def _choice(self, node: Node, fields: Fields) -> Rule | None:
        name = self._input(node, ("choice",))
        given = [key for key in ("points", "shares") if key in fields]
        if len(given) != 1:
            self.reading.fail(fields.node, "points_or_shares", found=given)
            return None
        table = fields.values[given[0]]
        read = self._points if given[0] == "points" else self._share
        values = self._listed(table, name, read)
        if name is None or values is None:
            return None
        worths = [value for value in values.values() if value is not None]
        if given[0] == "points":
            self._top(table, worths)
            return model.Choice(input=name, points=values)
        self._top(table, [share * self.max for share in worths] if self.max is not None else [])
        return model.Choice(input=name, shares=values)

    def _share(self, node: Node) -> Decimal | None:
        return self.reading.decimal(node, least=0, most=1)

    def _listed(
        self, node: Node, name: str | None, read: Callable[[Node], Decimal | None]
    ) -> dict[str, Decimal | None] | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        declared = self.inputs.get(name) if name else None
        options = (declared.options or None) if declared else None
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

    def _checklist(self, node: Node, _: Fields) -> Rule | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        if not entries:
            self.reading.fail(node, "empty_list")
        items: dict[str, Decimal] = {}
        for key, value in entries:
            name, points = self._input(key, ("boolean",)), self.reading.decimal(value, above=0)
            if name is not None and points is not None:
                items[name] = points
        self._top(node, [sum(items.values(), Decimal(0))])
        return model.Checklist(items=items)

    def _each(self, node: Node, fields: Fields) -> Rule | None:
        name, points = self._counted(node, fields)
        return None if name is None or points is None else model.Each(input=name, points=points)

    def _deduct(self, node: Node, fields: Fields) -> Rule | None:
        name, points = self._counted(node, fields)
        return None if name is None or points is None else model.Deduct(input=name, points=points)

    def _counted(self, node: Node, fields: Fields) -> tuple[str | None, Decimal | None]:
        return self._input(node, NUMBERS), fields.take("points", self.reading.decimal, above=0)

    def _ratio(self, node: Node, fields: Fields) -> Rule | None:
        over = self._pair(node)
        target = fields.take("target", self.reading.decimal, above=0)
        floor = fields.take("floor", self.reading.decimal, least=0)
        when_zero = self._when_zero(fields, over)
        if over is None or when_zero is None:
            return None
        return model.Ratio(
            over=over,
            when_zero=when_zero,
            target=Decimal(1) if target is None else target,
            floor=Decimal(0) if floor is None else floor,
        )

    def _bands(self, node: Node, fields: Fields) -> Rule | None:
        over = self._over(node)
        when_zero = self._when_zero(fields, over)
        steps, at_most = self._steps(fields, self._range(over))
        self._share_for_percent(fields.node, over, [step.at for step in steps])
        if over is None:
            return None
        return model.Bands(over=over, steps=steps, at_most=at_most, when_zero=when_zero)

    def _linear(self, node: Node, fields: Fields) -> Rule | None:
        over = self._over(node)
        when_zero = self._when_zero(fields, over)
        start, end = self._ends(fields)
        if over is None or start is None or end is None:
            return None
        self._share_for_percent(fields.node, over, [start.at, end.at])
        return model.Linear(over=over, start=start, end=end, when_zero=when_zero)

    def _by(self, node: Node, fields: Fields) -> Rule | None:
        name = self._input(node, ("date",))
        items = fields.take("steps", self.reading.items) or []
        steps: list[model.Deadline] = []
        for item in items:
            step = self.reading.fields(item, ("until", "points"), ("until", "points"))
            until = step.take("until", self.reading.date) if step else None
            points = step.take("points", self._points) if step else None
            if until is None:
                continue
            if steps and until <= steps[-1].until:
                self.reading.fail(item, "step_disordered", found=until, expected=steps[-1].until, order="later")
            steps.append(model.Deadline(until=until, points=points or Decimal(0)))
        if items:
            self._top(fields.values["steps"], [step.points for step in steps])
        return None if name is None else model.By(input=name, steps=tuple(steps))

    # formula

    def _formula(self, node: Node, _: Fields) -> Rule | None:
        items = self.reading.items(node)
        if items is None:
            return None
        branches = [self._branch(item, last=item is items[-1]) for item in items]
        known = tuple(branch for branch in branches if branch is not None)
        return model.Formula(branches=known) if len(known) == len(items) else None

    def _branch(self, node: Node, *, last: bool) -> model.Branch | None:
        fields = self.reading.fields(node, ("when", "points"), ("points",))
        if fields is None:
            return None
        if last and "when" in fields:
            self.reading.fail(fields.values["when"], "last_branch_when")
        if not last and "when" not in fields:
            self.reading.fail(node, "branch_unreachable")
        when = fields.take("when", self._expression, "condition")
        points = fields.take("points", self._expression, "number")
        return None if points is None else model.Branch(points=points, when=when)

    def _expression(self, node: Node, sort: formula.Sort) -> str | None:
        scalar = self.reading.scalar(node, "formula")
        if scalar is None:
            return None
        try:
            tree = formula.parse(scalar.text, sort, self._names())
        except formula.FormulaError as error:
            self._formula_defect(scalar, error)
            return None
        names = set(formula.names_in(tree))
        self.used |= names
        if not names and self.max is not None:
            self._constant(scalar, tree, self.max)
        return scalar.text

    def _constant(self, scalar: Scalar, tree: formula.Expression, maximum: Decimal) -> None:
        """A formula that takes no input always gives the same: what that means is known before any facts."""
        try:
            value = calculation(tree, maximum.as_integer_ratio())({}, {})
        except ZeroDivisionError:
            self.reading.fail(scalar, "formula_divides_by_zero", found=scalar.text)
            return
        if tree.sort == "condition":
            self.reading.fail(scalar, "condition_decided", found=scalar.text)
        elif value is not None and Fraction(*value) > maximum:
            self.reading.fail(scalar, "step_over_max", found=scalar.text, expected=maximum)

    def _names(self) -> dict[str, formula.Sort]:
        # A broken input is taken for a number, so that it is reported once, where it stands.
        return formula.sorts({name: one.type if one else "decimal" for name, one in self.inputs.items()})

    def _formula_defect(self, scalar: Scalar, error: formula.FormulaError) -> None:
        values: dict[str, object] = {"formula": scalar.text[:200], "place": error.at, **error.values}
        code, found = error.code, str(error.values.get("found", ""))
        if code == "formula_name":
            declared = self.inputs.get(found)
            self.used.add(found)
            if declared is not None:
                code, values["type"] = "formula_input_type", declared.type
            values["nearest"] = nearest(found, self._names())
        self.reading.fail(scalar, code, **values)

    # survey and external

    def _survey(self, node: Node, fields: Fields) -> Rule | None:
        subject = self.reading.fields(node, ("instrument", "measure"), ("instrument", "measure"))
        if subject is None:
            return None
        instrument = subject.take("instrument", self.reading.string, WORD, "word")
        measure = subject.take("measure", self.reading.string, WORD, "word")
        if measure == "not_held":
            self.reading.fail(subject.values["measure"], "reserved_name", found=measure)
        reading = self._reading(fields, ("share", "bands", "linear", "options"))
        steps, at_most = self._steps(fields, (Decimal(0), Decimal(1)))
        start, end = self._ends(fields)
        shares = fields.take("shares", self._shares) or {}
        if instrument is None or measure is None or reading is None:
            return None
        return model.Survey(
            instrument=instrument, measure=measure, reading=reading,
            steps=steps, at_most=at_most, start=start, end=end, shares=shares,
        )  # fmt: skip

    def _external(self, node: Node, fields: Fields) -> Rule | None:
        subject = self.reading.fields(node, ("index",), ("index",))
        index = subject.take("index", self.reading.string, WORD, "word") if subject else None
        reading = self._reading(fields, ("share", "bands", "linear"))
        steps, at_most = self._steps(fields, (Decimal(0), Decimal(1)))
        start, end = self._ends(fields)
        if index is None or reading is None:
            return None
        return model.External(index=index, reading=reading, steps=steps, at_most=at_most, start=start, end=end)

    def _reading(self, fields: Fields, allowed: tuple[str, ...]) -> Any:
        """How an estimate becomes points; the keys of that way and no others."""
        reading = fields.take("as", self.reading.one_of, allowed)
        if reading is None:
            return None
        for key in ("steps", "from", "to", "shares"):
            if key in fields and key not in _READING_KEYS[reading]:
                expected = ("as", *_READING_KEYS[reading])
                self.reading.fail(fields.values[key], "unknown_key", found=key, expected=expected)
        for key in _READING_KEYS[reading]:
            if key not in fields:
                self.reading.fail(fields.node, "missing_key", expected=key)
        return reading

    def _shares(self, node: Node) -> dict[str, Decimal] | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        if not entries:
            self.reading.fail(node, "empty_list")
        shares: dict[str, Decimal] = {}
        for key, value in entries:
            option, share = self.reading.string(key, WORD, "word"), self._share(value)
            if option is not None and share is not None:
                shares[option] = share
        if shares and self.max is not None:
            self._top(node, [max(shares.values()) * self.max])
        return shares

    # steps and ends

    def _ends(self, fields: Fields) -> tuple[Point | None, Point | None]:
        start, end = fields.take("from", self._point), fields.take("to", self._point)
        if start is not None and end is not None:
            if start.at == end.at:
                self.reading.fail(fields.values["to"], "flat_line", found=end.at)
            self._top(fields.node, [start.points, end.points])
        return start, end

    def _point(self, node: Node) -> Point | None:
        fields = self.reading.fields(node, ("at", "points"), ("at", "points"))
        at = fields.take("at", self.reading.decimal) if fields else None
        points = fields.take("points", self._points) if fields else None
        return None if at is None or points is None else Point(at=at, points=points)

    def _steps(self, fields: Fields, limits: Range) -> tuple[tuple[Step, ...], bool]:
        node = fields.get("steps")
        items = self.reading.items(node) if node is not None else None
        if node is None or not items:
            return (), False
        at_most = _first_key(items) == "to"
        key = "to" if at_most else "from"
        steps: list[Step] = []
        for item in items:
            step = self._step(item, key)
            if step is not None:
                self._reachable(item, step, steps, at_most=at_most, limits=limits)
                steps.append(step)
        self._top(node, [step.points for step in steps])
        return tuple(steps), at_most

    def _step(self, node: Node, key: str) -> Step | None:
        other = "from" if key == "to" else "to"
        if isinstance(node, Mapping_) and any(entry.text == other for entry, _ in node.entries):
            self.reading.fail(node, "mixed_steps", found=other, expected=key)
            return None
        fields = self.reading.fields(node, (key, "points"), (key, "points"))
        at = fields.take(key, self.reading.decimal) if fields else None
        points = fields.take("points", self._points) if fields else None
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

    def _share_for_percent(self, node: Node, over: tuple[str, ...] | None, ats: list[Decimal]) -> None:
        """A percent is compared in percent: thresholds of at most 1 are likely meant as shares."""
        declared = self.inputs.get(over[0]) if over and len(over) == 1 else None
        if declared is not None and declared.type == "percent" and ats and max(ats) <= 1:
            self.reading.warn(node, "percent_as_share", found=max(ats))


def _first_key(items: list[Node]) -> str:
    for item in items:
        if isinstance(item, Mapping_):
            for key, _ in item.entries:
                if key.text in {"from", "to"}:
                    return key.text
    return "from"
