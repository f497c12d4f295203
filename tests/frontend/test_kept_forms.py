"""Every form of a working page keeps what is typed into it, or stands in ``docs/access.md`` with its reason."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.frontend.frontend_pages import TEMPLATES
from tests.installations import ROOT

SOURCE: Final = {
    path.relative_to(TEMPLATES).as_posix(): re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    for path in sorted(TEMPLATES.rglob("*.html"))
}
FORM: Final = re.compile(r"<form\b(?P<head>[^>]*(?:{{.*?}}[^>]*)*)>(?P<body>.*?)</form>", re.S)
TYPED: Final = re.compile(
    r"<textarea|<select|<input(?![^>]*type=\"hidden\")"
    r"|\b(?:field|select|radios|check|check_fields|fact_field|control|choice|deadline_decision|attributes)\("
)
BASE: Final = "work/base.html"


def parents(name: str) -> set[str]:
    """What a template extends, and what holds it: pages that include it or call its macros."""
    above = set(re.findall(r'{% extends "(.+?)" %}', SOURCE[name]))
    holds = re.compile(rf'{{% (?:from|include|import) "{re.escape(name)}"')
    return above | {other for other, text in SOURCE.items() if holds.search(text)}


def working(name: str) -> bool:
    """Whether a template is one of working pages: it leads up to their base."""
    seen, waiting = {name}, [name]
    while waiting:
        for above in parents(waiting.pop()) - seen:
            seen.add(above)
            waiting.append(above)
    return BASE in seen


def forms() -> dict[tuple[str, str], str]:
    """(template, where it is sent) of every form into which somebody types, with what stands in it."""
    found = {}
    for name, text in SOURCE.items():
        for form in FORM.finditer(text):
            head, body = form["head"], form["body"]
            if working(name) and 'method="post"' in head and TYPED.search(body):
                action = re.search(r'action="(.*?)"(?:[\s>]|$)', head + " ", re.S)
                found[name, action[1] if action else ""] = head + body
    return found


def listed() -> set[str]:
    text = (ROOT / "docs" / "access.md").read_text(encoding="utf-8").split("## Drafts of forms")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(/work/[^`]+)` \| .+ \|$", text, re.MULTILINE))


def keeps_nothing(form: str) -> bool:
    """Whether ``js/drafts.js`` passes a form over."""
    return '"password"' in form


def test_a_form_that_keeps_nothing_is_listed_with_its_reason_and_no_other_is() -> None:
    unkept = {action for (_, action), form in forms().items() if keeps_nothing(form)}
    assert {re.sub(r".*url\('(.+?)'\).*", r"\1", one) for one in unkept} == listed()


def test_every_working_page_carries_the_script_that_keeps() -> None:
    assert "js/drafts.js" in SOURCE[BASE]
    assert "draft_words(person)" in SOURCE[BASE]
    overriding = [name for name in SOURCE if name != BASE and working(name) and "{% block foot %}" in SOURCE[name]]
    assert overriding == [], "the block holds the script"


@pytest.mark.parametrize(
    "template",
    ["work/people/new.html", "work/people/person.html", "work/people/new_delegation.html", "work/deed_check.html",
     "work/years/new.html", "work/agencies/form.html", "work/sheets/leaf.html"],
)  # fmt: skip
def test_forms_are_found_where_they_are(template: str) -> None:
    found = [action for name, action in forms() if name == template]
    by_get = template == "work/agencies/form.html"
    assert bool(found) is not by_get
    assert not by_get or "draft_attributes(draft, csrf" in SOURCE[template]
