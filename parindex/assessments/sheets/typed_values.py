"""What people declare, read by its type in the criteria set into the one canonical text that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex import scoring
from parindex.assessments.criteria.published_sets import Field, Published, judged
from parindex.assessments.model import Declaration
from parindex.errors import FieldError
from parindex.reading import dates, numbers
from parindex.reading.complaint import Complaint
from parindex.reading.text import LONGEST_TOLD, MINUS, nfc, paragraphs, yes_or_no
from parindex.scoring import Input, RefusedValue
from parindex.text import number

LONGEST_EXPLANATION: Final = 20_000
JUDGED_PLACES: Final = 4


def read(asked: Input, typed: str) -> str | None:
    """The canonical text of what was typed for an input; ``None`` for nothing.

    Raises:
        Complaint: not of the type, or readable in two ways.
    """
    text = nfc(typed)
    if not text:
        return None
    if asked.type == "boolean":
        return "true" if yes_or_no(text) else "false"
    if asked.type == "count":
        return str(numbers.whole(text))
    if asked.type in ("decimal", "percent"):
        return f"{_number(asked, text):f}"
    if asked.type == "date":
        return dates.day(text).isoformat()
    if asked.type == "choice" and text not in asked.options:
        raise Complaint("value_not_option", found=text[:LONGEST_TOLD])
    return text


def _number(asked: Input, text: str) -> Decimal:
    if asked.type == "percent":
        return numbers.decimal(text.removesuffix("%"), most=asked.most or Decimal(100))
    return numbers.decimal(text)


def read_points(typed: str, most: Decimal) -> Decimal | None:
    """Points typed for a judgement or a decision: 0…max, at most four places; ``None`` for nothing.

    Raises:
        Complaint: not a number, readable in two ways, or out of range.
    """
    text = nfc(typed)
    if not text:
        return None
    points = numbers.decimal(text, most=most)
    if not 0 <= points <= most or -int(points.as_tuple().exponent) > JUDGED_PLACES:
        raise Complaint("points_out_of_range", max=number(most))
    return points


def field_names(published: Published, code: str) -> list[str]:
    """The fields of the form that declares a leaf."""
    published.leaf(code)
    facts = [f"fact:{asked.name}" for asked in published.fields[code]]
    versions = [f"version:{asked.name}" for asked in published.fields[code] if asked.shared]
    return [*facts, *versions, "judged", "inapplicable", "explanation", "row_version"]


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
        except Complaint as refused:
            errors.append(FieldError(field=f"fact:{asked.name}", code=refused.code, values=dict(refused.told)))
            continue
        if text is not None:
            facts[asked.name] = text
    if judged(place):
        try:
            points = read_points(form.get("judged", ""), place.node.max)
        except Complaint as refused:
            errors.append(FieldError(field="judged", code=refused.code, values=dict(refused.told)))
        else:
            if points is not None:
                facts[f"{code}.judged"] = scoring.write_value(points)
    explanation = paragraphs(form.get("explanation", ""))
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
        Complaint: not of the type, out of its range, or readable in two ways.
    """
    text = read(asked.input, typed)
    if text is None:
        return None
    try:
        value = scoring.parse_value(published.criteria_set, asked.name, text)
        if isinstance(value, date):
            scoring.ask_far_day(published.criteria_set, value)
        return scoring.write_value(value)
    except RefusedValue as refused:
        raise _told(asked.input, nfc(typed)[:LONGEST_TOLD], refused) from None


def version(text: str) -> int:
    """The version that a form names; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def version_of(form: Mapping[str, str], name: str, now: int) -> int:
    """The version that what was typed was made from, so that nothing later is overwritten unseen; ``now`` for none."""
    return version(form[name]) if form.get(name) else now


def _told(asked: Input, typed: str, refused: RefusedValue) -> Complaint:
    if refused.code == "date_far":
        return Complaint("value_date_far", found=typed, least=refused.values["least"], most=refused.values["most"])
    if typed.startswith(("-", MINUS)):
        return Complaint("value_negative", found=typed)
    if asked.type == "percent":
        return Complaint("value_too_large", found=typed, most=number(asked.most or Decimal(100)))
    if asked.type == "count":
        return Complaint("value_not_whole", found=typed)
    if asked.type == "decimal" and len(typed.partition(",")[2] or typed.partition(".")[2]) > 12:
        return Complaint("value_too_long", found=typed, places=12)
    return Complaint("value_not_number", found=typed)
