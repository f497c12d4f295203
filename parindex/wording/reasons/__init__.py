"""Why a leaf has its points, as a Vietnamese or English official would write it.

Scoring gives a reason as code and values; this is the one place where it becomes a sentence, for the sheet,
the ranking, the command line and the open data alike, in both languages, because every published reason
carries both.
"""

from __future__ import annotations

from parindex.scoring import CriteriaSet, Reason
from parindex.text import Language
from parindex.wording.reasons.labels import label, value_text
from parindex.wording.reasons.speaker import Speaker

__all__ = ["label", "missing", "next_step", "sentence", "sentences", "value_text"]


def sentences(criteria_set: CriteriaSet, code: str, reason: Reason) -> tuple[str, str]:
    """The reason of one leaf in Vietnamese and in English."""
    return sentence(criteria_set, code, reason, "vi"), sentence(criteria_set, code, reason, "en")


def sentence(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> str:
    """The reason of one leaf in one language, with what one more step would give."""
    return Speaker(criteria_set, code, reason, lang).whole()


def missing(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> list[str]:
    """The labels of the facts without which a leaf is not yet known."""
    speaker = Speaker(criteria_set, code, reason, lang)
    return [speaker.label(name) for name in reason.missing]


def next_step(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> str:
    """What one more step would give; empty at the maximum and where no step can be named."""
    return Speaker(criteria_set, code, reason, lang).next_step()
