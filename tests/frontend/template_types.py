"""Reading a template with the types of its page: which attribute is asked of which Struct, through every macro."""

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from jinja2 import nodes

from parindex.api.shared.page import Page, PageFrame, environment

SAME = {"reverse", "list", "sort", "select", "reject", "selectattr", "rejectattr", "unique", "default", "d"}
"""Filters that give what they are given, or some of it."""

DEEPEST = 12
"""Macros within macros that are followed."""

Scope = dict[str, Any]
"""Types of names; what is not known is ``None``."""


@cache
def parsed(template: str) -> nodes.Template:
    """A template as Jinja reads it."""
    loaded = environment("vi")
    assert loaded.loader is not None
    return loaded.parse(loaded.loader.get_source(loaded, template)[0])


@cache
def hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Types of the fields of a Struct."""
    return {name: hint for name, hint in typing.get_type_hints(kind).items() if name in kind.__struct_fields__}


def members(hint: Any) -> list[Any]:
    """What a type may be, besides ``None``."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return [part for part in typing.get_args(hint) if part is not types.NoneType]
    return [hint]


def element(hint: Any) -> Any:
    """What a sequence holds."""
    for part in members(hint):
        origin, parts = typing.get_origin(part), typing.get_args(part)
        if isinstance(origin, type) and issubclass(origin, Sequence) and parts:
            return parts[0]
    return None


def item(hint: Any) -> Any:
    """What stands in brackets behind a sequence or a mapping."""
    for part in members(hint):
        origin, parts = typing.get_origin(part), typing.get_args(part)
        if isinstance(origin, type) and issubclass(origin, Mapping) and parts:
            return parts[1]
    return element(hint)


def structs(hint: Any) -> set[type[msgspec.Struct]]:
    """Every Struct within a type."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return {hint}.union(*(structs(inner) for inner in hints(hint).values()))
    return set().union(*(structs(part) for part in typing.get_args(hint)))


def operands(node: nodes.Node) -> Iterator[nodes.Expr]:
    """What an expression is put together from."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Expr):
            yield child
        else:
            yield from operands(child)


class TypedReading:
    """A page's template read once, with everything that it extends and every macro that it calls."""

    def __init__(self, page: type[Page]) -> None:
        self.faults: list[str] = []
        self.read: set[tuple[type[msgspec.Struct], str]] = set()
        self.macros: dict[str, nodes.Macro] = {}
        self.depth = 0
        self._template(page.template, {**hints(PageFrame), **hints(page)})

    def _template(self, name: str, scope: Scope) -> None:
        tree = parsed(name)
        self._take_macros(tree, {})
        self._walk(tree, scope)
        for extended in tree.find_all(nodes.Extends):
            assert isinstance(extended.template, nodes.Const)
            self._template(extended.template.value, scope)

    def _take_macros(self, tree: nodes.Template, known: Mapping[str, nodes.Macro]) -> dict[str, nodes.Macro]:
        """Macros that a template defines or imports, by the names that it calls them."""
        found = dict(known)
        for imported in tree.find_all(nodes.FromImport):
            assert isinstance(imported.template, nodes.Const)
            theirs = self._take_macros(parsed(imported.template.value), {})
            for name in imported.names:
                wanted, called = (name, name) if isinstance(name, str) else name
                if wanted in theirs:
                    found[called] = theirs[wanted]
        found |= {macro.name: macro for macro in tree.find_all(nodes.Macro)}
        for name, macro in found.items():
            self.macros.setdefault(name, macro)
        return found

    def _walk(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.For):
            held = element(self._type(node.iter, scope))
            names = [node.target] if isinstance(node.target, nodes.Name) else node.target.find_all(nodes.Name)
            inner = {**scope, "loop": None, **{name.name: held if name is node.target else None for name in names}}
            for part in (*([node.test] if node.test else ()), *node.body, *node.else_):
                self._walk(part, inner)
        elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            scope[node.target.name] = self._type(node.node, scope)
        elif isinstance(node, nodes.Macro | nodes.FromImport):
            return
        elif isinstance(node, nodes.Expr):
            self._type(node, scope)
        else:
            for child in node.iter_child_nodes():
                self._walk(child, scope)

    def _type(self, node: nodes.Expr, scope: Scope) -> Any:
        """The type of an expression, where it is known; attributes that no type has are noted."""
        match node:
            case nodes.Name():
                return scope.get(node.name)
            case nodes.Getattr():
                return self._attribute(self._type(node.node, scope), node.attr, node.lineno)
            case nodes.Filter(node=nodes.Getattr() as asked, name="default" | "d"):
                return self._attribute(self._type(asked.node, scope), asked.attr, None)
            case nodes.Getitem():
                self._type(node.arg, scope)
                return item(self._type(node.node, scope))
            case nodes.Call():
                return self._call(node, scope)
        return self._combined(node, scope)

    def _combined(self, node: nodes.Expr, scope: Scope) -> Any:
        """The type of what is put together from others."""
        inner = [self._type(part, scope) for part in operands(node)]
        if isinstance(node, nodes.CondExpr | nodes.And | nodes.Or):
            return next((hint for hint in inner[1 if isinstance(node, nodes.CondExpr) else 0 :] if hint), None)
        if isinstance(node, nodes.Filter) and inner:
            return inner[0] if node.name in SAME else element(inner[0]) if node.name in ("first", "last") else None
        return None

    def _call(self, node: nodes.Call, scope: Scope) -> None:
        given = [self._type(argument, scope) for argument in node.args]
        named = {keyword.key: self._type(keyword.value, scope) for keyword in node.kwargs}
        for further in (node.dyn_args, node.dyn_kwargs):
            if further is not None:
                self._type(further, scope)
        if not isinstance(node.node, nodes.Name):
            self._type(node.node, scope)
            return
        macro = self.macros.get(node.node.name)
        if macro is None or self.depth > DEEPEST or node.node.name in scope:
            return
        parameters = [parameter.name for parameter in macro.args]
        inside: Scope = {**dict.fromkeys(parameters), **dict(zip(parameters, given, strict=False)), **named}
        self.depth += 1
        for part in macro.body:
            self._walk(part, inside)
        self.depth -= 1

    def _attribute(self, hint: Any, name: str, line: int | None) -> Any:
        """The type of an attribute; one that may be missing has no line."""
        known = [part for part in members(hint) if isinstance(part, type)]
        for part in known:
            if issubclass(part, msgspec.Struct) and name in hints(part):
                self.read.add((part, name))
            elif line is not None and not hasattr(part, name):
                self.faults.append(f"line {line}: {part.__name__} has no {name}")
        return next((hints(part).get(name) for part in known if issubclass(part, msgspec.Struct)), None)
