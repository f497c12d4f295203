"""A JSON Schema of the YAML, for editors: made from the Structs, their types and the docstring of every field.

The loader stays the judge, since a schema knows neither sums nor names. What it refuses, the loader refuses too.
"""

import ast
import datetime
import inspect
import itertools
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import msgspec

from parindex.scoring.law import inputs, model
from parindex.scoring.law.reading import CODE, NAME, SLUG, VERSION, WORD
from parindex.scoring.rules import kinds
from parindex.scoring.rules.making.shapes import NUMBER, Schema, closed
from parindex.scoring.rules.making.steps import Step
from parindex.scoring.rules.rule import Rule

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PATTERNS: Final[Mapping[str, Any]] = {
    "code": CODE,
    "family": SLUG,
    "version": VERSION,
    "supersedes": VERSION,
    "tier": SLUG,
    "appraiser": SLUG,
    "needs": NAME,
    "part_of": NAME,
    "confirmed_by": SLUG,
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
    "excess": "over",
}
"""Fields that the YAML calls otherwise."""

_LEAST: Final[Mapping[tuple[str, str], Schema]] = {
    ("Criterion", "max"): {"exclusiveMinimum": 0},
    ("Area", "max"): {"exclusiveMinimum": 0},
    ("Adjustment", "cap"): {"exclusiveMinimum": 0},
    ("Input", "most"): {"exclusiveMinimum": 0},
    ("Step", "points"): {"minimum": 0},
    ("Point", "points"): {"minimum": 0},
    ("Deadline", "points"): {"minimum": 0},
    ("CriteriaSet", "print_places"): {"minimum": 0, "maximum": 12},
}
_AREAS: Final = ("code", "title", "criteria")
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Area": _AREAS,
    "Criterion": ("code", "title"),
    "Framework": ("set", "version"),
}
"""Where the YAML asks for less than the Struct: a maximum is the sum of the parts."""


def json_schema() -> Schema:
    """The schema of a criteria set."""
    defined = [inputs.Text, inputs.Input, model.Criterion, model.Area, model.Adjustment, model.SetClass]
    return {
        "$schema": DIALECT,
        "title": "parindex criteria set",
        **_object(model.CriteriaSet),
        "$defs": {
            **{one.__name__: _object(one) for one in defined},
            "LegalBasis": _object(model.LegalBasis),
            "Framework": _object(model.Framework),
            "Point": _object(kinds.Point),
            "Deadline": _object(kinds.Deadline),
            "Steps": {"anyOf": [_steps("from"), _steps("to")]},
            "Rule": {"oneOf": [_rule(one) for one in kinds.KINDS.values()]},
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
                "not": {"anyOf": [{"required": [key]} for key in ("rule", *model.LEAF_ONLY)]},
            },
        ]
    if struct is inputs.Input:
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
    Decimal: NUMBER,
    datetime.date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}


def _ref(struct: type) -> Schema:
    return {"$ref": f"#/$defs/{struct.__name__}"}


# rules


def _rule(rule: type[Rule]) -> Schema:
    """One rule: its word with what it looks at, and what else it is told."""
    word = str(rule.__struct_config__.tag)
    properties: Schema = {word: {"description": _summary(rule), **rule.subject_schema(_told)}}
    required = [word]
    told = rule.key_schemas()
    fields = {
        _KEYS.get(field.name, field.name): field
        for field in msgspec.structs.fields(rule)
        if field.name not in rule.SUBJECT
    }
    for key in rule.KEYS:
        properties[key] = _told(rule, fields[key].name, told.get(fields[key].name))
        if fields[key].required:
            required.append(key)
    shape: Schema = {"properties": properties, "required": required, "additionalProperties": False}
    if rule.EITHER:
        shape["oneOf"] = [{"required": [key]} for key in rule.EITHER]
    return {"title": word, "type": "object", **shape}


def _told(struct: type, name: str, schema: Schema | None = None) -> Schema:
    """What the value of a field of a rule may be, with what it is."""
    return _described(_field(struct, name) if schema is None else schema, struct, name)


def _steps(key: str) -> Schema:
    """Steps of at least (`from`) or at most (`to`)."""
    properties = {key: _told(Step, "at", NUMBER), "points": _told(Step, "points")}
    return {"type": "array", "items": closed(properties, (key, "points")), "minItems": 1}


# what is said about a field


def _described(schema: Schema, struct: type, name: str) -> Schema:
    return {"description": _told_fields(struct).get(name, ""), **schema}


def _summary(struct: type) -> str:
    return (inspect.getdoc(struct) or "").partition("\n")[0]


@cache
def _told_fields(struct: type) -> dict[str, str]:
    """The docstring of every field, also of those that it has from what it extends."""
    above = struct.__base__
    told = dict(_told_fields(above)) if above is not None and above not in {msgspec.Struct, object} else {}
    (definition,) = ast.parse(inspect.getsource(struct)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, after in itertools.pairwise(body):
        said = after.value if isinstance(after, ast.Expr) else None
        if isinstance(field, ast.AnnAssign) and isinstance(said, ast.Constant) and isinstance(said.value, str):
            told[ast.unparse(field.target)] = " ".join(said.value.split())
    return told
