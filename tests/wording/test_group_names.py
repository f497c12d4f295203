"""What a group is called."""

from __future__ import annotations

import pytest

from parindex.scoring import load_bytes
from parindex.wording.group_names import attribute_name, group_name, value_name
from tests.assessments.conftest import SET

KINDS = """attributes:
  has_ports: {type: boolean, label: {vi: "Có cảng biển", en: "Has a port"}}
  kind: {type: choice, options: [ward, commune], option_labels: {ward: {vi: "Phường", en: "Ward"}}}
"""
LAW = load_bytes("\n".join([*SET.splitlines()[:8], *KINDS.splitlines(), *SET.splitlines()[9:]]).encode(), "s.yaml")


@pytest.mark.parametrize(
    ("attribute", "value", "group", "alone"),
    [
        ("has_ports", "true", "Có cảng biển: Có", "Có"),
        ("has_ports", "false", "Có cảng biển: Không", "Không"),
        ("kind", "ward", "Phường", "Phường"),
        ("kind", "commune", "commune", "commune"),
        ("region", "Bắc", "Bắc", "Bắc"),
    ],
)
def test_a_yes_or_no_is_told_with_what_it_answers(attribute: str, value: str, group: str, alone: str) -> None:
    assert group_name(LAW, attribute, value, "vi") == group
    assert value_name(LAW, attribute, value, "vi") == alone


def test_an_attribute_without_a_label_bears_its_name_and_the_region_its_word() -> None:
    assert [attribute_name(LAW, name, "vi") for name in ("has_ports", "kind", "region")] == [
        "Có cảng biển",
        "kind",
        "Vùng",
    ]
    assert [attribute_name(LAW, name, "en") for name in ("has_ports", "region")] == ["Has a port", "Region"]
