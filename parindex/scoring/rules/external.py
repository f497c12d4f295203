"""`{external: {index: dti}, as: share}`: points from the result of another index."""

from typing import Any, ClassVar, Literal, Self

from parindex.scoring.law.reading import WORD, Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.estimates import EstimateRule, read_way
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.reader import RuleReader


class External(EstimateRule, frozen=True, kw_only=True, tag="external"):
    """Points from the result of another index."""

    KEYS: ClassVar[tuple[str, ...]] = ("as", "steps", "from", "to")
    SUBJECT: ClassVar[tuple[str, ...]] = ("index",)

    index: str
    """Which index."""
    reading: Literal["share", "bands", "linear"]
    """How the result (0-1) becomes points (`as:`)."""

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """Which index, and how it is read."""
        source = reader.reading.fields(subject, ("index",), ("index",))
        index = source.take("index", reader.reading.string, WORD, "word") if source else None
        way = read_way(reader, fields, ("share", "bands", "linear"))
        return None if index is None or way is None else cls(index=index, **way)

    def document(self) -> dict[str, Any]:
        """`{external: {index: …}, as: …}`."""
        return {"external": {"index": self.index}, **self.way_document()}

    def facts(self, names: Names) -> tuple[str, ...]:
        """The result."""
        del names
        return (f"external:{self.index}",)
