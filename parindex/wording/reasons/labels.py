"""What people read for a fact and for its value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Input, place_of
from parindex.text import Language

_INDEX_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "sipas": ("Chỉ số hài lòng (SIPAS)", "Satisfaction index (SIPAS)"),
    "leaders": ("Kết quả khảo sát lãnh đạo, quản lý", "Result of the leaders' survey"),
    "dti": ("Chỉ số chuyển đổi số", "Digital transformation index"),
}


def label(criteria_set: CriteriaSet, name: str, lang: Language = "vi") -> str:
    """What people read for a fact, such as `1.1.issued`, `dossiers`, `@region`; the name itself without label."""
    found = input_of(criteria_set, name)
    if found is not None and found.label is not None:
        return found.label.get(lang)
    if name.startswith("survey:"):
        return estimate_name(name.removeprefix("survey:").partition(".")[0], lang)
    if name.startswith("external:"):
        return index_name(name.removeprefix("external:"), lang)
    if name.endswith(".judged"):
        return "Điểm đề nghị" if lang == "vi" else "Points proposed"
    return name


def value_text(criteria_set: CriteriaSet, name: str, value: str, lang: Language = "vi") -> str:
    """A fact for people, from its canonical text: `98,00%`, `24.157`, `31/12/2024`, `Hoàn thành tốt`."""
    found = input_of(criteria_set, name)
    if value in {"true", "false"}:
        return _yes(value == "true", lang)
    if found is not None and found.type == "choice":
        named = found.option_labels.get(value)
        return named.get(lang) if named else value
    if found is not None and found.type == "date":
        return text.date_text(date.fromisoformat(value), lang)
    if found is not None and found.type == "text":
        return value
    number = text.number(Decimal(value), None, lang)
    return number + "%" if found is not None and found.type == "percent" else number


def _yes(value: bool, lang: Language) -> str:
    words = ("có", "yes") if value else ("không", "no")
    return words[0 if lang == "vi" else 1]


def input_of(criteria_set: CriteriaSet, name: str) -> Input | None:
    """What the set declares for a fact; None for points, estimates and names that it does not declare."""
    if name.startswith("@"):
        return criteria_set.attributes.get(name[1:])
    code, _, local = name.rpartition(".")
    if not code or ":" in name:
        return criteria_set.inputs.get(name)
    try:
        node = place_of(criteria_set, code).node
    except KeyError:
        return None
    return node.inputs.get(local) if isinstance(node, Criterion) else None


def estimate_name(instrument: str, lang: Language) -> str:
    """What people read for the estimate of a survey."""
    names = _INDEX_NAMES.get(instrument)
    if names is not None:
        return names[0 if lang == "vi" else 1]
    return ("Kết quả điều tra xã hội học" if lang == "vi" else "Result of the survey") + f" ({instrument})"


def index_name(index: str, lang: Language) -> str:
    """What people read for the result of another index."""
    names = _INDEX_NAMES.get(index)
    if names is not None:
        return names[0 if lang == "vi" else 1]
    return ("Kết quả chỉ số " if lang == "vi" else "Result of the index ") + index
