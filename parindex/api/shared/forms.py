"""A posted form as a frozen Struct: every field read by its type, every fault told by its field.

A form is declared once::

    class ReturnForm(msgspec.Struct, frozen=True, kw_only=True):
        \"\"\"Why a year is sent back.\"\"\"

        reason: Annotated[str, msgspec.Meta(max_length=2000)]
        \"\"\"The secretary reads it.\"\"\"

and read by ``await read_form(request, ReturnForm)``. The types of fields: ``str``, ``Line``, ``Verbatim``, ``bool`` (a
box that is ticked), ``int``, ``Decimal``, ``UUID``, ``date``, ``Literal[…]``; each may be optional, and
``tuple[…, ...]`` takes every value of its name. ``msgspec.Meta`` gives limits, ``msgspec.field(name=…)`` another name,
``ToldBy`` other codes. Fields that nobody declared are passed over. A sheet's fields differ from leaf to leaf:
``read_named`` reads those that are named.
"""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from litestar import Request

from parindex.errors import FieldError, Refused
from parindex.reading import dates, numbers
from parindex.reading.complaint import Complaint
from parindex.reading.text import LONGEST_TOLD, keepable, nfc, one_line, paragraphs

Form = TypeVar("Form", bound=msgspec.Struct)

Line: TypeAlias = Annotated[str, "one line"]
"""Text of one line: inner runs of blanks are one, what nobody sees is left out."""

Verbatim: TypeAlias = Annotated[str, "verbatim"]
"""Text that stays as it was typed, such as a password."""

Posted: TypeAlias = Mapping[str, Sequence[str]]
"""What was sent: every value of every name."""


class ToldBy(msgspec.Struct, frozen=True, kw_only=True):
    """By which codes of the catalogue a field's faults are told, where others say it better."""

    missing: str = "field_empty"
    """Nothing was typed or chosen."""

    wrong: str | None = None
    """Not of the type; ``None``: what its reading says."""


class RefusedForm(Refused):
    """A form that cannot be taken: a fault for each field, and what was typed, to draw the form again."""

    def __init__(self, faults: Sequence[FieldError], typed: Mapping[str, str]) -> None:
        super().__init__("invalid_fields", fields=tuple(faults))
        self.typed = typed


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a form."""

    attribute: str
    """Its name in the Struct."""

    name: str
    """Its name in the form."""

    read: Callable[[str], object]
    """From what was typed to its value."""

    told_by: ToldBy
    """Codes of its faults."""

    many: bool
    """Whether every value of its name is taken."""

    needed: bool
    """Whether nothing typed is a fault; else its default holds, or ``None``."""

    absent: object
    """What holds where nothing was typed."""


async def read_form(request: Request[Any, Any, Any], form: type[Form]) -> Form:
    """The form that was posted.

    Raises:
        RefusedForm: with a fault for each field that cannot be taken.
        Refused: ``bad_request`` for what no page of ours sends.
    """
    return read_fields(await posted(request), form)


async def read_named(request: Request[Any, Any, Any], names: Iterable[str]) -> dict[str, str]:
    """What was typed into some fields, as it was typed; ``""`` for those that were not sent.

    Raises:
        Refused: ``bad_request`` for what no page of ours sends.
    """
    given = await posted(request)
    return {name: _single(given, name) for name in names}


async def typed(request: Request[Any, Any, Any], form: type[msgspec.Struct]) -> dict[str, str]:
    """What was typed into the fields of a form, by name, to draw it again."""
    return typed_into(await posted(request), form)


async def posted(request: Request[Any, Any, Any]) -> Posted:
    """What was sent, read once a request.

    Raises:
        Refused: ``bad_request`` for words that are no UTF-8 and for a file where none is expected.
    """
    try:
        sent = await request.form()
    except (UnicodeDecodeError, LookupError):
        raise Refused("bad_request") from None
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in sent.multi_items():
        if not isinstance(value, str):
            raise Refused("bad_request")
        given[name].append(value)
    return given


def read_fields(given: Posted, form: type[Form]) -> Form:
    """A form from what was sent; what :func:`read_form` raises."""
    values: dict[str, object] = {}
    faults: list[FieldError] = []
    for field in declared(form):
        try:
            values[field.attribute] = _read(field, given)
        except Complaint as complaint:
            faults.append(FieldError(field=field.name, code=complaint.code, values=dict(complaint.told)))
    if faults:
        raise RefusedForm(faults, typed_into(given, form))
    return form(**values)


def typed_into(given: Posted, form: type[msgspec.Struct]) -> dict[str, str]:
    """The first value of every declared field, as it was typed."""
    return {field.name: next(iter(given.get(field.name, ())), "") for field in declared(form)}


@cache
def declared(form: type[msgspec.Struct]) -> tuple[Declared, ...]:
    """The fields of a form."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(_declared(field, hints[field.name]) for field in msgspec.structs.fields(form))


