"""How a leaf's points are made, in the words of an official: what the set says, not what one agency reached."""

from __future__ import annotations

from collections.abc import Callable

from parindex.scoring import CriteriaSet, Criterion, kind
from parindex.text import Language
from parindex.wording.reasons.rule_sentences import RuleTexts


def words(criteria_set: CriteriaSet, criterion: Criterion, lang: Language = "vi") -> str:
    """The rule of a leaf in a sentence or two; empty where a sum has none."""
    if criterion.rule is None:
        return ""
    written: Callable[[], str] = getattr(RuleTexts(criteria_set, criterion, lang), f"_{kind(criterion.rule)}")
    return written()
