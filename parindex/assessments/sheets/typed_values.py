"""What people type, read as Vietnamese officials write it, into the one canonical text that is stored.

``1,5`` and ``1.5`` are the same number. ``1.234`` is refused where it could be one thousand or one point two:
only a count, which has no decimals, takes dots as groups. Nothing is ever guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex import scoring
from parindex.assessments.criteria.published_sets import Field, Published, judged
from parindex.assessments.model import Declaration
from parindex.errors import FieldError
from parindex.scoring import Input, RefusedValue
from parindex.text import MINUS, nfc, number

LONGEST_EXPLANATION: Final = 20_000
JUDGED_PLACES: Final = 4

_GROUPED: Final = re.compile(r"[1-9]\d{0,2}([.]\d{3})+")
_GROUPED_TWICE: Final = re.compile(r"[1-9]\d{0,2}([.]\d{3}){2,}")
_GROUPED_DECIMAL: Final = re.compile(r"[1-9]\d{0,2}([.]\d{3})+,\d+")
_PLAIN: Final = re.compile(r"\d+([.,]\d+)?")
_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YES: Final = ("true", "có", "1")
_NO: Final = ("false", "không", "0")


class Unreadable(Exception):
    """A typed text that is not taken; code and values of the error catalogue."""

    def __init__(self, code: str, **told: object) -> None:
        super().__init__(code)
        self.code = code
        self.told = told


def read(asked: Input, typed: str) -> str | None:
    """The canonical text of what was typed for an input; ``None`` for nothing.

    Raises:
        Unreadable: not of the type, or readable in two ways.
    """
    text = nfc(typed)
    if not text:
        return None
    if asked.type == "boolean":
        return _boolean(text)
    if asked.type == "count":
        return _count(text)
    if asked.type in ("decimal", "percent"):
        return _decimal(text.removesuffix("%").rstrip() if asked.type == "percent" else text)
    if asked.type == "date":
        return _date(text)
    if asked.type == "choice" and text not in asked.options:
        raise Unreadable("value_not_option", found=text[:60])
    return text


def read_points(typed: str, most: Decimal) -> Decimal | None:
    """Points typed for a judgement or a decision: 0…max, at most four places; ``None`` for nothing.

    Raises:
        Unreadable: not a number, readable in two ways, or out of range.
    """
    text = nfc(typed)
    if not text:
        return None
    points = Decimal(_decimal(text))
    if not 0 <= points <= most or -int(points.as_tuple().exponent) > JUDGED_PLACES:
        raise Unreadable("points_out_of_range", max=number(most))
    return points


def read_declaration(published: Published, code: str, form: Mapping[str, str]) -> tuple[Declaration, list[FieldError]]:
    """What a form declares for a leaf, and every field of it that cannot be taken.

    The form's fields: ``fact:<name>`` for each fact, ``judged``, ``inapplicable``, ``explanation``,
    ``row_version`` and ``version:<name>`` for each shared fact.
    """
    place = published.leaf(code)
    errors: list[FieldError] = []
    facts: dict[str, str] = {}
    for asked in published.fields[code]:
        try:
            text = read_fact(published, asked, form.get(f"fact:{asked.name}", ""))
        except Unreadable as refused:
            errors.append(FieldError(field=f"fact:{asked.name}", code=refused.code, values=dict(refused.told)))
            continue
        if text is not None:
            facts[asked.name] = text
    if judged(place):
        try:
            points = read_points(form.get("judged", ""), place.node.max)
        except Unreadable as refused:
            errors.append(FieldError(field="judged", code=refused.code, values=dict(refused.told)))
        else:
            if points is not None:
                facts[f"{code}.judged"] = scoring.write_value(points)
    explanation = nfc(form.get("explanation", "").replace("\r\n", "\n"))
    if len(explanation) > LONGEST_EXPLANATION:
        limit = number(LONGEST_EXPLANATION)
        errors.append(FieldError(field="explanation", code="text_too_long", values={"limit": limit}))
    inapplicable = form.get("inapplicable", "") == "true"
    if inapplicable and not place.may_be_inapplicable:
        errors.append(FieldError(field="inapplicable", code="inapplicable_refused", values={"criterion": code}))
    return (
        Declaration(
            code=code,
            facts=facts,
            inapplicable=inapplicable,
            explanation=explanation,
            row_version=version(form.get("row_version", "")),
            shared_versions={
                asked.name: version(form.get(f"version:{asked.name}", ""))
                for asked in published.fields[code]
                if asked.shared
            },
        ),
        errors,
    )


def read_fact(published: Published, asked: Field, typed: str) -> str | None:
    """The canonical text of a typed fact, checked against its type in the set.

    Raises:
        Unreadable: not of the type, out of its range, or readable in two ways.
    """
    text = read(asked.input, typed)
    if text is None:
        return None
    try:
        return scoring.write_value(scoring.parse_value(published.criteria_set, asked.name, text))
    except RefusedValue as refused:
        raise _told(asked.input, nfc(typed)[:60], refused) from None


def version(text: str) -> int:
    """The version that a form names; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _told(asked: Input, typed: str, refused: RefusedValue) -> Unreadable:
    if typed.startswith(("-", MINUS)):
        return Unreadable("value_negative", found=typed)
    if asked.type == "percent":
        return Unreadable("value_too_large", found=typed, most=number(asked.most or Decimal(100)))
    if asked.type == "count":
        return Unreadable("value_not_whole", found=typed)
    if asked.type == "decimal" and len(typed.partition(",")[2] or typed.partition(".")[2]) > 12:
        return Unreadable("value_too_long", found=typed, places=12)
    del refused
    return Unreadable("value_not_number", found=typed)


