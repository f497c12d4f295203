"""Formulas over columns: three-valued as in the exact path, element by element."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

from parindex.scoring.facts.fact_columns import Mask
from parindex.scoring.rules.making.expressions import Expression
from parindex.scoring.rules.making.names import Names
from parindex.scoring.trials.simulation.columns import NEAR, Array, Columns
from parindex.scoring.trials.simulation.shapes import outside

Outcome = tuple[Any, Any]
"""Values (NaN: unknown; conditions 1 and 0), and where a division by zero refuses the facts (or False)."""


def formula_kernel(
    branches: Sequence[tuple[Expression | None, Expression]], names: Names, maximum: Decimal
) -> Callable[[Columns], tuple[Array, Mask]]:
    """The points of the first branch that applies, and where they are refused.

    Args:
        branches: Condition, None in the last, and points.
        names: How the inputs are called in the facts.
        maximum: Of the leaf.
    """
    most = float(maximum)

    def points(columns: Columns) -> tuple[Array, Mask]:
        of = _Evaluation(columns, names, most).of
        worth = np.full(columns.count, np.nan)
        bad = np.zeros(columns.count, dtype=bool)
        undecided = np.ones(columns.count, dtype=bool)
        for when, expression in branches:
            truth, error = (1.0, False) if when is None else of(when)
            bad |= undecided & error
            taken = undecided & (truth == 1) & np.logical_not(error)
            values, wrong = of(expression)
            np.copyto(worth, values, where=taken)
            bad |= taken & wrong
            undecided = undecided & (truth == 0) & np.logical_not(error)
        return worth, bad | outside(worth, most)

    return points


class _Evaluation:
    """Evaluates trees over the columns of one run."""

    def __init__(self, columns: Columns, names: Names, maximum: float):
        self.columns, self.names, self.maximum = columns, names, maximum

    def of(self, expression: Expression) -> Outcome:
        """Values and errors of a tree."""
        operation = expression.operation
        if operation in {"number", "boolean"}:
            return float(expression.number), False
        if operation == "max":
            return self.maximum, False
        if operation == "name":
            return self.columns[self.names.of(expression.name)], False
        operands = [self.of(operand) for operand in expression.operands]
        if operation in {"and", "or"}:
            return _joined(*operands, decisive=float(operation == "or"))
        if operation == "if()":
            return _chosen(*operands)
        error: Any = False
        for _, wrong in operands:
            error = error | wrong
        values = [value for value, _ in operands]
        if operation == "/":
            error = error | (np.asarray(values[1]) == 0)
        return _OPERATIONS[operation](*values), error


def _joined(left: Outcome, right: Outcome, *, decisive: float) -> Outcome:
    first, second = np.asarray(left[0]), np.asarray(right[0])
    unknown = np.isnan(first)
    decided = (second == decisive) & np.logical_not(right[1])
    value = np.where(first == decisive, decisive, np.where(unknown, np.where(decided, decisive, np.nan), second))
    # While the left side is unknown it is not known yet whether the right one counts.
    return value, left[1] | (right[1] & np.logical_not(unknown) & (first != decisive))


def _chosen(condition: Outcome, one: Outcome, other: Outcome) -> Outcome:
    truth = np.asarray(condition[0])
    value = np.where(np.isnan(truth), np.nan, np.where(truth == 1, one[0], other[0]))
    return value, condition[1] | ((truth == 1) & one[1]) | ((truth == 0) & other[1])


def _compared(sign: str) -> Callable[[Any, Any], Any]:
    strict = {"<": np.less, ">": np.greater, "<=": np.less, ">=": np.greater}

    def compare(a: Any, b: Any) -> Any:
        close = np.abs(a - b) <= NEAR * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        if sign in {"==", "!="}:
            truth = close if sign == "==" else np.logical_not(close)
        else:
            truth = strict[sign](a, b)
            truth = truth | close if sign.endswith("=") else truth & np.logical_not(close)
        return np.where(np.isnan(a) | np.isnan(b), np.nan, truth)

    return compare


def _extreme(choose: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def extreme(first: Any, *others: Any) -> Any:
        for other in others:
            first = choose(first, other)
        return first

    return extreme


def _round(value: Any, places: Any = 0.0) -> Any:
    scale = 10.0 ** float(places)
    size = np.abs(value) * scale
    return np.sign(value) * np.floor(size + 0.5 + NEAR * np.maximum(1.0, size)) / scale


def _quotient(a: Any, b: Any) -> Any:
    # A constant divisor must not raise where NumPy would only warn.
    return np.divide(a, np.asarray(b, dtype=np.float64))


_OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "negative": lambda a: -a,
    "not": lambda a: 1.0 - a,
    "<": _compared("<"),
    "<=": _compared("<="),
    ">": _compared(">"),
    ">=": _compared(">="),
    "==": _compared("=="),
    "!=": _compared("!="),
    "min()": _extreme(np.minimum),
    "max()": _extreme(np.maximum),
    "round()": _round,
}
