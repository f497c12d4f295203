"""What is declared to be a part of what: checked when a set is read."""

from collections.abc import Mapping

from parindex.reading.lookalikes import nearest
from parindex.scoring.law.inputs import Input
from parindex.scoring.law.reading import SetReading
from parindex.scoring.law.yaml_tree import Mapping_, Node
from parindex.scoring.rules.making.reader import NUMBERS


def wholes_of(
    reading: SetReading, node: Node | None, inputs: Mapping[str, Input | None], known: Mapping[str, Input | None]
) -> set[str]:
    """The inputs of which others are parts, which are used by that.

    Args:
        reading: Where defects go: a whole that is not declared, that is no number, or that is its own part.
        node: Where the inputs are declared.
        inputs: What was read there.
        known: What they may be a part of.
    """
    wholes: set[str] = set()
    for key, value in getattr(node, "entries", ()):
        one = inputs.get(key.text)
        if one is None or one.part_of is None or not isinstance(value, Mapping_):
            continue
        at = next(entry for word, entry in value.entries if word.text == "part_of")
        wholes.add(one.part_of)
        if one.part_of not in known:
            reading.fail(at, "undeclared_input", found=one.part_of, nearest=nearest(one.part_of, known))
            continue
        for name, part in ((key.text, one), (one.part_of, known[one.part_of])):
            if part is not None and part.type not in NUMBERS:
                reading.fail(at, "input_type", name=name, found=part.type, expected=NUMBERS)
        if _is_part_of_itself(key.text, known):
            reading.fail(at, "part_of_itself", found=key.text)
    return wholes


def _is_part_of_itself(name: str, known: Mapping[str, Input | None]) -> bool:
    """Whether the wholes of an input lead back to it."""
    passed: set[str] = set()
    one = known.get(name)
    while one is not None and one.part_of is not None and one.part_of not in passed:
        if one.part_of == name:
            return True
        passed.add(one.part_of)
        one = known.get(one.part_of)
    return False
