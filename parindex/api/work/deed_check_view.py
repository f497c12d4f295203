"""The page before a deed that cannot be undone: what it touches, what looks wrong, what has to be typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import msgspec

from parindex.api.shared.page import Page, url
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.audit.confirmation import CheckNumber, CheckSentence, CheckValue, DeedCheck, OddLine
from parindex.errors import Refused
from parindex.text import N_, Language, date_text, moment, number, translator

NAMED: Final = 12
"""Names that a list shows; it counts the others."""

MORE: Final = N_("và %(n)s đơn vị khác")


class CheckField(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has to be typed before the deed."""

    name: str
    """Of the form."""

    label: str
    """A message id; on the page in the reader's language."""

    kind: str = "text"
    """``text``, ``date``, ``textarea`` or ``choice``."""

    hint: str = ""
    """A message id; empty for none."""

    options: tuple[FieldOption, ...] = ()
    """Of a ``choice``."""

    value: str = ""
    """What stands in it."""

    error: str = ""
    """What is wrong with it; empty for nothing."""


class DeedFrame(msgspec.Struct, frozen=True, kw_only=True):
    """Where a deed is asked for and what its form holds."""

    path: str
    """Where the form goes; the page stands there too."""

    back: str
    """Where one goes who does not do it."""

    fields: tuple[CheckField, ...] = ()
    """What has to be typed."""

    heading: str = ""
    """Above the fields, a message id."""

    danger: bool = False
    """Whether it destroys or hides something."""


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the deed touches, counted."""

    value: str
    """How many, or when."""

    what: str
    """Of what."""

    then: str
    """What becomes of it; empty where nothing does."""

    names: str
    """Whose it is; empty where no list is needed."""


class LineTold(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks wrong."""

    id: str
    """Of its tick."""

    text: str
    """What it is."""

    href: str
    """Where it is looked at and mended; empty where it is typed here."""

    ticked: bool
    """Whether it was confirmed."""

    error: str
    """That it was not confirmed; empty where it was, or nobody asked yet."""


class DeedCheckPage(Page, frozen=True, kw_only=True):
    """Before a deed that cannot be undone."""

    template: ClassVar[str] = "work/deed_check.html"

    title: str
    """What is done."""

    about: str
    """To what."""

    headline: str
    """What to know first."""

    problem: RefusalTold | None
    """Why it was not done."""

    faults: tuple[FieldFault, ...]
    """What is wrong with the form, each with where."""

    impossible: tuple[LineTold, ...]
    """What refuses the deed."""

    surprising: tuple[LineTold, ...]
    """What has to be confirmed."""

    numbers: tuple[CheckRow, ...]
    """What it touches."""

    lasting: tuple[str, ...]
    """What cannot be undone."""

    fields: tuple[CheckField, ...]
    """What has to be typed."""

    heading: str
    """Above the fields."""

    action: str
    """Where the form goes."""

    back: str
    """Where one goes who does not do it."""

    danger: bool
    """Whether it destroys or hides something."""

    shown: str
    """Digest of what is shown."""


def deed_check_page(
    check: DeedCheck,
    frame: DeedFrame,
    lang: Language,
    zone: ZoneInfo,
    *,
    typed: Mapping[str, str],
    confirmed: Collection[str],
    refused: Refused | None,
) -> DeedCheckPage:
    """The page before a deed.

    Args:
        check: What is shown.
        frame: Where it is asked for.
        lang: The reader's language.
        zone: The tenant's time.
        typed: What a refused form held.
        confirmed: Keys of the lines that it confirmed.
        refused: Why it was refused.
    """
    _ = translator(lang)
    told = told_by_field(refused.fields, lang) if refused else {}
    fields = tuple(_field(one, typed, told, lang) for one in frame.fields)
    lines = {line.key: _told(line, lang, zone, confirmed, told) for line in (*check.lines, *check.typed)}
    labels = {one.name: one.label for one in fields}
    places = [*(line.key for line in check.surprising), *(one.name for one in fields)]
    return DeedCheckPage(
        title=sentence(check.title, lang, zone),
        about=sentence(check.about, lang, zone),
        headline=sentence(check.headline, lang, zone),
        problem=refusal_told(refused, lang) if refused else None,
        faults=faults({place: _fault(lines, place, told) for place in places if place in told}, lang, labels),
        impossible=tuple(lines[line.key] for line in check.impossible),
        surprising=tuple(lines[line.key] for line in check.surprising),
        numbers=tuple(check_row(one, lang, zone) for one in check.numbers),
        lasting=tuple(sentence(one, lang, zone) for one in check.lasting),
        fields=fields,
        heading=_(frame.heading) if frame.heading else "",
        action=url(frame.path),
        back=url(frame.back),
        danger=frame.danger,
        shown=check.digest,
    )


def sentence(told: CheckSentence, lang: Language, zone: ZoneInfo) -> str:
    """A sentence in the reader's language."""
    values = {name: value_text(value, lang, zone) for name, value in told.values.items()}
    return translator(lang)(told.message, **values)


def value_text(value: CheckValue, lang: Language, zone: ZoneInfo) -> str:
    """A value in a sentence or a table; a long list of names is cut, and says by how many.

    Names of roles and states are messages; other names have no translation and stay as they are.
    """
    match value:
        case datetime():
            return moment(value, lang, zone)
        case date():
            return date_text(value, lang)
        case tuple():
            return names_text(value, lang)
        case str():
            return translator(lang)(value)
    return number(value, None if isinstance(value, int) else _places(value), lang)


def names_text(names: Sequence[str], lang: Language) -> str:
    """Names in a row; beyond a dozen only their number."""
    _ = translator(lang)
    shown = [_(name) for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(_(MORE, n=len(names) - NAMED))
    return ", ".join(shown)


def _places(value: Decimal | None) -> int | None:
    """Points stand with two places at least; percents as they were cut."""
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    return 2 if isinstance(exponent, int) and exponent <= -2 else None


def _field(one: CheckField, typed: Mapping[str, str], told: Mapping[str, str], lang: Language) -> CheckField:
    _ = translator(lang)
    return msgspec.structs.replace(
        one, label=_(one.label), hint=_(one.hint) if one.hint else "", value=typed.get(one.name, one.value),
        error=told.get(one.name, ""),
    )  # fmt: skip


def _told(
    line: OddLine, lang: Language, zone: ZoneInfo, confirmed: Collection[str], told: Mapping[str, str]
) -> LineTold:
    return LineTold(
        id=line.key, text=sentence(line.told, lang, zone), href=url(line.href) if line.href else "",
        ticked=line.key in confirmed, error=told.get(line.key, ""),
    )  # fmt: skip


def _fault(lines: Mapping[str, LineTold], place: str, told: Mapping[str, str]) -> str:
    """In the summary a line is named by what it says."""
    return lines[place].text if place in lines else told[place]


def check_row(one: CheckNumber, lang: Language, zone: ZoneInfo) -> CheckRow:
    """A number of a check as a row of its table."""
    return CheckRow(
        value=value_text(one.value, lang, zone),
        what=sentence(one.what, lang, zone),
        then=sentence(one.then, lang, zone) if one.then else "",
        names=names_text(one.names, lang),
    )
