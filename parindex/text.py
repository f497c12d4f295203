"""Words and numbers for people: gettext catalogues, CLDR formats, Vietnamese order and folding.

The message id is the Vietnamese sentence, so the source reads as the page does; English is the
translation. Nothing here touches the world except reading the catalogues below ``frontend_templates/locale``.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from gettext import GNUTranslations, NullTranslations
from typing import Any, Final, Literal, Protocol
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from parindex.messages import CONTEXT_END, N_, NC_, without_context
from parindex.places import data_folder

__all__ = ["NC_", "N_"]

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
TIME_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MINUS: Final = "\N{MINUS SIGN}"
UNKNOWN: Final = "–"

_WIDE: Final = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP)
"""Keeps every digit: a declared number may have more than the 28 of the default context."""


def language(tag: str | None) -> Language:
    """The language served for a tag such as ``en_US.UTF-8``; Vietnamese for anything else."""
    return "en" if tag and tag.lower().startswith("en") else "vi"


@cache
def catalogue(lang: Language) -> NullTranslations:
    """The translations of one language, compiled in memory from its ``.po`` file; Vietnamese is its own id."""
    source = data_folder("frontend_templates") / "locale" / lang / "LC_MESSAGES" / "messages.po"
    if lang == "vi" or not source.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def translator(lang: Language) -> Callable[..., str]:
    """A function ``_(message, **values)`` for one language.

    >>> translator("vi")("Còn %(n)s ngày", n=6)
    'Còn 6 ngày'
    """
    look_up = catalogue(lang).gettext

    def translate(message: str, /, **values: object) -> str:
        text = look_up(message)
        if CONTEXT_END in text:
            text = without_context(text)
        return text % values if values else text

    return translate


class Words(Protocol):
    """A text of a criteria set or of a questionnaire."""

    @property
    def vi(self) -> str:
        """Vietnamese."""

    @property
    def en(self) -> str | None:
        """English, where somebody wrote it."""


class Vietnamese(str):
    """Words that an English page has in Vietnamese only; HTML says so to whoever reads it aloud."""

    __slots__ = ()

    def __html__(self) -> str:
        """Marked with their language."""
        return f'<span lang="vi">{escape(str(self))}</span>'


def words(text: Words, lang: Language) -> str:
    """A text on a page in a language."""
    if lang == "vi":
        return text.vi
    return text.en or Vietnamese(text.vi)


def untagged(content: str) -> Markup:
    """HTML where no element may stand, such as a page's title: without the marks of `Vietnamese`."""
    return Markup(content.replace('<span lang="vi">', "").replace("</span>", ""))  # noqa: S704 - escaped before


def ratio(value: Fraction, lang: Language = "vi") -> str:
    """A positive rational number as a whole and what is left.

    >>> ratio(Fraction(6)), ratio(Fraction(201, 31)), ratio(Fraction(1, 31)), ratio(Fraction(1250000))
    ('6', '6 15/31', '1/31', '1.250.000')
    """
    whole, rest = divmod(value.numerator, value.denominator)
    told = [number(whole, 0, lang)] if whole or not rest else []
    return " ".join([*told, f"{rest}/{value.denominator}"] if rest else told)


def number(value: Decimal | float | int | None, places: int | None = None, lang: Language = "vi") -> str:
    """A number with CLDR separators; ``None`` is an en dash, never 0.

    Args:
        value: Decimals round half up; a float is printed from its shortest text.
        places: Digits after the separator; ``None`` keeps what the value has.
        lang: Vietnamese writes ``1.234,56``, English ``1,234.56``.

    >>> number(Decimal("1234.565"), 2), number(Decimal("-0.5"), 1), number(None)
    ('1.234,57', '−0,5', '–')
    """
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return UNKNOWN
    if places is not None:
        exact = _WIDE.quantize(exact, Decimal((0, (1,), -places)))
    elif exact == exact.to_integral_value():
        exact = _WIDE.quantize(exact, Decimal(1))
    else:
        exact = _WIDE.normalize(exact)
    plain = f"{exact.copy_abs():,f}"
    if lang == "vi":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return (MINUS if exact < 0 else "") + plain


def signed(value: Decimal | float | int | None, places: int | None = None, lang: Language = "vi") -> str:
    """A change with its sign: ``+1,26``, ``−0,22``; no sign on zero."""
    plain = number(value, places, lang)
    zero = plain.strip("0.,") == ""
    return plain if value is None or value <= 0 or zero else "+" + plain


