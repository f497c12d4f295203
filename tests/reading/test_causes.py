"""Why a file cannot be read is told in sentences of ours."""

from __future__ import annotations

import csv
import errno
import io
import os
import socket
from pathlib import Path

import msgspec
import pytest
import yaml

from parindex.reading import causes
from parindex.reading.causes import csv_cause, shape_cause, system_cause, yaml_cause
from parindex.reading.csv_rows import BrokenTable, lines_of_cells
from parindex.reading.yaml_tree import YamlFault, read_tree
from parindex.text import translator

EN, VI = translator("en"), translator("vi")
WORDS_OF_THE_SYSTEM = {os.strerror(number) for number in errno.errorcode}


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_cause_of_the_system_is_told_in_its_words(number: int) -> None:
    for error in (OSError(number, os.strerror(number)), OSError(number, os.strerror(number), "a.csv")):
        told = system_cause(error).text(VI)
        assert not any(words in told for words in WORDS_OF_THE_SYSTEM)
        assert told == system_cause(error).text(VI)
        assert told != system_cause(error).text(EN)


def test_a_cause_that_has_no_sentence_is_told_by_its_name() -> None:
    assert system_cause(OSError(errno.ENOTBLK, "Block device required")).text(EN).endswith("reports ENOTBLK")
    assert system_cause(OSError("no number")).text(EN).endswith("reports OSError")


def test_what_carries_no_number_has_its_sentence() -> None:
    assert system_cause(socket.gaierror(-2, "Name or service not known")).text(EN) == "no server of this name is found"
    assert system_cause(TimeoutError()).text(EN) == "the server did not answer in time"
    assert system_cause(MemoryError()).text(EN) == "not enough memory"
    assert system_cause(ValueError("embedded null byte")).text(EN) == "the path is not valid"


def test_what_happens_with_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    for path, told in {
        tmp_path / "none": "there is no such file or folder",
        tmp_path: "this is a folder, not a file",
        tmp_path / "a.csv" / "b.csv": "a part of the path is a file, not a folder",
        tmp_path / ("x" * 300): "the name of the file is too long",
    }.items():
        with pytest.raises(OSError, match="Errno") as caught:
            path.read_bytes()
        assert system_cause(caught.value).text(EN) == told


BROKEN_YAML = {
    "a: b: c": "a colon where none may be",
    "a:\n\t- b": "a character that cannot begin a value, such as tab, @, %, `",
    "a: @x": "a character that cannot begin a value, such as tab, @, %, `",
    "- a\nb: c": "a dash is missing, or is not in line with the items above",
    "a: 1\n- b": "a key is missing, or is not in line with the keys above",
    "a: [1, 2": "a comma or a closing ] is missing",
    "a: {b: 1": "a comma or a closing } is missing",
    "a: 'x": "the file ends while a bracket or a quote is open",
    'a: "\\q"': "an unknown character after \\ in double quotes",
    "a: |x\n  b": "surplus content after | or >",
    "a: - b": "a dash where no list may begin",
    "a: ]": "a value is missing",
    "%x": "a line begins with %",
    "!<x": "wrong syntax",
}


@pytest.mark.parametrize("text", BROKEN_YAML)
def test_broken_yaml_is_told_with_line_and_column_and_never_in_the_words_of_its_parser(text: str) -> None:
    faults: list[YamlFault] = []
    assert read_tree(text.encode(), faults) is None
    (fault,) = faults
    assert fault.line > 0
    assert fault.column > 0
    assert fault.values["found"].text(EN) == BROKEN_YAML[text]
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    assert str(caught.value.problem) not in fault.values["found"].text(VI)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'a,b\n1,"2', "the file ends while a quote is open"),
        (b'a,b\n1,"2"3', "content right behind a closing quote"),
        (b'a,b\n1,"' + b"2" * 2_000_000, "a cell is too long, mostly because a quote is open"),
    ],
)
def test_a_broken_row_is_told_in_our_words(data: bytes, told: str) -> None:
    with pytest.raises(BrokenTable) as caught:
        lines_of_cells(data)
    (fault,) = caught.value.faults
    assert fault.values["found"].text(EN) == told


def test_what_the_reader_of_csv_says_in_other_words_is_told_too() -> None:
    with pytest.raises(csv.Error) as caught:
        list(csv.reader(["a\rb"]))
    assert csv_cause(caught.value).text(EN) == "a strange line break within a row"
    limit = csv.field_size_limit(10)
    try:
        with pytest.raises(csv.Error) as caught:
            list(csv.reader(io.StringIO("x" * 11)))
    finally:
        csv.field_size_limit(limit)
    assert csv_cause(caught.value).text(EN) == "a cell is too long, mostly because a quote is open"
    assert csv_cause(csv.Error("something new")).text(EN) == "a quote in a wrong place"


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    count: int
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "“count” is missing"),
        ({"count": 1, "more": 2}, "“more” is surplus"),
        ({"count": "x"}, "text found, a whole number needed"),
        ({"count": 1, "inner": []}, "a list found, “key: value” pairs needed"),
        ({"count": True}, "true or false found, a whole number needed"),
    ],
)
def test_a_document_of_another_shape_is_told_in_our_words(given: object, told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(given, Shape)
    assert shape_cause(str(caught.value).partition(" - at ")[0]).text(EN) == told


def test_what_is_not_known_is_told_without_its_words() -> None:
    assert shape_cause("Something else").text(EN) == "a value of a wrong form"
    assert yaml_cause("something else").text(EN) == "wrong syntax"
    assert causes.shape_cause("Expected `int` >= 3").text(EN) == "a number outside its range (≥ 3 is needed)"
    assert causes.shape_cause("Expected `str` of length <= 3").text(EN) == "a wrong length (≤ 3 is needed)"
    assert causes.shape_cause("Invalid enum value 'x'").text(EN) == "“x” is none of the values that may be used"
