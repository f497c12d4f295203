"""The parser of the command line, which speaks the reader's language in every line: its own and those of ``argparse``.

``argparse`` looks its lines up by names that it took from gettext when it was imported, and knows no language but
that of the environment; while a command line is read, those names are lent to it in the language that was asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from parindex.text import N_, Language, number, translator

SPOKEN: Final[dict[str, str]] = {
    "usage: ": N_("cách dùng: "),
    "positional arguments": N_("tham số"),
    "options": N_("tùy chọn"),
    "subcommands": N_("các lệnh"),
    "%(heading)s:": "%(heading)s:",
    "show this help message and exit": N_("hiện hướng dẫn này rồi thoát"),
    "show program's version number and exit": N_("hiện phiên bản rồi thoát"),
    " (default: %(default)s)": N_(" (mặc định: %(default)s)"),
    "%(prog)s: error: %(message)s\n": N_("%(prog)s: lỗi: %(message)s\n"),
    "%(prog)s: warning: %(message)s\n": N_("%(prog)s: lưu ý: %(message)s\n"),
    "argument %(argument_name)s: %(message)s": N_("tham số %(argument_name)s: %(message)s"),
    "the following arguments are required: %s": N_("còn thiếu tham số: %s"),
    "one of the arguments %s is required": N_("cần một trong các tham số: %s"),
    "unrecognized arguments: %s": N_("không có tham số: %s"),
    "unexpected option string: %s": N_("không có tùy chọn: %s"),
    "ambiguous option: %(option)s could match %(matches)s": N_("%(option)s có thể là nhiều tùy chọn: %(matches)s"),
    "not allowed with argument %s": N_("không dùng cùng %s"),
    "ignored explicit argument %r": N_("tùy chọn này không nhận giá trị %r"),
    "expected one argument": N_("cần một giá trị"),
    "expected at most one argument": N_("nhận nhiều nhất một giá trị"),
    "expected at least one argument": N_("cần ít nhất một giá trị"),
    "expected %s argument": N_("cần %s giá trị"),
    "expected %s arguments": N_("cần đủ %s giá trị"),
    "invalid %(type)s value: %(value)r": N_("không dùng được giá trị %(value)r"),
    "invalid choice: %(value)r (choose from %(choices)s)": N_("không có %(value)r; chọn một trong: %(choices)s"),
    "unknown parser %(parser_name)r (choices: %(choices)s)": N_(
        "không có %(parser_name)r; chọn một trong: %(choices)s"
    ),
    "can't open '%(filename)s': %(error)s": N_("không mở được tệp '%(filename)s'"),
    "argument '%(argument_name)s' is deprecated": N_("tham số '%(argument_name)s' sẽ bị bỏ"),
    "command '%(parser_name)s' is deprecated": N_("lệnh '%(parser_name)s' sẽ bị bỏ"),
    "option '%(option)s' is deprecated": N_("tùy chọn '%(option)s' sẽ bị bỏ"),
}
"""Lines of ``argparse`` that a user may see, and how they are said in Vietnamese."""

YEARS_END: Final = 10_000
"""Up to here numbers may be years."""

_LANGUAGE: ContextVar[Language] = ContextVar("language of the command line", default="vi")


@contextmanager
def speaking(lang: Language) -> Iterator[None]:
    """While a parser is made and used: in this language."""
    translate = translator(lang)

    def said(line: str) -> str:
        return translate(SPOKEN[line]) if line in SPOKEN else line

    def said_of(one: str, many: str, count: int) -> str:
        return said(one if count == 1 else many)

    kept = {name: getattr(argparse, name) for name in ("_", "ngettext")}
    asked = _LANGUAGE.set(lang)
    try:
        for name, ours in zip(kept, (said, said_of), strict=True):
            setattr(argparse, name, ours)
        yield
    finally:
        _LANGUAGE.reset(asked)
        for name, theirs in kept.items():
            setattr(argparse, name, theirs)


def worded(message: str, /, **values: object) -> str:
    """A sentence of ours in the language of the command line that is being read."""
    return translator(_LANGUAGE.get())(message, **values)


class _Lines(argparse.RawDescriptionHelpFormatter):
    """Writes help: what the commands say about their arguments are messages."""

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and worded(heading))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and worded(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and worded(action.help)


class CommandParser(argparse.ArgumentParser):
    """Every parser of the command line; those of commands and of their actions are made by it."""

    def __init__(self, *names: Any, **settings: Any) -> None:
        super().__init__(*names, **{"formatter_class": _Lines, **settings})


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """The type of an option that takes a whole number between two others, the ends included."""

    def read(text: str) -> int:
        if text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        told = N_("“%(found)s” không dùng được; cần một số nguyên từ %(least)s đến %(most)s")
        raise argparse.ArgumentTypeError(worded(told, found=text, least=_grouped(least), most=_grouped(most)))

    return read


def _grouped(bound: int) -> str:
    """A bound as people write it: years stand without a separator."""
    return str(bound) if bound < YEARS_END else number(bound, None, _LANGUAGE.get())
