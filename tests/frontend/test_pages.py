"""A page and its template know each other: no name is asked for in vain, none is given in vain."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from jinja2 import meta, nodes

import parindex.api
from parindex.api.shared.page import Frame, Page, environment

FRAME = set(Frame.__struct_fields__)
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


def parsed(template: str) -> nodes.Template:
    loaded = environment("vi")
    assert loaded.loader is not None
    return loaded.parse(loaded.loader.get_source(loaded, template)[0])


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
