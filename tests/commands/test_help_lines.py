"""The lines of the command line's own parsers come in the language that was asked for, of every command."""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parindex.cli import COMMANDS, main
from parindex.commands.command_parser import SPOKEN, CommandParser, speaking
from parindex.text import Language, translator

FOR_PROGRAMMERS = {
    "%r is not callable",
    "'required' is an invalid argument for positionals",
    ".__call__() not defined",
    'argument "-" with mode %r',
    "cannot have multiple subparser arguments",
    "cannot merge actions - two groups are named %r",
    "conflicting option string: %s",
    "conflicting option strings: %s",
    "conflicting subparser alias: %s",
    "conflicting subparser: %s",
    "dest= is required for options like %r",
    "description",
    "invalid conflict_resolution value: %r",
    "invalid option string %(option)r: must start with a character %(prefix_chars)r",
    "mutually exclusive arguments must be optional",
    "title",
}
"""What argparse says to whoever writes a parser, and names of settings that stand in the same calls."""

PLACES = re.compile(r"%\(\w+\)[sr]|%[sr]")
ENGLISH = re.compile(
    r"\b(usage|options|positional|arguments?|required|expected|invalid|choose|choice|unrecognized|error|show|help message|"
    r"the|of|where|written|files?|folder|and exit|a|an|is|are|with)\b",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"\{[^}]*\}|'[^']*'|--[\w-]+|\[[^\]]*\]|[\w-]*\.(?:csv|xlsx|yaml|parquet|md)\b|\b[A-Z@][A-Z.-]*\b|\(\w+\)"
)
"""What is spelled in one way in every language: options, names of files and choices."""


def lines_of_argparse() -> set[str]:
    """Every line that the argparse of this Python looks up."""
    module = ast.parse(Path(argparse.__file__).read_text(encoding="utf-8"))
    calls = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext")
    ]
    return {
        part.value
        for call in calls
        for argument in call.args[:2]
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def paths(parser: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """A parser and all below it, by the words that call them."""
    yield before
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from paths(below, (*before, name))


def every_parser() -> list[tuple[str, ...]]:
    from parindex.cli import _parser

    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        with speaking("vi"):
            made = _parser([name], "vi")
        found += [path for path in paths(made) if path[:1] == (name,)]
    return found


def said(*words: str, lang: Language = "vi") -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["--lang", lang, *words])
    return code, out.getvalue() + err.getvalue()


def english(text: str) -> list[str]:
    return ENGLISH.findall(NAMES.sub("", text))


def test_every_line_of_argparse_that_a_user_may_see_is_said_in_vietnamese() -> None:
    assert lines_of_argparse() - FOR_PROGRAMMERS - set(SPOKEN) == set()


def test_a_line_names_the_same_values_in_vietnamese() -> None:
    differing = {
        line: ours
        for line, ours in SPOKEN.items()
        if not set(PLACES.findall(ours)) <= set(PLACES.findall(line))
        or len(re.findall("%[sr]", ours)) != len(re.findall("%[sr]", line))
    }
    assert differing == {}


def test_the_actions_of_commands_are_walked_too() -> None:
    assert {("criteria", "check"), ("criteria", "import"), ("rank",), ()} <= set(every_parser())


@pytest.mark.parametrize("path", every_parser(), ids=" ".join)
def test_no_line_of_the_help_of_a_command_is_english_in_vietnamese(path: tuple[str, ...]) -> None:
    code, text = said(*path, "--help")
    assert code == 0
    assert text.startswith("cách dùng: parindex")
    assert "hiện hướng dẫn này rồi thoát" in text
    assert english(text) == []


@pytest.mark.parametrize("path", every_parser(), ids=" ".join)
def test_every_argument_of_a_command_says_what_it_is_in_both_languages(path: tuple[str, ...]) -> None:
    from parindex.cli import _parser

    with speaking("vi"):
        parser: argparse.ArgumentParser = _parser(list(path), "vi")
        for name in path:
            action = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
            parser = action.choices[name]
        assert isinstance(parser, CommandParser)
    shown = [one for one in parser._actions if not isinstance(one, argparse._SubParsersAction | argparse._HelpAction)]
    for one in shown:
        assert one.help, one
        assert one.help == argparse.SUPPRESS or translator("en")(one.help) != one.help


@pytest.mark.parametrize("path", every_parser(), ids=" ".join)
def test_no_line_about_a_wrong_option_is_english_in_vietnamese(path: tuple[str, ...]) -> None:
    for wrong in (["--no-such-option"], ["--format"], ["--format", "xml"], ["--help=yes"]):
        code, text = said(*path, *wrong)
        assert code == 2
        assert ": lỗi: " in text
        assert english(text) == []


@pytest.mark.parametrize(
    ("words", "vietnamese", "english_line"),
    [
        ([], "còn thiếu tham số: lệnh", "the following arguments are required: command"),
        (["frank"], "tham số lệnh: không có 'frank'; chọn một trong:", "invalid choice: 'frank'"),
        (["rank", "a.csv", "--draws"], "tham số --draws: cần một giá trị", "argument --draws: expected one argument"),
        (["crosstab", "a.csv", "--design", "d.yaml", "--of", "q"], "--of: cần đủ 2 giá trị", "expected 2 arguments"),
        (["verify", "a", "b"], "không có tham số: b", "unrecognized arguments: b"),
        (["verify", "a", "--strict=1"], "tùy chọn này không nhận giá trị '1'", "ignored explicit argument '1'"),
        (["rank", "a", "--level", "1"], "“1” không dùng được; cần một số lớn hơn 0 và nhỏ hơn 1", "a number above 0"),
        (["rank", "a", "--draws", "0"], "cần một số nguyên từ 1 đến 1.000.000", "a whole number from 1 to 1,000,000"),
        (["rank", "a", "--draws", "9" * 9999], "cần một số nguyên từ 1 đến 1.000.000", "from 1 to 1,000,000"),
        (["rank", "a", "--s", "1"], "--s có thể là nhiều tùy chọn: --sheet, --seed", "ambiguous option: --s"),
        (["criteria"], "còn thiếu tham số: việc", "the following arguments are required: action"),
        (
            ["criteria", "import", "a.xlsx", "--out", "b.yaml", "--year", "x"],
            "“x” không dùng được",
            "from 1900 to 2100",
        ),
    ],
)
def test_wrong_usage_is_told_in_the_language_that_was_asked_for(
    words: list[str], vietnamese: str, english_line: str
) -> None:
    code, text = said(*words)
    assert code == 2
    assert vietnamese in text
    code, text = said(*words, lang="en")
    assert code == 2
    assert english_line in text
    assert text.startswith("usage: parindex")


def test_argparse_has_its_own_words_again_when_the_line_is_read() -> None:
    before = [getattr(argparse, name) for name in ("_", "ngettext")]
    said("rank")
    assert [getattr(argparse, name) for name in ("_", "ngettext")] == before
