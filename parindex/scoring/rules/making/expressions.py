"""Formulas: a small safe expression language over the inputs of a leaf.

    expression = "or" of "and" of "not" of comparison of sum of product of unary
    atom       = number | name | true | false | "(" expression ")" | function "(" arguments ")"

`calculations` works them out.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, Literal

import msgspec

from parindex.scoring.digits import PLACES

MOST_TEXT: Final = 4000
MOST_DEPTH: Final = 40
MOST_NODES: Final = 300
RESERVED: Final = frozenset(
    [
        "max",
        "min",
        "round",
        "if",
        "and",
        "or",
        "not",
        "true",
        "false",
        "judged",
        "decided",
        "not_applicable",
        "not_held",
    ]
)
FUNCTIONS: Final = {"min": (1, 50), "max": (1, 50), "round": (1, 2), "if": (3, 3)}

Sort = Literal["number", "condition"]

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|"
    r"(?P<sign><=|>=|==|!=|[-+*/()<>,]))"
)


class FormulaError(Exception):
    """A formula that cannot be read: code, values, and the place in its text from 1."""

    def __init__(self, code: str, at: int, **values: str | int):
        self.code = code
        self.at = at
        self.values = values
        super().__init__(code)


class Expression(msgspec.Struct, frozen=True):
    """One node of the tree: an operation, its value or name, its operands."""

    operation: str
    """`number`, `name`, `max`, `boolean`, an operator, or a function."""
    sort: Sort
    """What it gives."""
    operands: tuple["Expression", ...] = ()
    """In order."""
    number: Fraction = Fraction(0)
    """Of a number (or, of a boolean, 1 or 0)."""
    name: str = ""
    """Of a name."""


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    at: int


def parse(text: str, sort: Sort, names: Mapping[str, Sort]) -> Expression:
    """The tree of a formula.

    Args:
        text: As written in the set.
        sort: What it has to give: a number of points, or a condition.
        names: The inputs that it may use, and whether each is a number or a condition.

    Raises:
        FormulaError: not a formula, a name that is not declared, or operands of the wrong sort.
    """
    return _Parser(text, names).whole(sort)


def sorts(types: Mapping[str, str]) -> dict[str, Sort]:
    """What inputs of these types are in a formula; dates and choices are nothing."""
    of_type: dict[str, Sort] = {"boolean": "condition", "count": "number", "decimal": "number", "percent": "number"}
    return {name: of_type[kind] for name, kind in types.items() if kind in of_type}


def names_in(expression: Expression) -> dict[str, None]:
    """The inputs that a formula uses, in the order in which it mentions them."""
    found: dict[str, None] = {expression.name: None} if expression.operation == "name" else {}
    for operand in expression.operands:
        found |= names_in(operand)
    return found


def _tokens(text: str) -> list[_Token]:
    if len(text) > MOST_TEXT:
        raise FormulaError("formula_too_large", 1, expected=MOST_TEXT)
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise FormulaError("formula_sign", place + 1, found=text[place])
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


class _Parser:
    """Recursive descent with a bound on depth and size."""

    def __init__(self, text: str, names: Mapping[str, Sort]):
        self.tokens = _tokens(text)
        self.place = 0
        self.names = names
        self.depth = 0
        self.nodes = 0

    def whole(self, sort: Sort) -> Expression:
        expression = self.expect(sort, self.either)
        if self.token.kind != "end":
            raise self.unexpected()
        return expression

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def unexpected(self) -> FormulaError:
        return FormulaError("formula_unexpected", self.token.at, found=self.token.text or "…")

    def take(self, *texts: str) -> str | None:
        if self.token.text in texts and self.token.kind != "number":
            self.place += 1
            return self.tokens[self.place - 1].text
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            raise FormulaError("formula_expected", self.token.at, found=self.token.text or "…", expected=text)

    def make(self, operation: str, sort: Sort, *operands: Expression) -> Expression:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError("formula_too_large", self.token.at, expected=MOST_NODES)
        return Expression(operation, sort, operands)

    def expect(self, sort: Sort, read: Callable[[], Expression]) -> Expression:
        at = self.token.at
        expression = read()
        if expression.sort != sort:
            raise FormulaError("formula_sort", at, found=expression.sort, expected=sort)
        return expression

    def either(self) -> Expression:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FormulaError("formula_too_deep", self.token.at, expected=MOST_DEPTH)
        expression = self.joined("or", self.both)
        self.depth -= 1
        return expression

    def both(self) -> Expression:
        return self.joined("and", self.negated)

    def joined(self, word: str, read: Callable[[], Expression]) -> Expression:
        at = self.token.at
        left = read()
        while self.take(word):
            if left.sort != "condition":
                raise FormulaError("formula_sort", at, found=left.sort, expected="condition")
            left = self.make(word, "condition", left, self.expect("condition", read))
        return left

    def negated(self) -> Expression:
        count = 0
        while self.take("not"):
            count += 1
        if not count:
            return self.compared()
        operand = self.expect("condition", self.compared)
        return self.make("not", "condition", operand) if count % 2 else operand

    def compared(self) -> Expression:
        at = self.token.at
        left = self.sum()
        sign = self.take("<", "<=", ">", ">=", "==", "!=")
        if sign is None:
            return left
        right = self.sum()
        if left.sort != right.sort or (left.sort == "condition" and sign not in {"==", "!="}):
            raise FormulaError("formula_sort", at, found=left.sort, expected="number")
        return self.make(sign, "condition", left, right)

    def sum(self) -> Expression:
        return self.arithmetic(("+", "-"), self.product)

    def product(self) -> Expression:
        return self.arithmetic(("*", "/"), self.signed)

    def arithmetic(self, signs: tuple[str, ...], read: Callable[[], Expression]) -> Expression:
        at = self.token.at
        left = read()
        while sign := self.take(*signs):
            if left.sort != "number":
                raise FormulaError("formula_sort", at, found=left.sort, expected="number")
            left = self.make(sign, "number", left, self.expect("number", read))
        return left

    def signed(self) -> Expression:
        negative, signs = False, 0
        while sign := self.take("-", "+"):
            negative ^= sign == "-"
            signs += 1
        if not signs:
            return self.atom()
        operand = self.expect("number", self.atom)
        return self.make("negative", "number", operand) if negative else operand

    def atom(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.place += 1
            return self.number(token)
        if token.kind == "word":
            self.place += 1
            return self.word(token)
        if self.take("(") is None:
            raise self.unexpected()
        expression = self.either()
        self.need(")")
        return expression

    def number(self, token: _Token) -> Expression:
        if len(token.text.partition(".")[2]) > PLACES or len(token.text) > 40:
            raise FormulaError("formula_number", token.at, found=token.text, expected=PLACES)
        return msgspec.structs.replace(self.make("number", "number"), number=Fraction(token.text))

    def word(self, token: _Token) -> Expression:
        if token.text in FUNCTIONS and self.token.text == "(":
            return self.call(token)
        if token.text == "max":
            return self.make("max", "number")
        if token.text in {"true", "false"}:
            value = Fraction(token.text == "true")
            return msgspec.structs.replace(self.make("boolean", "condition"), number=value)
        if token.text not in self.names:
            raise FormulaError("formula_name", token.at, found=token.text)
        return msgspec.structs.replace(self.make("name", self.names[token.text]), name=token.text)

    def call(self, token: _Token) -> Expression:
        arguments = self.arguments(token)
        sort: Sort = arguments[1].sort if token.text == "if" else "number"
        expected: tuple[Sort, ...] = ("condition", sort, sort) if token.text == "if" else (sort,) * len(arguments)
        for argument, wanted in zip(arguments, expected, strict=False):
            if argument.sort != wanted:
                raise FormulaError("formula_sort", token.at, found=argument.sort, expected=wanted)
        if token.text == "round" and len(arguments) == 2:
            places = arguments[1]
            if places.operation != "number" or places.number.denominator != 1 or places.number > PLACES:
                raise FormulaError("formula_round", token.at, expected=PLACES)
        return self.make(f"{token.text}()", sort, *arguments)

    def arguments(self, token: _Token) -> list[Expression]:
        self.need("(")
        arguments = [self.either()]
        while self.take(","):
            arguments.append(self.either())
        self.need(")")
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            raise FormulaError("formula_arguments", token.at, found=token.text, expected=least)
        return arguments
