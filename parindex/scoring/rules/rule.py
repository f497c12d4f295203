"""What a kind of rule says of itself: everything in one file, beside this one.

A kind is a frozen Struct whose tag is its word in the YAML. `kinds` knows them all, and nothing else asks which kind a
rule is. Its sentences are in `wording`, its lines of the workbook in `criteria_workbook`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self

from parindex.scoring.law.inputs import Expected, Frozen, Input
from parindex.scoring.law.reading import Fields
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.rules.making.comparison_key import Essence
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.shapes import NAME, FieldSchema, Schema
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts

Kernel = Callable[[Any], tuple[Any, Any]]
"""From the columns of a simulation to the points of all agencies, and where the exact path would refuse the facts.

Points are NaN where they are unknown and infinite where the leaf does not apply; the second may be None.
"""


class Rule(Frozen, frozen=True):
    """How the points of a leaf are made. Names in it are input names as written in the set: of the leaf, or shared."""

    KEYS: ClassVar[tuple[str, ...]] = ()
    """What the YAML may say beside the word of the rule."""
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    """Of these what it has to say."""
    EITHER: ClassVar[tuple[str, ...]] = ()
    """Of these exactly one."""
    SUBJECT: ClassVar[tuple[str, ...]] = ("input",)
    """The fields that stand under the word of the rule."""
    DECLARED: ClassVar[bool] = True
    """Whether the agency declares it; what surveys and other indices give, it does not."""
    PROPOSED: ClassVar[bool] = False
    """Whether the agency proposes points instead of declaring facts."""

    # from YAML, and back

    @classmethod
    def read(cls, reader: RuleReader, subject: Node, fields: Fields) -> Self | None:
        """The rule from what stands under its word and beside it; None where it is broken."""
        raise NotImplementedError

    def document(self) -> dict[str, Any]:
        """The canonical form, in the shape of the YAML."""
        raise NotImplementedError

    @classmethod
    def subject_schema(cls, field: FieldSchema) -> Schema:
        """The JSON Schema of what stands under the word of the rule."""
        del field
        return NAME

    @classmethod
    def key_schemas(cls) -> Mapping[str, Schema]:
        """The JSON Schema of fields that their type alone does not tell."""
        return {}

    # facts and points

    def facts(self, names: Names) -> tuple[str, ...]:
        """Full names of the facts that it may take, in the order that it mentions them."""
        raise NotImplementedError

    def taken(self, names: Names) -> tuple[str, ...]:
        """Its facts, and after them the wholes of which they are declared to be parts."""
        facts = self.facts(names)
        return tuple(dict.fromkeys([*facts, *(whole for _, whole in names.parts(facts))]))

    def flagged_pair(self, names: Names) -> tuple[str, str] | None:
        """Part and whole that flag it where the part is the larger, or the whole 0; None where nothing can."""
        del names
        return None

    @property
    def years(self) -> frozenset[int]:
        """Years of the days that it names."""
        return frozenset()

    def judge(self, names: Names, maximum: int) -> Judge:
        """The rule made ready; the maximum is scaled. A `Measured` is worked out for all agencies at once."""
        raise NotImplementedError

    def kernel(self, names: Names, maximum: Decimal) -> Kernel:
        """The rule over the columns of a simulation."""
        raise NotImplementedError

    def asks(self, names: Names) -> list[tuple[str, Input]]:
        """What the agency is asked: full names with their inputs."""
        declared = {names.of(name): one for name, one in {**names.shared, **names.local}.items()}
        return [(name, declared[name]) for name in self.taken(names) if name in declared]

    def own_facts(self, names: Names, maximum: Decimal) -> dict[str, Expected]:
        """Facts that exist because of this rule, beside the inputs declared."""
        del names, maximum
        return {}

    @property
    def not_held(self) -> str | None:
        """The fact that its survey was not held; None for all but surveys."""
        return None

    # why

    def compared(self, names: Names, facts: LeafFacts) -> Fraction | None:
        """The number that it looks at, where it looks at one."""
        del names, facts
        return None

    def next_step(self, case: Case) -> Next | None:
        """What one more step gives; None where none can be named."""
        del case
        return None

    # years beside each other

    def essence(self, plain: Essence) -> Any:
        """What it asks and rewards, with maximum, names and years taken out."""
        return plain.plain(self.document())

    def is_in_proportion(self, names: Names) -> bool:
        """Whether its points move in proportion to the maximum."""
        del names
        return True


def kind(rule: Rule) -> str:
    """The word that names the rule in a criteria set, such as `yes_no`."""
    return str(rule.__struct_config__.tag)
