"""A JSON Schema of the YAML, for editors: made from the Structs, their types and the docstring of every field.

The loader stays the judge, since a schema knows neither sums nor names. What it refuses, the loader refuses too.
"""

import ast
import datetime
import inspect
import itertools
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import msgspec

from parindex.scoring.law import model
from parindex.scoring.law.reading import CODE, NAME, SLUG, VERSION, WORD

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_NUMBER: Final[Schema] = {"type": "number"}
_NAME: Final[Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_NOT_APPLICABLE: Final[Schema] = {"const": "not_applicable"}
_PAIR: Final[Schema] = {"type": "array", "items": _NAME, "minItems": 2, "maxItems": 2}
_EXPRESSION: Final[Schema] = {"type": ["string", "number"]}

_PATTERNS: Final[Mapping[str, Any]] = {
    "code": CODE,
    "family": SLUG,
    "version": VERSION,
    "supersedes": VERSION,
    "tier": SLUG,
    "appraiser": SLUG,
    "needs": NAME,
    "instrument": WORD,
    "measure": WORD,
    "index": WORD,
}
"""Fields whose text has a form."""

_KEYS: Final[Mapping[str, str]] = {
    "family": "set",
    "from_": "from",
    "start": "from",
    "end": "to",
    "reading": "as",
}
"""Fields that the YAML calls otherwise."""

_LEAST: Final[Mapping[tuple[str, str], Schema]] = {
    ("Criterion", "max"): {"exclusiveMinimum": 0},
    ("Area", "max"): {"exclusiveMinimum": 0},
    ("Adjustment", "cap"): {"exclusiveMinimum": 0},
    ("Input", "most"): {"exclusiveMinimum": 0},
    ("Each", "points"): {"exclusiveMinimum": 0},
    ("Deduct", "points"): {"exclusiveMinimum": 0},
    ("Ratio", "target"): {"exclusiveMinimum": 0},
    ("Ratio", "floor"): {"minimum": 0},
    ("Step", "points"): {"minimum": 0},
    ("Point", "points"): {"minimum": 0},
    ("Deadline", "points"): {"minimum": 0},
    ("CriteriaSet", "print_places"): {"minimum": 0, "maximum": 12},
}
_AREAS: Final = ("code", "title", "criteria")
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {"Area": _AREAS, "Criterion": ("code", "title")}
"""Where the YAML asks for less than the Struct: a maximum is the sum of the parts."""

_SUBJECTS: Final[Mapping[type, tuple[tuple[str, ...], Callable[[], Schema]]]] = {
    model.YesNo: (("input",), lambda: _NAME),
    model.Choice: (("input",), lambda: _NAME),
    model.Checklist: (("items",), lambda: {**_worths(0, strict=True), "propertyNames": _NAME}),
    model.Each: (("input",), lambda: _NAME),
    model.Deduct: (("input",), lambda: _NAME),
    model.Ratio: (("over",), lambda: _PAIR),
    model.Bands: (("over",), lambda: {"anyOf": [_NAME, _PAIR]}),
    model.Linear: (("over",), lambda: {"anyOf": [_NAME, _PAIR]}),
    model.By: (("input",), lambda: _NAME),
    model.Formula: (("branches",), lambda: {"type": "array", "items": _branch(), "minItems": 1}),
    model.Survey: (("instrument", "measure"), lambda: _source(model.Survey, ("instrument", "measure"))),
    model.External: (("index",), lambda: _source(model.External, ("index",))),
    model.Judged: ((), lambda: {"const": True}),
}
"""What stands under the word of a rule, and the fields that it holds."""


def json_schema() -> Schema:
    """The schema of a criteria set."""
    defined = [model.Text, model.Input, model.Criterion, model.Area, model.Adjustment, model.SetClass]
    return {
        "$schema": DIALECT,
        "title": "parindex criteria set",
        **_object(model.CriteriaSet),
        "$defs": {
            **{one.__name__: _object(one) for one in defined},
            "LegalBasis": _object(model.LegalBasis),
            "Point": _object(model.Point),
            "Deadline": _object(model.Deadline),
            "Steps": {"anyOf": [_steps("from"), _steps("to")]},
            "Rule": {"oneOf": [_rule(one) for one in typing.get_args(model.Rule)]},
        },
    }


def _object(struct: type) -> Schema:
    """One Struct as a mapping with known keys."""
    properties: Schema = {}
    required = []
    for field in msgspec.structs.fields(struct):
        if struct is model.CriteriaSet and field.name in {"bonus", "penalty"}:
            continue
        key = _KEYS.get(field.name, field.name)
        properties[key] = _described(_field(struct, field.name), struct, field.name)
        if field.required:
            required.append(key)
    extra: Schema = {}
    if struct is model.CriteriaSet:
        parts = {"bonus": _ref(model.Adjustment), "penalty": _ref(model.Adjustment)}
        properties["adjustments"] = {"type": "object", "properties": parts, "additionalProperties": False}
    if struct is model.Criterion:
        extra["oneOf"] = [
            {"required": ["rule", "max"], "not": {"required": ["criteria"]}},
            {
                "required": ["criteria"],
                "not": {"anyOf": [{"required": [key]} for key in ("rule", "inputs", "evidence")]},
            },
        ]
    if struct is model.Input:
        extra |= _options_of_a_choice()
    return {
        "description": _summary(struct),
        "type": "object",
        "properties": properties,
        "required": list(_REQUIRED.get(struct.__name__, required)),
        "additionalProperties": False,
        **extra,
    }


def _options_of_a_choice() -> Schema:
    """A choice has options, nothing else has."""
    choice = {"properties": {"type": {"const": "choice"}}, "required": ["type"]}
    return {"if": choice, "then": {"required": ["options"]}, "else": {"properties": {"options": False}}}


def _field(struct: type, name: str) -> Schema:
    """What the value of a field may be."""
    if struct is model.Criterion and name == "rule":
        return {"$ref": "#/$defs/Rule"}
    if name in _PATTERNS:
        return {"type": "string", "pattern": "^" + _PATTERNS[name].pattern.removesuffix("\\Z") + "$"}
    hint = typing.get_type_hints(struct)[name]
    return {**_type(hint), **_LEAST.get((struct.__name__, name), {}), **_full(struct, name)}


def _full(struct: type, name: str) -> Schema:
    """Lists that may not be empty."""
    listed = {("CriteriaSet", "areas"), ("CriteriaSet", "years"), ("Area", "criteria"), ("Criterion", "criteria")}
    return {"minItems": 1} if (struct.__name__, name) in listed else {}


def _type(hint: Any) -> Schema:
    """A Python type as a schema."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        known = [one for one in inner if one is not type(None)]
        return _type(known[0])
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _type(inner[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _type(inner[1])}
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _ref(hint)
    return dict(_SIMPLE[hint])


_SIMPLE: Final[Mapping[Any, Schema]] = {
    str: {"type": "string", "minLength": 1},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: _NUMBER,
    datetime.date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}


def _ref(struct: type) -> Schema:
    return {"$ref": f"#/$defs/{struct.__name__}"}


# rules


def _rule(rule: type) -> Schema:
    """One rule: its word with what it looks at, and what else it is told."""
    word = str(rule.__struct_config__.tag)  # type: ignore[attr-defined]
    held, subject = _SUBJECTS[rule]
    properties: Schema = {word: {"description": _summary(rule), **subject()}}
    required = [word]
    for field in msgspec.structs.fields(rule):
        if field.name in held or field.name == "at_most":
            continue
        key = _KEYS.get(field.name, field.name)
        properties[key] = _described(_told(rule, field.name), rule, field.name)
        if field.required:
            required.append(key)
    shape: Schema = {"properties": properties, "required": required, "additionalProperties": False}
    if rule is model.Choice:
        shape["oneOf"] = [{"required": ["points"]}, {"required": ["shares"]}]
    return {"title": word, "type": "object", **shape}


def _told(rule: type, name: str) -> Schema:
    """What the value of a field of a rule may be."""
    if name == "steps":
        return (
            {"$ref": "#/$defs/Steps"} if rule is not model.By else {**_type(tuple[model.Deadline, ...]), "minItems": 1}
        )
    if name in {"start", "end"}:
        return _ref(model.Point)
    if name == "shares":
        return _worths(1, not_applicable=rule is model.Choice)
    if name == "points" and rule is model.Choice:
        return _worths(None, not_applicable=True)
    return _field(rule, name)


def _worths(most: int | None, *, not_applicable: bool = False, strict: bool = False) -> Schema:
    """Points or shares by option."""
    number: Schema = {**_NUMBER, "exclusiveMinimum" if strict else "minimum": 0}
    if most:
        number["maximum"] = most
    worth = {"anyOf": [number, _NOT_APPLICABLE]} if not_applicable else number
    return {"type": "object", "additionalProperties": worth, "minProperties": 1}


def _steps(key: str) -> Schema:
    """Steps of at least (`from`) or at most (`to`)."""
    properties = {
        key: _described(_NUMBER, model.Step, "at"),
        "points": _described(_field(model.Step, "points"), model.Step, "points"),
    }
    step = {"type": "object", "properties": properties, "required": [key, "points"], "additionalProperties": False}
    return {"type": "array", "items": step, "minItems": 1}


def _branch() -> Schema:
    properties = {name: _described(_EXPRESSION, model.Branch, name) for name in ("when", "points")}
    return {"type": "object", "properties": properties, "required": ["points"], "additionalProperties": False}


def _source(rule: type, names: tuple[str, ...]) -> Schema:
    properties = {name: _described(_field(rule, name), rule, name) for name in names}
    return {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}


# what is said about a field


def _described(schema: Schema, struct: type, name: str) -> Schema:
    return {"description": _told_fields(struct).get(name, ""), **schema}


def _summary(struct: type) -> str:
    return (inspect.getdoc(struct) or "").partition("\n")[0]


@cache
def _told_fields(struct: type) -> dict[str, str]:
    """The docstring of every field."""
    (definition,) = ast.parse(inspect.getsource(struct)).body
    told: dict[str, str] = {}
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, after in itertools.pairwise(body):
        said = after.value if isinstance(after, ast.Expr) else None
        if isinstance(field, ast.AnnAssign) and isinstance(said, ast.Constant) and isinstance(said.value, str):
            told[ast.unparse(field.target)] = " ".join(said.value.split())
    return told
