"""Reads the rule of one leaf: which kind it is, then that kind reads itself."""

from parindex.reading.lookalikes import nearest
from parindex.scoring.law.yaml_tree import Node, Scalar
from parindex.scoring.rules.kinds import KINDS
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.rule import Rule


def read_rule(reader: RuleReader, node: Node) -> Rule | None:
    """The rule, or None where it is broken."""
    reading = reader.reading
    entries = reading.mapping(node)
    if entries is None:
        return None
    words = [key.text for key, _ in entries if key.text in KINDS]
    if len(words) != 1:
        _no_kind(reader, node, entries, words)
        return None
    word = words[0]
    kind = KINDS[word]
    fields = reading.fields(node, (word, *kind.KEYS), kind.REQUIRED)
    subject = fields.get(word) if fields else None
    if fields is None or subject is None:
        return None
    before, doubts = len(reading.defects), len(reading.warnings)
    rule = kind.read(reader, subject, fields)
    if len(reading.defects) == before:
        return rule
    # The most that a broken rule gives is not known.
    reading.warnings[doubts:] = [one for one in reading.warnings[doubts:] if one.code != "top_under_max"]
    return None


def _no_kind(reader: RuleReader, node: Node, entries: list[tuple[Scalar, Node]], words: list[str]) -> None:
    if words:
        reader.reading.fail(node, "several_rules", found=words)
        return
    first = entries[0][0] if entries else node
    found = first.text if isinstance(first, Scalar) else "{}"
    expected = tuple(KINDS)
    reader.reading.fail(first, "unknown_rule", found=found, nearest=nearest(found, expected), expected=expected)
