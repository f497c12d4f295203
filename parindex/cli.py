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
from pathlib import Path
from types import ModuleType
from typing import Final

from parindex import __version__
from parindex.text import LANGUAGES, N_, Language, language, translator

COMMANDS: Final[Mapping[str, str]] = {
    "serve": N_("chạy hệ thống trên cơ sở dữ liệu đã cấu hình"),
    "work": N_("chạy riêng các việc nền"),
    "demo": N_("chạy thử với dữ liệu mẫu trên máy này"),
    "migrate": N_("nâng cấp cơ sở dữ liệu"),
    "load": N_("nhập đơn vị chủ trì, tài khoản, cơ quan, kỳ đánh giá và khảo sát"),
    "doctor": N_("kiểm tra cấu hình, cơ sở dữ liệu, nhật ký và các tệp đi kèm"),
    "criteria": N_("kiểm tra, so sánh, nhập, xuất bộ tiêu chí"),
    "score": N_("chấm điểm từ tệp số liệu"),
    "estimate": N_("ước lượng từ dữ liệu khảo sát"),
    "crosstab": N_("kiểm định hai câu hỏi có độc lập với nhau không"),
    "change": N_("thay đổi giữa hai năm khảo sát"),
    "weigh": N_("lập quyền số cho dữ liệu khảo sát"),
    "rank": N_("khoảng hạng từ các ước lượng"),
    "key": N_("tạo khóa ký của một đơn vị chủ trì"),
    "publish": N_("công bố một kỳ đánh giá"),
    "verify": N_("kiểm tra một ấn bản công bố"),
}
"""Every command with its line of help; one whose module is not there yet is not offered."""

WRITTEN: Final = ("out", "output")
"""Arguments that name what a command writes."""

_WORDS: Final[Mapping[str, str]] = {
    "description": N_("Chỉ số cải cách hành chính: từ tự đánh giá đến xếp hạng công bố, kiểm tra được."),
    "lang": N_("ngôn ngữ của thông báo (mặc định theo LANG)"),
    "interrupted": N_("Đã dừng theo yêu cầu."),
    "stopped": N_("Lệnh dừng giữa chừng: %(why)s."),
    "unexpected": N_("Lỗi ngoài dự kiến (%(error)s). Đặt PARINDEX_DEBUG=1 rồi chạy lại để xem chi tiết."),
    "absent": N_("Không có tệp %(path)s."),
    "no_lang": N_("parindex: lỗi: --lang cần vi hoặc en"),
    "version": N_("hiện phiên bản rồi thoát"),
    "command": N_("lệnh"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # Matrices here are small: threads of the linear algebra would wait for one another and take cores from pages.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    lang, rest = _language(given)
    if lang is None:
        print(_word("no_lang", _default_language()), file=sys.stderr)
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
    from parindex.commands.command_parser import speaking

    try:
        with speaking(lang):
            parsed = _parser(rest, lang).parse_args(rest)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    parsed.lang = lang
    try:
        exit_code: int = _module(parsed.command).run(parsed)
        if exit_code == 1 and (absent := _absent(parsed)):
            # There was nothing to judge in it, whatever was judged of the others.
            print(_word("absent", lang, path=absent), file=sys.stderr)
            exit_code = 2
        sys.stdout.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except (OSError, MemoryError) as error:
        if os.environ.get("PARINDEX_DEBUG"):
            raise
        print(_word("stopped", lang, why=_cause(error, lang)), file=sys.stderr)
        _forget_output()
        return 2
    except Exception as error:
        if os.environ.get("PARINDEX_DEBUG"):
            raise
        print(_word("unexpected", lang, error=f"{type(error).__name__}: {error}"), file=sys.stderr)
        _forget_output()
        return 2
    return exit_code


def _absent(parsed: argparse.Namespace) -> Path | None:
    """The first file that the command was told to read and that is not there."""
    for name, value in vars(parsed).items():
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path) and name not in WRITTEN and str(path) != "-" and not path.exists():
                return path
    return None


def _cause(error: OSError | MemoryError, lang: Language) -> str:
    from parindex.reading.causes import system_cause

    where = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
    return where + system_cause(error).text(translator(lang))


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
    return next((known for known in LANGUAGES if known == asked), None)


def _default_language() -> Language:
    return language(os.environ.get("LANG"))


def _word(key: str, lang: Language, **values: object) -> str:
    return translator(lang)(_WORDS[key], **values)


def _offered() -> list[str]:
    return [name for name in COMMANDS if importlib.util.find_spec(f"parindex.commands.{name}") is not None]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"parindex.commands.{name}")


def _parser(rest: list[str], lang: Language) -> argparse.ArgumentParser:
    """All commands by name; only the one that is called declares its arguments."""
    from parindex.commands.command_parser import CommandParser

    _ = translator(lang)
    parser = CommandParser(prog="parindex", description=_WORDS["description"], allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"parindex {__version__}", help=_WORDS["version"])
    parser.add_argument("--lang", choices=LANGUAGES, help=_WORDS["lang"])
    subparsers = parser.add_subparsers(dest="command", metavar=_word("command", lang), required=True)
    called = next((word for word in rest if not word.startswith("-")), None)
    for name in _offered():
        if name == called:
            _module(name).add(subparsers)
            subparsers.choices[name].description = COMMANDS[name]
        else:
            subparsers.add_parser(name, add_help=False)
    parser.epilog = "\n".join(f"  {name:<10} {_(COMMANDS[name])}" for name in _offered())
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
