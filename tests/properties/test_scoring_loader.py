"""No input makes a traceback; the digest knows layout from meaning."""

from __future__ import annotations

import copy
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.reading.csv_rows import BrokenTable
from parindex.scoring import (
    BrokenSet,
    RefusedFacts,
    check_bytes,
    digest,
    from_document,
    load_bytes,
    read_facts,
    to_document,
)
from parindex.scoring.law.cases import run_cases
from parindex.wording import complaints

PATH = Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh" / "2025.1.yaml"
SOURCE = PATH.read_bytes()
SMALL = load_bytes(SOURCE, "x.yaml")


def said(data: bytes) -> None:
    """Check bytes and put every defect into words: neither may fail."""
    checked = check_bytes(data, "x.yaml")
    assert (checked.criteria_set is None) == bool(checked.defects)
    for defect in (*checked.defects, *checked.warnings):
        for lang in ("vi", "en"):
            assert complaints.defect_text(defect, lang)


@given(st.binary(max_size=300))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    said(data)
    run_cases(data, "x.cases.yaml", SMALL)
    with suppress(RefusedFacts, BrokenTable):
        read_facts(data, SMALL)
    with suppress(RefusedFacts):
        read_facts(b"agency,name,value\n" + data, SMALL)


words = st.sampled_from(
    [
        "set",
        "version",
        "title",
        "vi",
        "en",
        "status",
        "years",
        "areas",
        "code",
        "criteria",
        "rule",
        "max",
        "inputs",
        "type",
        "yes_no",
        "bands",
        "steps",
        "from",
        "to",
        "points",
        "formula",
        "when",
        "survey",
        "as",
        "share",
        "options",
        "choice",
        "checklist",
        "needs",
        "adjustments",
        "bonus",
        "cap",
        "items",
        "1",
        "0.5",
        "-3",
        "1.10",
        "true",
        "null",
    ]
) | st.text(max_size=5)
trees: st.SearchStrategy[Any] = st.recursive(
    words | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=60)
@given(trees)
def test_no_tree_makes_a_traceback(tree: Any) -> None:
    said(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


LINES = SOURCE.split(b"\n")


@settings(deadline=None, max_examples=30)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["drop", "double", "indent", "cut", "swap"]),
    st.integers(0, len(LINES) - 1),
)
def test_no_damage_to_a_shipped_set_makes_a_traceback(line: int, damage: str, other: int) -> None:
    lines = list(LINES)
    if damage == "drop":
        del lines[line]
    elif damage == "double":
        lines.insert(line, lines[line])
    elif damage == "indent":
        lines[line] = b"  " + lines[line]
    elif damage == "cut":
        lines[line] = lines[line][: len(lines[line]) // 2]
    else:
        lines[line], lines[other] = lines[other], lines[line]
    said(b"\n".join(lines))


def _paths(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(found for key, value in inner for found in _paths(value, (*path, key)))]


DOCUMENT = to_document(SMALL)
PATHS = [path for path in _paths(DOCUMENT) if path]


def _turned(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _turned(tree[key]) for key in reversed(tree)}
    return [_turned(item) for item in tree] if isinstance(tree, list) else tree


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(PATHS), st.sampled_from([None, "x", "7", [], {}, {"vi": "x"}, True]))
def test_a_stored_document_that_was_changed_is_refused_or_has_another_digest(path: tuple[Any, ...], value: Any) -> None:
    changed = copy.deepcopy(DOCUMENT)
    at = changed
    for key in path[:-1]:
        at = at[key]
    before, at[path[-1]] = at[path[-1]], value
    try:
        found = digest(from_document(changed))
    except BrokenSet:
        return
    assert (found == digest(SMALL)) == (before == value)


def test_the_order_of_keys_never_changes_the_digest() -> None:
    assert digest(from_document(_turned(DOCUMENT))) == digest(SMALL)


@settings(deadline=None, max_examples=6)
@given(st.integers(60, 200), st.booleans(), st.integers(2, 6))
def test_a_set_written_anew_in_another_layout_has_the_same_digest(width: int, flow: bool, indent: int) -> None:
    tree = yaml.load(SOURCE, Loader=yaml.BaseLoader)
    text = yaml.dump(_quoted(tree), allow_unicode=True, width=width, default_flow_style=flow, indent=indent)
    assert digest(load_bytes(text.encode(), "x.yaml")) == digest(SMALL)


class _Plain(str):
    """A scalar written without quotes."""


def _quoted(tree: Any, key: str = "") -> Any:
    if isinstance(tree, dict):
        return {name: _quoted(value, name) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_quoted(value, key) for value in tree]
    texts = {"vi", "en", "code", "version", "supersedes", "when", "number", "issuer", "set", "tier", "status"}
    return tree if key in texts else _Plain(tree)


yaml.add_representer(_Plain, lambda dumper, data: dumper.represent_scalar(_tag(data), str(data)))


def _tag(data: str) -> str:
    return yaml.SafeDumper("").resolve(yaml.ScalarNode, str(data), (True, False))
