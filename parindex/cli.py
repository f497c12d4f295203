"""The command line: ``parindex <command>``, each command a module that is imported only when it is called.

Exit codes: 0 done; 1 the input was judged and failed; 2 wrong usage or unreadable input. Nothing is written
to standard output when the exit is not 0, and no failure shows a traceback.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Final, Literal

from parindex import __version__

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "serve": ("chạy hệ thống trên cơ sở dữ liệu đã cấu hình", "serve the platform on the configured database"),
    "demo": ("chạy thử với dữ liệu mẫu trên máy này", "serve sample data on this machine"),
    "migrate": ("nâng cấp cơ sở dữ liệu", "bring the database up to date"),
    "load": (
        "nhập đơn vị chủ trì, tài khoản, cơ quan, kỳ đánh giá và khảo sát",
        "enter a tenant, accounts, agencies, a cycle and its survey",
    ),
    "doctor": ("kiểm tra cấu hình, cơ sở dữ liệu và nhật ký", "check settings, database and the audit record"),
    "criteria": ("kiểm tra bộ tiêu chí", "check criteria sets"),
    "score": ("chấm điểm từ tệp số liệu", "score agencies from a file of facts"),
    "estimate": ("ước lượng từ dữ liệu khảo sát", "estimate from survey data"),
    "weigh": ("lập quyền số cho dữ liệu khảo sát", "weigh survey data"),
    "rank": ("khoảng hạng từ các ước lượng", "rank sets from estimates"),
    "publish": ("công bố một kỳ đánh giá", "publish a cycle"),
    "verify": ("kiểm tra một ấn bản công bố", "verify a published edition"),
}
"""Every command with its line of help; one whose module is not there yet is not offered."""

Language = Literal["vi", "en"]

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "description": (
        "Chỉ số cải cách hành chính: từ tự đánh giá đến xếp hạng công bố, kiểm tra được.",
        "A public administration reform index, from self-assessment to a published, checkable ranking.",
    ),
    "lang": ("ngôn ngữ của thông báo (mặc định theo LANG)", "language of messages (default: LANG, else vi)"),
    "interrupted": ("Đã dừng theo yêu cầu.", "Stopped on request."),
    "unexpected": (
        "Lỗi ngoài dự kiến (%(error)s). Đặt PARINDEX_DEBUG=1 rồi chạy lại để xem chi tiết.",
        "Unexpected failure (%(error)s). Set PARINDEX_DEBUG=1 and run again for details.",
    ),
    "no_lang": ("--lang cần vi hoặc en", "--lang takes vi or en"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # Matrices here are small: threads of the linear algebra would wait for one another and take cores from pages.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    lang, rest = _language(given)
    if lang is None:
        print("parindex: error: " + _word("no_lang", _default_language()), file=sys.stderr)
        return 2
    try:
        return _run(rest, lang)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        _forget_output()
        return 0
    except KeyboardInterrupt:
        print(_word("interrupted", lang), file=sys.stderr)
        return 130


def _run(rest: list[str], lang: Language) -> int:
    try:
        parsed = _parser(rest, lang).parse_args(rest)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    parsed.lang = lang
    try:
        exit_code: int = _module(parsed.command).run(parsed)
        sys.stdout.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except Exception as error:
        if os.environ.get("PARINDEX_DEBUG"):
            raise
        print(_word("unexpected", lang) % {"error": f"{type(error).__name__}: {error}"}, file=sys.stderr)
        _forget_output()
        return 2
    return exit_code


def _forget_output() -> None:
    """What is still in the buffer has nowhere to go: keep the interpreter from saying so at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - lives as long as the process


def _language(given: list[str]) -> tuple[Language | None, list[str]]:
    """`--lang` may stand before or after the command; the language and the other arguments."""
    rest: list[str] = []
    asked: str | None = None
    words = iter(given)
    for word in words:
        if word == "--":
            return _known(asked), [*rest, word, *words]
        if word == "--lang":
            asked = next(words, "")
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        else:
            rest.append(word)
    return _known(asked), rest


def _known(asked: str | None) -> Language | None:
    if asked is None:
        return _default_language()
    return "vi" if asked == "vi" else "en" if asked == "en" else None


def _default_language() -> Language:
    return "en" if os.environ.get("LANG", "").lower().startswith("en") else "vi"


def _word(key: str, lang: Language) -> str:
    return _WORDS[key][0 if lang == "vi" else 1]


def _offered() -> list[str]:
    return [name for name in COMMANDS if importlib.util.find_spec(f"parindex.commands.{name}") is not None]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"parindex.commands.{name}")


def _parser(rest: list[str], lang: Language) -> argparse.ArgumentParser:
    """All commands by name; only the one that is called declares its arguments."""
    parser = argparse.ArgumentParser(prog="parindex", description=_word("description", lang), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"parindex {__version__}")
    parser.add_argument("--lang", choices=("vi", "en"), help=_word("lang", lang))
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    called = next((word for word in rest if not word.startswith("-")), None)
    for name in _offered():
        if name == called:
            _module(name).add(subparsers)
        else:
            subparsers.add_parser(name, add_help=False)
    parser.epilog = "\n".join(f"  {name:<10} {COMMANDS[name][0 if lang == 'vi' else 1]}" for name in _offered())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
