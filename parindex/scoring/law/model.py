"""A criteria set: the law of one year as immutable values.

Every number is a `Decimal` made from the text that a lawyer wrote, never from a float.
"""

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from parindex.scoring.digits import shortest
from parindex.scoring.law.inputs import Frozen, Input, Text
from parindex.scoring.rules.rule import Rule

Evidence = Literal["required", "optional", "none"]
SetPart = Literal["areas", "bonus", "penalty"]

LEAF_ONLY: Final = ("inputs", "evidence", "evidence_from", "evidence_to", "confirmed_by")
"""What only a criterion with a rule may say."""


class Criterion(Frozen, frozen=True):
    """A criterion: a sum of its parts, or a leaf that a rule scores."""

    code: str
    """Unique in the set, such as `1.2.1`."""
    title: Text
    """What the law says."""
    max: Decimal
    """The maximum: written on a leaf, the sum of the parts of any other."""
    rule: Rule | None = None
    """How points are made; None where there are parts."""
    inputs: Mapping[str, Input] = {}
    """The facts that only this leaf takes, by name."""
    criteria: tuple["Criterion", ...] = ()
    """The parts; empty in a leaf."""
    evidence: Evidence = "required"
    """Whether evidence goes with the facts; where it is missing an explanation is needed."""
    evidence_from: datetime.date | None = None
    """The first day on which its evidence may be issued; None: the first of the set's year."""
    evidence_to: datetime.date | None = None
    """The last day on which its evidence may be issued; None: the last of the set's year."""
    confirmed_by: str | None = None
    """The body that confirms the fact before it counts."""
    guidance: Text | None = None
    """What the evidence is and how the fact is counted, for the official who fills it in."""
    needs: str | None = None
    """An attribute of the agency; false: not applicable to it."""
    may_be_inapplicable: bool = False
    """The agency may propose that it does not apply; the appraiser decides."""
    appraiser: str | None = None
    """The body that appraises it where that is not the body of its area."""

    @property
    def is_leaf(self) -> bool:
        """Whether a rule scores it."""
        return self.rule is not None


class Area(Frozen, frozen=True):
    """A lĩnh vực: the first level."""

    code: str
    """Unique in the set."""
    title: Text
    """What the law says."""
    max: Decimal
    """The sum of its criteria."""
    criteria: tuple[Criterion, ...]
    """Its tiêu chí."""
    appraiser: str | None = None
    """The body that appraises this area."""
    needs: str | None = None
    """An attribute of the agency; false: nothing below applies to it."""
    may_be_inapplicable: bool = False
    """Holds for everything below."""
    open: bool = False
    """A set that extends this one may add criteria here."""


class Adjustment(Frozen, frozen=True):
    """Bonus or penalty: points outside the criteria."""

    cap: Decimal
    """The most that all items together change."""
    items: tuple[Criterion, ...]
    """Leaves."""


class SetClass(Frozen, frozen=True):
    """One class (xếp loại)."""

    name: str
    """What is printed."""
    from_: Decimal = msgspec.field(name="from")
    """The least index that reaches it, in percent."""


class LegalBasis(Frozen, frozen=True):
    """A decision that the set rests on."""

    number: str
    """Số, ký hiệu."""
    date: datetime.date | None = None
    """The day of issue."""
    issuer: str | None = None
    """Who issued it."""


class Framework(Frozen, frozen=True):
    """The set that another one extends: a lower level adds criteria to it."""

    family: str
    """The folder it lives in."""
    version: str
    """The file it lives in."""
    digest: str
    """SHA-256 of it; left out in a file that only adds, which is read with its framework."""


class CriteriaSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, eq=False, weakref=True):
    """One version of one family. Two sets mean the same when their digests are equal."""

    family: str
    """The folder it lives in (`set:`)."""
    version: str
    """The file it lives in."""
    title: Text
    """What people call it."""
    status: Literal["illustrative", "official"]
    """Illustrative sets are marked wherever they are shown."""
    tier: str
    """The tier of the agencies that it scores."""
    years: tuple[int, ...]
    """The years that it measures."""
    areas: tuple[Area, ...]
    """The lĩnh vực."""
    supersedes: str | None = None
    """The version that this one replaces."""
    extends: Framework | None = None
    """The framework to which it adds criteria, under areas that are `open`; its digest is part of this set's."""
    legal_basis: tuple[LegalBasis, ...] = ()
    """The decisions that it rests on."""
    print_places: int = 2
    """Decimal places when printing."""
    compare: Literal["exact", "printed"] = "exact"
    """What classes and ties look at."""
    ties: Literal["competition", "dense"] = "competition"
    """Ranks after a tie: 1 2 2 4 or 1 2 2 3."""
    no_survey: Literal["rescale", "zero", "refuse"] = "rescale"
    """What holds for the leaves of a survey that was not held."""
    classes: tuple[SetClass, ...] = ()
    """From the highest; an index below the last has no class."""
    attributes: Mapping[str, Input] = {}
    """What is asked of the agency itself, by name."""
    inputs: Mapping[str, Input] = {}
    """Facts that several leaves take, by name."""
    bonus: Adjustment | None = None
    """Points on top."""
    penalty: Adjustment | None = None
    """Points off."""

    @property
    def max(self) -> Decimal:
        """The maximum of the whole set, without bonus."""
        return Decimal(shortest(sum((area.max for area in self.areas), Decimal(0))))


