"""Pieces of the JSON Schema that several kinds of rule share."""

from typing import Any, Final, Protocol

Schema = dict[str, Any]

NUMBER: Final[Schema] = {"type": "number"}
NAME: Final[Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
NOT_APPLICABLE: Final[Schema] = {"const": "not_applicable"}
PAIR: Final[Schema] = {"type": "array", "items": NAME, "minItems": 2, "maxItems": 2}
NAME_OR_PAIR: Final[Schema] = {"anyOf": [NAME, PAIR]}
STEPS: Final[Schema] = {"$ref": "#/$defs/Steps"}
POINT: Final[Schema] = {"$ref": "#/$defs/Point"}
AT_LEAST_ZERO: Final[Schema] = {**NUMBER, "minimum": 0}
ABOVE_ZERO: Final[Schema] = {**NUMBER, "exclusiveMinimum": 0}


class FieldSchema(Protocol):
    """Makes the schema of a field of a Struct, with the field's docstring."""

    def __call__(self, struct: type, name: str, schema: Schema | None = None) -> Schema:
        """From its type, unless a schema is given."""


def worths(most: int | None, *, not_applicable: bool = False, strict: bool = False) -> Schema:
    """Points or shares by option."""
    number: Schema = {**NUMBER, "exclusiveMinimum" if strict else "minimum": 0}
    if most:
        number["maximum"] = most
    worth = {"anyOf": [number, NOT_APPLICABLE]} if not_applicable else number
    return {"type": "object", "additionalProperties": worth, "minProperties": 1}


def closed(properties: Schema, required: tuple[str, ...]) -> Schema:
    """A mapping with these keys and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