def _boolean(text: str) -> str:
    word = text.casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    raise Unreadable("value_not_option", found=text[:60])


def _count(text: str) -> str:
    bare = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if bare.startswith(("-", MINUS)):
        raise Unreadable("value_negative", found=text[:60])
    if bare.isascii() and bare.isdigit() and len(bare) <= 15:
        return str(int(bare))
    if _GROUPED.fullmatch(bare) and len(bare) <= 20:
        return bare.replace(".", "")
    raise Unreadable("value_not_whole", found=text[:60])


def _decimal(text: str) -> str:
    bare = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    sign = "-" if bare.startswith(("-", MINUS)) else ""
    bare = bare.removeprefix("-").removeprefix(MINUS)
    if len(bare) > 30 or not bare.isascii():
        raise Unreadable("value_not_number", found=text[:60])
    if _GROUPED_TWICE.fullmatch(bare):
        return sign + bare.replace(".", "")
    if _GROUPED.fullmatch(bare):
        raise _ambiguous(bare)
    if _GROUPED_DECIMAL.fullmatch(bare):
        return sign + bare.replace(".", "").replace(",", ".")
    if _PLAIN.fullmatch(bare):
        return sign + bare.replace(",", ".")
    raise Unreadable("value_not_number", found=text[:60])


def _ambiguous(text: str) -> Unreadable:
    whole = text.replace(".", "")
    return Unreadable(
        "value_ambiguous", found=text, words=in_words(int(whole)), plain=whole, decimal=text.replace(".", ",")
    )


def _date(text: str) -> str:
    try:
        if found := _DAY.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable("value_not_date", found=text[:60]) from None


_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(value: int) -> str:
    """A number from 1 to 999.999 in Vietnamese words.

    >>> in_words(1234), in_words(21_015), in_words(105_000)
    ('một nghìn hai trăm ba mươi tư', 'hai mươi mốt nghìn không trăm mười lăm', 'một trăm linh năm nghìn')
    """
    thousands, rest = divmod(value, 1000)
    parts = [f"{_hundreds(thousands, full=False)} nghìn"] if thousands else []
    if rest:
        parts.append(_hundreds(rest, full=bool(thousands)))
    return " ".join(parts)


def _hundreds(value: int, *, full: bool) -> str:
    hundreds, below = divmod(value, 100)
    tens, units = divmod(below, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or full else []
    if tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    elif tens == 1:
        words.append("mười")
    elif units and words:
        words.append("linh")
    if units:
        words.append(_unit(tens, units))
    return " ".join(words)


def _unit(tens: int, units: int) -> str:
    if units == 5 and tens:
        return "lăm"
    if tens > 1 and units in (1, 4):
        return "mốt" if units == 1 else "tư"
    return _DIGITS[units]
