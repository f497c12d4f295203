"""How the inputs of one leaf are called in the facts."""

from collections.abc import Mapping

from parindex.scoring.law.inputs import Frozen, Input
from parindex.scoring.rules import expressions


class Names(Frozen, frozen=True):
    """The names of a leaf's inputs."""

    code: str
    """Of the leaf."""
    local: Mapping[str, Input]
    """Inputs of its own."""
    shared: Mapping[str, Input]
    """Inputs of the set."""

    def input(self, name: str) -> Input:
        """What is declared under a name of the rule."""
        return self.local.get(name) or self.shared[name]

    def type_of(self, name: str) -> str:
        """The type of an input."""
        return self.input(name).type

    def sorts(self) -> dict[str, expressions.Sort]:
        """What the inputs are in a formula."""
        return expressions.sorts({name: one.type for name, one in {**self.shared, **self.local}.items()})

    def of(self, name: str) -> str:
        """The full name of an input."""
        return f"{self.code}.{name}" if name in self.local else name

    def judged(self) -> str:
        """The points that the agency proposes."""
        return f"{self.code}.judged"
