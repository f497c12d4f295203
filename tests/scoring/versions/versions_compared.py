"""Two versions of a small set, written as a lawyer would write them."""

from __future__ import annotations

from parindex.scoring import CriteriaSet, load_bytes

HEAD = """\
set: thu
version: "{version}"
title: {{vi: "Bộ thử"}}
status: illustrative
tier: department
years: [{year}]
"""
LEAF = '{{code: "{code}", title: {{vi: "{title}"}}, max: {max}, {rest}}}'
YES = "inputs: {{a: {{type: boolean, label: {{vi: a}}}}}}, rule: {{yes_no: a}}".replace("{{", "{").replace("}}", "}")


def leaf(code: str, title: str, max: str = "1", rest: str = YES) -> str:
    """A leaf in flow style."""
    return LEAF.format(code=code, title=title, max=max, rest=rest)


def version(year: int, *areas: tuple[str, list[str]], extra: str = "") -> CriteriaSet:
    """A set of areas, each a title and its criteria."""
    body = "areas:\n"
    for number, (title, criteria) in enumerate(areas, 1):
        body += f'  - code: "{number}"\n    title: {{vi: "{title}"}}\n    criteria:\n'
        body += "".join(f"      - {one}\n" for one in criteria)
    text = HEAD.format(version=f"{year}.1", year=year) + body + extra
    return load_bytes(text.encode(), "thu.yaml")