def percent(value: Decimal | float | int | None, places: int = 2, lang: Language = "vi") -> str:
    """A value already in percent: ``84,38%`` without a space."""
    return UNKNOWN if value is None else number(value, places, lang) + "%"


def local_day(value: date | datetime, zone: ZoneInfo = TIME_ZONE) -> date:
    """The day of a moment in the tenant's time; a day stays as it is."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def date_text(value: date | datetime | None, lang: Language = "vi") -> str:
    """``21/11/2026`` in both languages of the house: day first, as Vietnamese papers write it."""
    del lang
    return UNKNOWN if value is None else f"{local_day(value):%d/%m/%Y}"


def moment(value: datetime | None, lang: Language = "vi", zone: ZoneInfo = TIME_ZONE) -> str:
    """``17:00 ngày 20/01/2027`` in the tenant's time."""
    if value is None:
        return UNKNOWN
    local = value.astimezone(zone)
    return translator(lang)(N_("%(clock)s ngày %(day)s"), clock=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}")


def day_month(value: date | datetime | None, zone: ZoneInfo = TIME_ZONE) -> str:
    """``20/01``: only where the year is plain from the cycle."""
    if value is None:
        return UNKNOWN
    return f"{local_day(value, zone):%d/%m}"


def clock(value: datetime | None, zone: ZoneInfo = TIME_ZONE) -> str:
    """``10:42`` in the tenant's time."""
    return UNKNOWN if value is None else f"{value.astimezone(zone):%H:%M}"


def file_size(size: int, lang: Language = "vi") -> str:
    """``2,4 MB``; units of a thousand, as file managers of officials show them."""
    amount = Decimal(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{number(amount, 0 if unit == 'B' else 1, lang)} {unit}"
        amount /= 1000
    return f"{number(amount, 1, lang)} GB"


def fold(value: str) -> str:
    """Lower case without marks, for search: ``Cải cách`` is found by ``cai cach``.

    >>> fold("Đặng Ấp Bắc")
    'dang ap bac'
    """
    decomposed = unicodedata.normalize("NFD", _one_stroke(value.casefold()).replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _one_stroke(folded: str) -> str:
    """The letters of other languages that look like đ are đ, also in what was stored before they were read so."""
    return folded.replace("\u00f0", "đ").replace("\u0256", "đ")


_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_MARKS: Final = {"\u0306", "\u0302", "\u031b"}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def sort_key(value: str) -> str:
    """A key that sorts in Vietnamese dictionary order by plain code points.

    Letters are compared first (a ă â … d đ … y), word by word; tones (none, huyền, hỏi, ngã, sắc, nặng)
    only after all letters. The key is text, so that the database can store it and sort under the C locale.

    >>> sorted(["Đà", "Da", "Ân", "An", "Ăn", "Dạ"], key=sort_key)
    ['An', 'Ăn', 'Ân', 'Da', 'Dạ', 'Đà']
    """
    letters: list[str] = []
    tones: list[str] = []
    for symbol in unicodedata.normalize("NFD", _one_stroke(value.casefold())):
        if symbol in _TONES:
            if tones:
                tones[-1] = str(_TONES[symbol])
        elif symbol in _LETTER_MARKS and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + symbol)
        else:
            letters.append(symbol)
            tones.append("0")
    return "".join(map(_letter_weight, letters)) + "\t" + "".join(tones)


@cache
def _letter_weight(letter: str) -> str:
    if letter.isspace():
        return " "
    place = _LETTERS.find(letter)
    return "~" + letter if place < 0 and not letter.isdigit() else letter if place < 0 else chr(0x41 + place)


def formatters(lang: Language) -> dict[str, Callable[..., Any]]:
    """The filters of the page templates, bound to one language."""
    return {
        "number": lambda value, places=None: number(value, places, lang),
        "signed": lambda value, places=2: signed(value, places, lang),
        "percent": lambda value, places=2: percent(value, places, lang),
        "date": lambda value: date_text(value, lang),
        "moment": lambda value: moment(value, lang),
        "day_month": day_month,
        "clock": clock,
        "bytes": lambda value: file_size(value, lang),
        "untagged": untagged,
    }