class Place(Frozen, frozen=True):
    """A node of a set with what it inherits from above."""

    node: Area | Criterion
    """The area or criterion itself."""
    part: SetPart
    """Areas, or one of the adjustments."""
    depth: int
    """1 lĩnh vực, 2 tiêu chí, 3 and deeper tiêu chí thành phần; an item of bonus or penalty is at 2."""
    area: str | None
    """Code of the area it belongs to; None in an adjustment."""
    above: tuple[str, ...]
    """Codes from the area down to the parent."""
    needs: tuple[str, ...]
    """Every attribute needed here, from above down."""
    may_be_inapplicable: bool
    """Whether `not_applicable` is allowed here."""
    appraiser: str | None
    """The body that appraises it."""

    @property
    def code(self) -> str:
        """The code of the node."""
        return self.node.code

    @property
    def is_leaf(self) -> bool:
        """Whether a rule scores it."""
        return isinstance(self.node, Criterion) and self.node.is_leaf


def walk(criteria_set: CriteriaSet) -> Iterator[Place]:
    """Every node in the order of the law: areas with what is below them, then bonus, then penalty."""
    for area in criteria_set.areas:
        yield from _below(area, None)
    for part in ("bonus", "penalty"):
        adjustment: Adjustment | None = getattr(criteria_set, part)
        for item in adjustment.items if adjustment else ():
            # Bonus and penalty belong to no area, so the body of the first one, which leads the year, appraises them.
            lead = criteria_set.areas[0].appraiser if criteria_set.areas else None
            yield msgspec.structs.replace(_place(item, None, part), appraiser=item.appraiser or lead)


def _below(node: Area | Criterion, parent: Place | None) -> Iterator[Place]:
    place = _place(node, parent, "areas")
    yield place
    for part in node.criteria:
        yield from _below(part, place)


def _place(node: Area | Criterion, parent: Place | None, part: Any) -> Place:
    area = node.code if isinstance(node, Area) else parent.area if parent else None
    return Place(
        node=node,
        part=part,
        depth=parent.depth + 1 if parent else 1 if isinstance(node, Area) else 2,
        area=area,
        above=(*parent.above, parent.code) if parent else (),
        needs=((*parent.needs,) if parent else ()) + ((node.needs,) if node.needs else ()),
        may_be_inapplicable=node.may_be_inapplicable or bool(parent and parent.may_be_inapplicable),
        appraiser=node.appraiser or (parent.appraiser if parent else None),
    )


def leaves(criteria_set: CriteriaSet, *, adjustments: bool = True) -> Iterator[Place]:
    """Every leaf in the order of the law, those of bonus and penalty last or not at all."""
    return (place for place in walk(criteria_set) if place.is_leaf and (adjustments or place.part == "areas"))


class Counts(Frozen, frozen=True):
    """How large a set is: "8 lĩnh vực, 38 tiêu chí, 88 tiêu chí thành phần"."""

    areas: int
    """Lĩnh vực."""
    criteria: int
    """Tiêu chí: depth 2."""
    parts: int
    """Tiêu chí thành phần: depth 3 and deeper."""
    leaves: int
    """What is scored by a rule, bonus and penalty not counted."""


def counts(criteria_set: CriteriaSet) -> Counts:
    """Count the nodes by depth, without bonus and penalty."""
    places = [place for place in walk(criteria_set) if place.part == "areas"]
    return Counts(
        areas=sum(place.depth == 1 for place in places),
        criteria=sum(place.depth == 2 for place in places),
        parts=sum(place.depth > 2 for place in places),
        leaves=sum(place.is_leaf for place in places),
    )
