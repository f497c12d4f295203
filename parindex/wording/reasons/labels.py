"""What people read for a fact and for its value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Input, place_of
from parindex.scoring.law.inputs import DAYS_LATE, PLATFORM
from parindex.text import N_, NC_, Language, translator

_INDEX_NAMES: Final[Mapping[str, str]] = {
    "sipas": N_("Chỉ số hài lòng (SIPAS)"),
    "leaders": N_("Kết quả khảo sát lãnh đạo, quản lý"),
    "dti": N_("Chỉ số chuyển đổi số"),
}


def label(criteria_set: CriteriaSet, name: str, lang: Language = "vi") -> str:
    """What people read for a fact, such as `1.1.issued`, `dossiers`, `@region`; the name itself without label."""
    found = input_of(criteria_set, name)
    if found is not None and found.label is not None:
        return found.label.get(lang)
    if name == f"@{DAYS_LATE}":
        return translator(lang)(N_("Số ngày nộp chậm"))
    if name.startswith("survey:"):
        return estimate_name(name.removeprefix("survey:").partition(".")[0], lang)
    if name.startswith("external:"):
        return index_name(name.removeprefix("external:"), lang)
    if name.endswith(".judged"):
        return translator(lang)(NC_("fact", "Điểm đề nghị"))
    return name


def value_text(criteria_set: CriteriaSet, name: str, value: str, lang: Language = "vi") -> str:
    """A fact for people, from its canonical text: `98,00%`, `24.157`, `31/12/2024`, `Hoàn thành tốt`."""
    found = input_of(criteria_set, name)
    if value in {"true", "false"}:
        return translator(lang)(N_("có") if value == "true" else N_("không"))
    if found is not None and found.type == "choice":
        named = found.option_labels.get(value)
        return named.get(lang) if named else value
    if found is not None and found.type == "date":
        return text.date_text(date.fromisoformat(value), lang)
    if found is not None and found.type == "text":
        return value
    number = text.number(Decimal(value), None, lang)
    return number + "%" if found is not None and found.type == "percent" else number


def input_of(criteria_set: CriteriaSet, name: str) -> Input | None:
    """What the set declares for a fact; None for points, estimates and names that it does not declare."""
    if name.startswith("@"):
        return criteria_set.attributes.get(name[1:]) or PLATFORM.get(name[1:])
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
    _ = translator(lang)
    if instrument in _INDEX_NAMES:
        return _(_INDEX_NAMES[instrument])
    return _("Kết quả điều tra xã hội học (%(instrument)s)", instrument=instrument)


def index_name(index: str, lang: Language) -> str:
    """What people read for the result of another index."""
    _ = translator(lang)
    if index in _INDEX_NAMES:
        return _(_INDEX_NAMES[index])
    return _("Kết quả chỉ số %(index)s", index=index)