def _declared(field: msgspec.structs.FieldInfo, hint: Any) -> Declared:
    kind, marks, optional = _taken_apart(hint)
    many = get_origin(kind) is tuple
    if many:
        kind, inner, _ = _taken_apart(get_args(kind)[0])
        marks = (*inner, *marks)
    has_default = field.default is not msgspec.NODEFAULT
    absent = field.default if has_default else () if many else False if kind is bool else None
    return Declared(
        attribute=field.name,
        name=field.encode_name,
        read=_reader(kind, marks),
        told_by=next((mark for mark in marks if isinstance(mark, ToldBy)), ToldBy()),
        many=many,
        needed=not (has_default or optional or many or kind is bool),
        absent=absent,
    )


def _taken_apart(hint: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """A type without its marks, the marks, and whether ``None`` is one of its values."""
    marks: tuple[Any, ...] = ()
    optional = False
    while get_origin(hint) in (Annotated, Union, types.UnionType):
        if get_origin(hint) is Annotated:
            hint, *found = get_args(hint)
            marks = (*found, *marks)
        else:
            optional = True
            (hint,) = (kind for kind in get_args(hint) if kind is not types.NoneType)
    return hint, marks, optional


def _reader(kind: Any, marks: Sequence[Any]) -> Callable[[str], object]:
    """How a type is read, with the limits that stand beside it."""
    limits = next((mark for mark in marks if isinstance(mark, msgspec.Meta)), None)
    if get_origin(kind) is Literal:
        options = {str(option): option for option in get_args(kind)}
        return lambda text: _option(options, text)
    if kind is str:
        form_of = _verbatim if "verbatim" in marks else one_line if "one line" in marks else paragraphs
        most = limits.max_length if limits else None
        return lambda text: _no_longer(form_of(text), most)
    if kind in (int, Decimal):
        return lambda text: _within(numbers.whole(text) if kind is int else _decimal(text, limits), limits)
    return _READERS[kind]


def _read(field: Declared, given: Posted) -> object:
    if field.many:
        sent = given.get(field.name, ())
        if not all(keepable(text) for text in sent):
            raise Refused("bad_request")
        return tuple(_value(field, text) for text in sent if nfc(text)) or field.absent
    text = _single(given, field.name)
    if nfc(text):
        return _value(field, text)
    if field.needed:
        raise Complaint(field.told_by.missing)
    return field.absent


def _value(field: Declared, text: str) -> object:
    try:
        return field.read(text)
    except Complaint as complaint:
        if field.told_by.wrong is not None:
            raise Complaint(field.told_by.wrong) from None
        raise complaint from None


def _single(given: Posted, name: str) -> str:
    """The value of a name that may come once: no page of ours sends it twice, or with a NUL."""
    sent = given.get(name, ())
    if len(sent) > 1 or not all(keepable(text) for text in sent):
        raise Refused("bad_request")
    return sent[0] if sent else ""


def _verbatim(text: str) -> str:
    return text


def _option(options: Mapping[str, object], text: str) -> object:
    if nfc(text) not in options:
        raise Complaint("choice_unknown", found=nfc(text)[:LONGEST_TOLD])
    return options[nfc(text)]


def _no_longer(text: str, most: int | None) -> str:
    if most is not None and len(text) > most:
        raise Complaint("field_too_long", limit=most)
    return text


def _decimal(text: str, limits: msgspec.Meta | None) -> Decimal:
    """A number; a reading of it above the limit is none."""
    most = limits.le if limits else None
    return numbers.decimal(text, most=None if most is None else Decimal(str(most)))


def _within(value: int | Decimal, limits: msgspec.Meta | None) -> int | Decimal:
    least, most = (limits.ge, limits.le) if limits else (None, None)
    if (least is not None and value < least) or (most is not None and value > most):
        raise Complaint("number_out_of_range", least=least, most=most)
    return value


def _uuid(text: str) -> UUID:
    try:
        return UUID(nfc(text))
    except ValueError:
        raise Complaint("choice_unknown", found=nfc(text)[:LONGEST_TOLD]) from None


_READERS: Final[Mapping[Any, Callable[[str], object]]] = {
    UUID: _uuid,
    date: dates.day,
    bool: lambda text: nfc(text) == "true",
}
