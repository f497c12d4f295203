"""How the inputs of one leaf are called in the facts."""

from collections.abc import Mapping

from parindex.scoring.law.inputs import PLATFORM, Frozen, Input
from parindex.scoring.rules.making import expressions


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
        return self.local.get(name) or self.shared.get(name) or PLATFORM[name]

    def type_of(self, name: str) -> str:
        """The type of an input."""
        return self.input(name).type

    def sorts(self) -> dict[str, expressions.Sort]:
        """What the inputs are in a formula."""
        return expressions.sorts({name: one.type for name, one in {**PLATFORM, **self.shared, **self.local}.items()})

    def of(self, name: str) -> str:
        """The full name of an input."""
        if name in self.local:
            return f"{self.code}.{name}"
        return f"@{name}" if name in PLATFORM and name not in self.shared else name

    def parts(self, facts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Which of these facts is a part of which, and these of which again, by full name."""
        declared = {self.of(name): one for name, one in {**self.shared, **self.local}.items()}
        pairs: dict[str, str] = {}
        waiting = [name for name in facts if name in declared]
        for name in waiting:
            whole = declared[name].part_of
            if whole is not None and name not in pairs:
                pairs[name] = self.of(whole)
                waiting.append(self.of(whole))
        return tuple(pairs.items())

    def judged(self) -> str:
        """The points that the agency proposes."""
        return f"{self.code}.judged"
