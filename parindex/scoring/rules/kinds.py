"""Every kind of rule by its word in the YAML. A new kind is one file beside this one and one line here."""

from collections.abc import Mapping
from typing import Final

from parindex.scoring.rules.bands import Bands
from parindex.scoring.rules.by import By, Deadline
from parindex.scoring.rules.checklist import Checklist
from parindex.scoring.rules.choice import Choice
from parindex.scoring.rules.days import Days
from parindex.scoring.rules.deduct import Deduct
from parindex.scoring.rules.each import Each
from parindex.scoring.rules.external import External
from parindex.scoring.rules.formula import Branch, Formula
from parindex.scoring.rules.judged import Judged
from parindex.scoring.rules.linear import Linear
from parindex.scoring.rules.making.steps import Point, Step
from parindex.scoring.rules.ratio import Ratio
from parindex.scoring.rules.rule import Rule, kind
from parindex.scoring.rules.survey import Survey
from parindex.scoring.rules.yes_no import YesNo

_ALL: Final[tuple[type[Rule], ...]] = (
    YesNo, Choice, Checklist, Each, Deduct, Ratio, Bands, Linear, By, Days, Formula, Survey, External, Judged,
)  # fmt: skip

KINDS: Final[Mapping[str, type[Rule]]] = {str(one.__struct_config__.tag): one for one in _ALL}
"""In the order in which the documentation lists them."""

__all__ = [
    "KINDS",
    "Bands",
    "Branch",
    "By",
    "Checklist",
    "Choice",
    "Days",
    "Deadline",
    "Deduct",
    "Each",
    "External",
    "Formula",
    "Judged",
    "Linear",
    "Point",
    "Ratio",
    "Rule",
    "Step",
    "Survey",
    "YesNo",
    "kind",
]
