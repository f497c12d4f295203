"""Formulas worked out: a tree made ready once, then only integers are multiplied and compared.

Values are exact and three-valued: a fact that is absent makes unknown (None) only what depends on it. `and` and
`or` are decided from the left where one side decides them. A number is a pair, numerator and positive denominator,
not reduced; a condition is `TRUE` or `FALSE`. A division by zero raises `ZeroDivisionError`.
"""

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from parindex.scoring.digits import half_up
from parindex.scoring.rules.making.expressions import Expression

Pair = tuple[int, int]
"""A number: numerator and positive denominator."""

Known = Mapping[str, Pair]
"""The values of inputs by name; absent where not yet known."""

MissedNames = dict[str, None]
"""Collects the names that were missed, in order."""

Calculation = Callable[[Known, MissedNames], Pair | None]
"""The value of a tree, or None while unknown."""

TRUE: Final = (1, 1)
FALSE: Final = (0, 1)


def calculation(  # noqa: PLR0911 - one return a kind of node
    expression: Expression, maximum: Pair, full: Callable[[str], str] = str
) -> Calculation:
    """A tree made ready.

    Args:
        expression: From `expressions.parse`.
        maximum: What the word `max` means.
        full: From the name of an input in the formula to its name in what will be known and missed.
    """
    operation = expression.operation
    if operation in {"number", "boolean"}:
        return always(expression.number.as_integer_ratio())
    if operation == "max":
        return always(maximum)
    if operation == "name":
        return _named(full(expression.name))
    operands = [calculation(operand, maximum, full) for operand in expression.operands]
    if operation in {"and", "or"}:
        return _joined(*operands, decisive=TRUE if operation == "or" else FALSE)
    if operation == "if()":
        return _chosen(*operands)
    if operation == "/":
        return _divided(*operands)
    if len(operands) == 2:
        return _of_two(_OPERATIONS[operation], *operands)
    return _of_all(_OPERATIONS[operation], operands)


def always(value: Pair) -> Calculation:
    """The same value whatever is known."""
    return lambda _known, _missing: value


def _named(name: str) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        found = known.get(name)
        if found is None:
            missing[name] = None
        return found

    return value


def _of_two(operation: Callable[[Pair, Pair], Pair], first: Calculation, second: Calculation) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        a, b = first(known, missing), second(known, missing)
        return None if a is None or b is None else operation(a, b)

    return value


def _of_all(operation: Callable[..., Pair], operands: list[Calculation]) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        values = [operand(known, missing) for operand in operands]
        return None if None in values else operation(*values)

    return value


def _divided(first: Calculation, second: Calculation) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        a, b = first(known, missing), second(known, missing)
        if a is None or b is None:
            return None
        top, below = b
        if top == 0:
            raise ZeroDivisionError
        return (a[0] * below, a[1] * top) if top > 0 else (-a[0] * below, -a[1] * top)

    return value


def _joined(first: Calculation, second: Calculation, *, decisive: Pair) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        before = dict(missing)
        left = first(known, missing)
        if left == decisive:
            return decisive
        try:
            right = second(known, missing)
        except ZeroDivisionError:
            # Whether the right side counts is not known yet, so it does not refuse the facts yet.
            if left is not None:
                raise
            return None
        if right == decisive:
            missing.clear()
            missing.update(before)
            return decisive
        return None if left is None else right

    return value


def _chosen(condition: Calculation, one: Calculation, other: Calculation) -> Calculation:
    def value(known: Known, missing: MissedNames) -> Pair | None:
        truth = condition(known, missing)
        return None if truth is None else (one if truth == TRUE else other)(known, missing)

    return value


def _sum(a: Pair, b: Pair) -> Pair:
    return a[0] * b[1] + b[0] * a[1], a[1] * b[1]


def _difference(a: Pair, b: Pair) -> Pair:
    return a[0] * b[1] - b[0] * a[1], a[1] * b[1]


def _product(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0], a[1] * b[1]


def _compared(compare: Callable[[int, int], bool], a: Pair, b: Pair) -> Pair:
    return TRUE if compare(a[0] * b[1], b[0] * a[1]) else FALSE


def _extreme(compare: Callable[[int, int], bool], *values: Pair) -> Pair:
    best, *others = values
    for one in others:
        if compare(one[0] * best[1], best[0] * one[1]):
            best = one
    return best


def _round(value: Pair, places: Pair = (0, 1)) -> Pair:
    return half_up(*value, places[0]), 10 ** places[0]


_OPERATIONS: Final[Mapping[str, Callable[..., Pair]]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "negative": lambda a: (-a[0], a[1]),
    "not": lambda a: FALSE if a == TRUE else TRUE,
    "<": partial(_compared, operator.lt),
    "<=": partial(_compared, operator.le),
    ">": partial(_compared, operator.gt),
    ">=": partial(_compared, operator.ge),
    "==": partial(_compared, operator.eq),
    "!=": partial(_compared, operator.ne),
    "min()": partial(_extreme, operator.lt),
    "max()": partial(_extreme, operator.gt),
    "round()": _round,
}
