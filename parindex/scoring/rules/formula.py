"""`{formula: [{when: "total == 0", points: "max"}, {points: "max * done / total"}]}`: the first branch that applies."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Self

from parindex.reading.lookalikes import nearest
from parindex.scoring.digits import UNIT
from parindex.scoring.law.inputs import Frozen
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node, Scalar
from parindex.scoring.rules.making import expressions
from parindex.scoring.rules.making.calculations import FALSE, TRUE, Calculation, MissedNames, always, calculation
from parindex.scoring.rules.making.canonical_parts import given
from parindex.scoring.rules.making.comparison_key import Essence
from parindex.scoring.rules.making.expressions import Expression
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import FieldSchema, Schema, closed
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict, within
from parindex.scoring.rules.rule import Kernel, Rule

EXPRESSION: Final[Schema] = {"type": ["string", "number"]}


class Branch(Frozen, frozen=True):
    """One branch of a formula."""

    points: str
    """An expression, as written."""
    when: str | None = None
    """A condition, as written; None in the last branch."""

    def trees(self, names: Names) -> tuple[Expression | None, Expression]:
        """Condition and points as trees."""
        sorts = names.sorts()
        when = None if self.when is None else expressions.parse(self.when, "condition", sorts)
        return when, expressions.parse(self.points, "number", sorts)


class Formula(Rule, frozen=True, tag="formula"):
    """The first branch that applies."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("branches",)

    branches: tuple[Branch, ...]
    """In the order of the law; the last has no condition."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Branches, all but the last with a condition."""
        del fields
        items = reader.reading.items(subject)
        if items is None:
            return None
        branches = [_BranchReader(reader).read(item, last=item is items[-1]) for item in items]
        known = tuple(branch for branch in branches if branch is not None)
        return cls(branches=known) if len(known) == len(items) else None

    def document(self) -> dict[str, Any]:
        """`{formula: [{when: …, points: …}, {points: …}]}`."""
        return {"formula": [given(when=branch.when, points=branch.points) for branch in self.branches]}

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """A list of branches."""
        properties = {name: field(Branch, name, EXPRESSION) for name in ("when", "points")}
        return {"type": "array", "items": closed(properties, ("points",)), "minItems": 1}

    def facts(self, names: Names) -> tuple[str, ...]:
        """Every input that a branch names."""
        mentioned: dict[str, None] = {}
        for branch in self.branches:
            when, points = branch.trees(names)
            mentioned |= expressions.names_in(when) if when is not None else {}
            mentioned |= expressions.names_in(points)
        return tuple(map(names.of, mentioned))

    def judge(self, names: Names, maximum: int) -> Judge:
        """Branch by branch; only what the taken branch needs has to be known."""
        branches = [_branch(number, branch, names, maximum) for number, branch in enumerate(self.branches, 1)]
        wanted = self.facts(names)

        def judge(facts: LeafFacts) -> Verdict:
            given: list[tuple[str, Any]] = [(name, facts.get(name)) for name in wanted]
            known = {name: value.as_integer_ratio() for name, value in given if value is not None}
            missing: MissedNames = {}
            try:
                for when, points, step in branches:
                    truth = when(known, missing)
                    if truth == FALSE:
                        missing.clear()
                        continue
                    worth = truth and points(known, missing)
                    if worth is None:
                        return Verdict("unknown", missing=tuple(missing))
                    return within(worth[0] * UNIT, worth[1], maximum, step)
            except ZeroDivisionError:
                return Verdict("scored", refusal="division_by_zero")
            raise AssertionError("the last branch of a formula has no condition")

        return judge

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """Branch by branch, three-valued, element by element."""
        from parindex.scoring.trials.simulation.formulas import formula_kernel

        return formula_kernel([branch.trees(names) for branch in self.branches], names, maximum)

    def next_step(self, case: Case) -> Next | None:
        """A formula may do anything: no step can be named."""
        del case
        return None

    def essence(self, plain: Essence) -> Any:
        """The expressions with the numbers of their inputs."""
        return [[plain.expression(branch.when or ""), plain.expression(branch.points)] for branch in self.branches]

    def is_in_proportion(self, names: Names) -> bool:
        """Whether every branch doubles where the maximum doubles, and no condition looks at it."""
        for branch in self.branches:
            when, points = branch.trees(names)
            if (when is not None and _mentions_max(when)) or not _scales(points):
                return False
        return True


def _branch(
    number: int, branch: Branch, names: Names, maximum: int
) -> tuple[Calculation, Calculation, Mapping[str, Any]]:
    """Condition, points and the step that is told."""
    most = (maximum, UNIT)
    step = {"branch": number, "points": branch.points}
    when, points = branch.trees(names)
    worth = calculation(points, most, names.of)
    if when is None:
        return always(TRUE), worth, step
    return calculation(when, most, names.of), worth, {**step, "when": branch.when}


class _BranchReader:
    """Reads the branches of one formula."""

    def __init__(self, reader: RuleReader):
        self.reader, self.reading = reader, reader.reading

    def read(self, node: Node, *, last: bool) -> Branch | None:
        fields = self.reading.fields(node, ("when", "points"), ("points",))
        if fields is None:
            return None
        if last and "when" in fields:
            self.reading.fail(fields.values["when"], "last_branch_when")
        if not last and "when" not in fields:
            self.reading.fail(node, "branch_unreachable")
        when = fields.take("when", self._expression, "condition")
        points = fields.take("points", self._expression, "number")
        return None if points is None else Branch(points=points, when=when)

    def _expression(self, node: Node, sort: expressions.Sort) -> str | None:
        scalar = self.reading.scalar(node, "formula")
        if scalar is None:
            return None
        try:
            tree = expressions.parse(scalar.text, sort, self._names())
        except expressions.FormulaError as error:
            self._defect(scalar, error)
            return None
        names = set(expressions.names_in(tree))
        self.reader.used |= names
        if not names and self.reader.max is not None:
            self._constant(scalar, tree, self.reader.max)
        return scalar.text

    def _constant(self, scalar: Scalar, tree: Expression, maximum: Decimal) -> None:
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

    def _names(self) -> dict[str, expressions.Sort]:
        # A broken input is taken for a number, so that it is reported once, where it stands.
        inputs = self.reader.inputs
        return expressions.sorts({name: one.type if one else "decimal" for name, one in inputs.items()})

    def _defect(self, scalar: Scalar, error: expressions.FormulaError) -> None:
        values: dict[str, object] = {"formula": scalar.text[:200], "place": error.at, **error.values}
        code, found = error.code, str(error.values.get("found", ""))
        if code == "formula_name":
            declared = self.reader.inputs.get(found)
            self.reader.used.add(found)
            if declared is not None:
                code, values["type"] = "formula_input_type", declared.type
            values["nearest"] = nearest(found, self._names())
        self.reading.fail(scalar, code, **values)


def _mentions_max(expression: Expression) -> bool:
    return expression.operation == "max" or any(map(_mentions_max, expression.operands))


def _scales(expression: Expression) -> bool:
    """Whether doubling `max` doubles the expression."""
    operation, operands = expression.operation, expression.operands
    if operation == "max":
        return True
    if operation == "number":
        return expression.number == 0
    if operation in {"+", "-", "negative", "min()", "max()"}:
        return all(map(_scales, operands))
    if operation == "if()":
        return not _mentions_max(operands[0]) and all(map(_scales, operands[1:]))
    if operation == "*":
        left, right = operands
        return (_scales(left) and not _mentions_max(right)) or (_scales(right) and not _mentions_max(left))
    return operation == "/" and _scales(operands[0]) and not _mentions_max(operands[1])
