"""What a group of agencies is called: the attribute that it shares, and its value, in words."""

from __future__ import annotations

from parindex.scoring import CriteriaSet
from parindex.text import N_, Language, translator, words

REGION = N_("Vùng")
"""What the registry's own attribute is called where the set declares none."""


def attribute_name(criteria_set: CriteriaSet, attribute: str, lang: Language) -> str:
    """An attribute in words: the label of the set, or its name."""
    declared = criteria_set.attributes.get(attribute)
    if declared is not None and declared.label is not None:
        return words(declared.label, lang)
    return translator(lang)(REGION) if attribute == "region" else attribute


def group_name(criteria_set: CriteriaSet, attribute: str, value: str, lang: Language) -> str:
    """A group in words, wherever it stands: its value, and beside a yes or no the attribute."""
    told = value_name(criteria_set, attribute, value, lang)
    declared = criteria_set.attributes.get(attribute)
    yes_or_no = declared is not None and declared.type == "boolean"
    return f"{attribute_name(criteria_set, attribute, lang)}: {told}" if yes_or_no else told


def value_name(criteria_set: CriteriaSet, attribute: str, value: str, lang: Language) -> str:
    """A value of an attribute in words, beside that: the label of the option, yes or no, or as it is written."""
    declared = criteria_set.attributes.get(attribute)
    if declared is None:
        return value
    if declared.type == "boolean":
        _ = translator(lang)
        return _("Có") if value == "true" else _("Không")
    named = declared.option_labels.get(value)
    return words(named, lang) if named else value
