"""Typed reading of a YAML tree: each value is what is expected there, or a defect that says where."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from parindex.reading.dates import FIRST_YEAR, LAST_YEAR
from parindex.reading.lookalikes import nearest
from parindex.scoring.digits import PLACES, shortest
from parindex.scoring.law.inputs import Text
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_
from parindex.scoring.refusals import Defect

CODE: Final = re.compile(r"[0-9A-Z]+(\.[0-9A-Z]+)*\Z")
NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
WORD: Final = re.compile(r"[^\s.,;:@]+\Z")
VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*\Z")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
LARGEST: Final = Decimal(10) ** 12
_NOUGHT: Final = re.compile(r"0+[1-9][0-9]*\Z")
"""What YAML 1.2 reads as a decimal number and YAML 1.1 as an octal one."""

T = TypeVar("T")


def found_text(node: Node) -> str:
    """How a message names what stands there."""
    if isinstance(node, Scalar):
        return node.text if len(node.text) <= 60 else node.text[:57] + "…"
    return "[…]" if isinstance(node, Sequence_) else "{…}"


def words(node: Node) -> set[str]:
    """Every word that is written anywhere below a node."""
    if isinstance(node, Scalar):
        return set(re.findall(r"\w+", node.text))
    if isinstance(node, Sequence_):
        return set().union(*map(words, node.items))
    below: set[str] = set()
    for key, value in node.entries if isinstance(node, Mapping_) else ():
        below |= words(key) | words(value)
    return below


class SetReading:
    """Reads values and collects defects and warnings; a value that is not there is None."""

    def __init__(self, file: str):
        self.file = file
        self.defects: list[Defect] = []
        self.warnings: list[Defect] = []
        self.untranslated = 0

    def fail(self, node: Node, code: str, **values: Any) -> None:
        """Note a defect at a node."""
        self.defects.append(self._defect(node, code, values))

    def warn(self, node: Node, code: str, **values: Any) -> None:
        """Note something doubtful at a node."""
        self.warnings.append(self._defect(node, code, values))

    def _defect(self, node: Node, code: str, values: dict[str, Any]) -> Defect:
        plain = {key: value for key, value in values.items() if value is not None}
        return Defect(code=code, values=plain, file=self.file, line=node.line, column=node.column)

    # collections

    def mapping(self, node: Node) -> list[tuple[Scalar, Node]] | None:
        """Keys and values."""
        if isinstance(node, Mapping_):
            return node.entries
        self.fail(node, "wrong_type", found=found_text(node), expected="mapping")
        return None

    def items(self, node: Node, *, empty: bool = False) -> list[Node] | None:
        """The items of a list, which has at least one unless it may be empty."""
        if not isinstance(node, Sequence_):
            self.fail(node, "wrong_type", found=found_text(node), expected="list")
            return None
        if not node.items and not empty:
            self.fail(node, "empty_list")
        return node.items

    def fields(self, node: Node, known: Iterable[str], required: Iterable[str] = ()) -> "Fields | None":
        """A mapping with known keys."""
        entries = self.mapping(node)
        if entries is None:
            return None
        known = tuple(known)
        values: dict[str, Node] = {}
        for key, value in entries:
            if key.text in known:
                values[key.text] = value
            else:
                self.fail(key, "unknown_key", found=key.text, nearest=nearest(key.text, known), expected=known)
        for name in required:
            if name not in values:
                self.fail(node, "missing_key", expected=name)
        return Fields(self, node, values)

    # scalars

    def scalar(self, node: Node, expected: str) -> Scalar | None:
        """A word, number or text."""
        if isinstance(node, Scalar) and not (node.kind == "null" and not node.loose):
            return node
        self.fail(node, "wrong_type", found=found_text(node), expected=expected)
        return None

    def string(self, node: Node, pattern: re.Pattern[str] | None = None, expected: str = "text") -> str | None:
        """A text that is not empty; a number or boolean must be quoted to be one."""
        scalar = self.scalar(node, expected)
        if scalar is None:
            return None
        if scalar.kind != "text" and not scalar.loose:
            self.fail(node, "quote_it", found=scalar.text)
            return None
        if not scalar.text.strip():
            self.fail(node, "empty_text")
            return None
        if pattern is not None and not pattern.match(scalar.text):
            self.fail(node, "bad_form", found=found_text(scalar), expected=expected)
            return None
        return scalar.text

    def code(self, node: Node) -> str | None:
        """The code of a criterion, quoted where it looks like a number."""
        return self.string(node, CODE, "code")

    def name(self, node: Node) -> str | None:
        """The name of an input or attribute."""
        return self.string(node, NAME, "name")

    def slug(self, node: Node) -> str | None:
        """A word for machines, such as `home-affairs`."""
        return self.string(node, SLUG, "slug")

    def version(self, node: Node) -> str | None:
        """A version, quoted where it looks like a number."""
        return self.string(node, VERSION, "version")

    def one_of(self, node: Node, options: tuple[str, ...]) -> Any:
        """One of a few words."""
        text = self.string(node)
        if text is None or text in options:
            return text
        self.fail(node, "not_one_of", found=text, nearest=nearest(text, options), expected=options)
        return None

    def boolean(self, node: Node) -> bool | None:
        """True or false."""
        scalar = self.scalar(node, "boolean")
        if scalar is None:
            return None
        if scalar.kind == "boolean":
            return scalar.text.lower() == "true"
        self.fail(node, "wrong_type", found=found_text(node), expected="boolean")
        return None

    def date(self, node: Node) -> date | None:
        """An ISO date, of the years that every boundary takes."""
        scalar = self.scalar(node, "date")
        if scalar is None:
            return None
        try:
            read = date.fromisoformat(scalar.text) if DATE.match(scalar.text) else None
        except ValueError:
            read = None
        if read is None:
            self.fail(node, "bad_date", found=found_text(node))
        elif not FIRST_YEAR <= read.year <= LAST_YEAR:
            self.fail(node, "year_outside", found=found_text(node), least=FIRST_YEAR, most=LAST_YEAR)
        else:
            return read
        return None

    def integer(self, node: Node, least: int, most: int) -> int | None:
        """A whole number in a range."""
        value = self.decimal(node)
        if value is None:
            return None
        if value != value.to_integral_value() or not least <= value <= most:
            self.fail(node, "out_of_range", found=found_text(node), expected="integer", least=least, most=most)
            return None
        return int(value)

    def decimal(
        self, node: Node, *, least: int | None = None, most: int | None = None, above: int | None = None
    ) -> Decimal | None:
        """A number of at most 12 places, from its text."""
        scalar = self.scalar(node, "number")
        if scalar is None:
            return None
        value = self._number(scalar)
        if value is None:
            return None
        outside = (
            (least is not None and value < least)
            or (most is not None and value > most)
            or (above is not None and value <= above)
        )
        if outside:
            self.fail(node, "out_of_range", found=scalar.text, expected="number", least=least, most=most, above=above)
            return None
        return value

    def _number(self, scalar: Scalar) -> Decimal | None:
        text = scalar.text
        if scalar.kind == "integer" and _NOUGHT.match(text):
            self.warn(scalar, "leading_nought", found=text, expected=text.lstrip("0"))
        if scalar.kind == "integer" and text[:2] in {"0o", "0x"}:
            text = str(int(text, 0)) if len(text) < 40 else "9" * 40
        numeric = scalar.kind in {"integer", "float"} or (scalar.loose and re.match(r"-?[0-9.]+\Z", text))
        if not numeric or text.lower().lstrip("+-") in {".inf", ".nan"}:
            code = "quoted_number" if scalar.kind == "text" and _looks_numeric(text) else "wrong_type"
            self.fail(scalar, code, found=found_text(scalar), expected="number")
            return None
        return self._bounded(scalar, text)

    def _bounded(self, scalar: Scalar, text: str) -> Decimal | None:
        if len(text) > 60 or len(text.lower().partition("e")[2]) > 4:
            self.fail(scalar, "number_too_long", found=found_text(scalar))
            return None
        value = Decimal(text)
        if abs(value) >= LARGEST:
            self.fail(scalar, "number_too_long", found=found_text(scalar))
            return None
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -PLACES:
            self.fail(scalar, "too_many_places", found=found_text(scalar), expected=PLACES)
            return None
        return Decimal(shortest(value))

    # texts

    def text(self, node: Node) -> Text | None:
        """A text in Vietnamese, and in English where there is one."""
        fields = self.fields(node, ("vi", "en"), ("vi",))
        if fields is None:
            return None
        vi, en = fields.take("vi", self.string), fields.take("en", self.string)
        if "en" not in fields.values:
            self.untranslated += 1
        return None if vi is None else Text(vi=vi, en=en)


def _looks_numeric(text: str) -> bool:
    return bool(re.match(r"[-+]?[0-9]+([.,][0-9]+)?\s*%?\Z", text))


class Fields:
    """The values of one mapping by key."""

    def __init__(self, reading: SetReading, node: Node, values: dict[str, Node]):
        self.reading = reading
        self.node = node
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str) -> Node | None:
        """The node under a key."""
        return self.values.get(name)

    def take(self, name: str, read: Callable[..., T | None], *args: Any, **options: Any) -> T | None:
        """The value under a key read by `read`; None where there is none."""
        node = self.values.get(name)
        return None if node is None else read(node, *args, **options)
