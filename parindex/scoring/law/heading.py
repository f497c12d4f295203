"""What the head of a set says of itself beside plain words: years, framework, decisions, classes."""

import re
from typing import Final

from parindex.scoring.law.model import Framework, LegalBasis, SetClass
from parindex.scoring.law.reading import SetReading
from parindex.scoring.law.yaml_tree import Node

_DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


def years(node: Node, reading: SetReading) -> tuple[int, ...] | None:
    """The years that it measures, each once."""
    items = reading.items(node)
    if items is None:
        return None
    years: list[int] = []
    for item in items:
        year = reading.integer(item, 1900, 2200)
        if year is not None and year in years:
            reading.fail(item, "repeated_item", found=year)
        if year is not None:
            years.append(year)
    return tuple(years)


def extends(node: Node, reading: SetReading) -> Framework | None:
    """The framework of a set that is written out."""
    keys = ("set", "version", "digest")
    fields = reading.fields(node, keys, keys)
    if fields is None:
        return None
    family, version = fields.take("set", reading.slug), fields.take("version", reading.version)
    stamp = fields.take("digest", reading.string, _DIGEST, "SHA-256")
    if family is None or version is None or stamp is None:
        return None
    return Framework(family=family, version=version, digest=stamp)


def legal_basis(node: Node, reading: SetReading) -> tuple[LegalBasis, ...] | None:
    """The decisions that it rests on."""
    items = reading.items(node, empty=True)
    return None if items is None else tuple(one for item in items if (one := _basis(item, reading)) is not None)


def _basis(node: Node, reading: SetReading) -> LegalBasis | None:
    fields = reading.fields(node, ("number", "date", "issuer"), ("number",))
    if fields is None:
        return None
    number = fields.take("number", reading.string)
    issued = fields.take("date", reading.date)
    issuer = fields.take("issuer", reading.string)
    return None if number is None else LegalBasis(number=number, date=issued, issuer=issuer)


def classes(node: Node, reading: SetReading) -> tuple[SetClass, ...] | None:
    """Classes, from the highest."""
    items = reading.items(node, empty=True)
    if items is None:
        return None
    classes: list[SetClass] = []
    for item in items:
        fields = reading.fields(item, ("name", "from"), ("name", "from"))
        name = fields.take("name", reading.string) if fields else None
        least = fields.take("from", reading.decimal) if fields else None
        if name is None or least is None:
            continue
        if classes and least >= classes[-1].from_:
            expected = classes[-1].from_
            reading.fail(item, "step_disordered", found=least, expected=expected, order="lower")
        if any(one.name == name for one in classes):
            reading.fail(item, "repeated_item", found=name)
        classes.append(SetClass(name=name, from_=least))
    return tuple(classes)
