"""A page and its template know each other: no name is asked for in vain, none is given in vain."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from jinja2 import meta, nodes

import parindex.api
from parindex.api.shared.page import Page, PageFrame, environment
from parindex.api.shared.problems import FieldProblem, Problem
from tests.frontend.template_types import TypedReading, hints, parsed, structs

FRAME = set(PageFrame.__struct_fields__)
GLOBALS = set(environment("vi").globals)


def subclasses(kind: type[Page]) -> Iterator[type[Page]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def page_kinds() -> list[type[Page]]:
    """Every page of the house: a subclass that names a template."""
    for module in pkgutil.walk_packages(parindex.api.__path__, "parindex.api."):
        importlib.import_module(module.name)
    return sorted((kind for kind in subclasses(Page) if "template" in vars(kind)), key=lambda kind: kind.__qualname__)


PAGES = page_kinds()
BUILT_BY = {
    "TreeArea.part",
    "AreaRow.interval_kind",
    "YearRow.interval_kind",
    "SurveyedAgency.interval_kind",
    "ResultCell.interval_kind",
}
"""Fields by which rows are put together, each read in its own module."""

DOCUMENTS = {Problem, FieldProblem}
"""Structs that programs read too."""


def named(tree: nodes.Template, *kinds: type[nodes.Node]) -> set[str]:
    """Templates that a template extends, includes or imports."""
    return {node.template.value for node in tree.find_all(kinds)}  # type: ignore[attr-defined]


def own(tree: nodes.Template) -> set[str]:
    """Names that a template imports, sets or defines itself."""
    names = {node.name for node in tree.find_all(nodes.Macro)}
    for imported in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in imported.names}
    names |= {node.target.name for node in tree.find_all(nodes.Assign) if isinstance(node.target, nodes.Name)}
    return names


def asked(template: str) -> set[str]:
    """Names that a template and what it extends or includes take from the page."""
    tree = parsed(template)
    names = meta.find_undeclared_variables(tree) - GLOBALS - own(tree)
    for other in named(tree, nodes.Extends, nodes.Include):
        names |= asked(other)
    return names


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_template_asks_for_no_name_that_its_page_lacks(kind: type[Page]) -> None:
    assert asked(kind.template) - FRAME - set(kind.__struct_fields__) == set()


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_page_gives_no_name_that_its_template_leaves_unread(kind: type[Page]) -> None:
    assert set(kind.__struct_fields__) - asked(kind.template) == set()


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_template_asks_no_row_for_what_it_does_not_have(kind: type[Page]) -> None:
    assert TypedReading(kind).faults == []


def test_every_field_of_every_row_is_read_by_some_template() -> None:
    read = set().union(*(TypedReading(kind).read for kind in PAGES))
    rows = set().union(*(structs(hint) for kind in PAGES for hint in hints(kind).values()))
    ours = {row for row in rows if row.__module__.startswith("parindex.api.")} - DOCUMENTS
    given = {(row, name) for row in ours for name in hints(row) if f"{row.__name__}.{name}" not in BUILT_BY}
    assert sorted(f"{row.__name__}.{name}" for row, name in given - read) == []


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_page_takes_no_name_of_the_frame(kind: type[Page]) -> None:
    assert set(kind.__struct_fields__) & (FRAME | GLOBALS) == set()


def test_the_frame_is_read_whole() -> None:
    assert asked("base.html") == FRAME


def test_a_component_knows_nothing_but_its_arguments() -> None:
    told = {
        name: names
        for name in environment("vi").list_templates(extensions=["html"])
        if name.startswith("components/") and (names := asked(name))
    }
    assert told == {}


def test_a_template_belongs_to_one_page() -> None:
    templates = [kind.template for kind in PAGES]
    assert sorted(templates) == sorted(set(templates))
