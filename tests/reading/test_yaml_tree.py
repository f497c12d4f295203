"""A YAML file is one document of plain values in the YAML 1.2 core, each key once, each place known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.reading.yaml_tree import (
    MOST_BYTES,
    MOST_NESTING,
    Mapping_,
    Scalar,
    YamlFault,
    plain_value,
    read_tree,
    tree_of,
)


def faults_of(data: bytes) -> list[tuple[str, int, int]]:
    faults: list[YamlFault] = []
    read_tree(data, faults)
    return [(fault.code, fault.line, fault.column) for fault in faults]


def values_of(text: str) -> Any:
    faults: list[YamlFault] = []
    tree = read_tree(text.encode(), faults)
    assert faults == []
    assert tree is not None
    return plain_value(tree)


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("12:30", "12:30"), ("2026-11-01", "2026-11-01"), ("017", 17), ("0o17", 15), ("0x1F", 31),
     ("-3", -3), ("+.5", 0.5), (".inf", float("inf")), ("-.Inf", float("-inf")), ("1e3", 1000.0), ("True", True),
     ("'1'", "1"), ('"true"', "true"), ("~", None), ("{a: }", {"a": None})],
)  # fmt: skip
def test_words_are_what_the_core_schema_says(text: str, value: object) -> None:
    found = values_of(text)
    assert (found, type(found)) == (value, type(value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
        max_leaves=20,
    )
)
def test_a_stored_document_gives_its_values_back(value: Any) -> None:
    assert plain_value(tree_of(value)) == value


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a: 1\nb: 2\na: 3\n", ("repeated_key", 3, 1)),
        (b"a: &x 1", ("anchor", 1, 4)),
        (b"a: !!str 1", ("tag", 1, 4)),
        (b"a: 1\n---\nb: 2\n", ("several_documents", 2, 1)),
        (b"", ("empty_file", 1, 1)),
        (b"a: \xff", ("not_utf8", 1, 4)),
        (b"a: \x07", ("control_character", 1, 4)),
        (b"[1, 2", ("yaml_syntax", 2, 1)),
        (b"{[1]: 2}", ("complex_key", 1, 2)),
    ],
)
def test_what_is_clever_is_refused_with_its_place(data: bytes, fault: tuple[str, int, int]) -> None:
    assert fault in faults_of(data)


def test_size_and_nesting_have_bounds() -> None:
    assert faults_of(b"[" * MOST_NESTING + b"]" * MOST_NESTING) == []
    assert faults_of(b"[" * (MOST_NESTING + 1) + b"]" * (MOST_NESTING + 1))[0][0] == "too_nested"
    assert faults_of(b"#" * MOST_BYTES + b"\n")[0][0] == "too_large"


def test_quotes_are_remembered() -> None:
    tree = read_tree(b"{a: x, b: 'x'}", [])
    assert isinstance(tree, Mapping_)
    assert [value.plain for _, value in tree.entries if isinstance(value, Scalar)] == [True, False]
