"""In English nothing of the pages is left in Vietnamese but what people wrote: names, papers, reasons."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import httpx
import pytest

from parindex import text
from parindex.api.shared import page as frame
from parindex.practice import ministries
from tests.browser.test_every_page import LOOKED_AT, PUBLIC, WORK, _codes, _list, _names
from tests.conftest import PASSWORD
from tests.test_messages import VIETNAMESE

VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
READ_ALOUD: Final = ("alt", "aria-label", "data-label", "placeholder", "title")


class Words(HTMLParser):
    """What a page says in its own language: text and labels, without what is marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.said: list[str] = []

    @property
    def ours(self) -> bool:
        tag, lang = self.open[-1] if self.open else ("", None)
        return lang != "vi" and tag not in ("script", "style")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        lang = given.get("lang") or (self.open[-1][1] if self.open else None)
        if lang != "vi":
            self.said += [given[name] or "" for name in READ_ALOUD if name in given]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        for place in reversed(range(len(self.open))):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if self.ours and data.strip():
            self.said.append(" ".join(data.split()))


PLATFORM: Final = {"waiting": ("P02", "P07"), "stays": {"P03": "drafting", "P05": "with_leader", "P17": "not_started"}}
"""How the small platform of this module is loaded."""


@pytest.fixture(scope="module")
def names(site, platform) -> dict[str, str]:
    return site.call(_names(site, platform))


@pytest.fixture(scope="module")
def written(site, names) -> re.Pattern[str]:
    """Everything that people wrote: the texts of the database, and the source of the imported year."""
    phrases = {*site.call(_texts(site)), ministries.SOURCE, "Bộ Nội vụ", "Tiếng Việt", "QĐ"}
    longest_first = sorted(filter(VIETNAMESE.search, phrases), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


async def _texts(site) -> set[str]:
    found: set[str] = set()
    async with site.services.db.transaction(site.tenant) as connection:
        columns = await connection.fetch(
            """select table_name, column_name from information_schema.columns
            where table_schema = 'public' and data_type = 'text' and column_name not in ('document', 'source')"""
        )
        for table, column in columns:
            if not re.search(r"_[0-9a-f]{32}$", table):
                found |= {row[0] for row in await connection.fetch(f"select distinct {column} from {table}") if row[0]}
        for row in await connection.fetch("select document from criteria_sets"):
            found |= set(_without_english(json.loads(row["document"])))
        for row in await connection.fetch("select source from instrument_revisions"):
            found |= set(re.findall(r'"([^"]+)"', row["source"]))
        sent = [part async for part in _list()] + [part async for part in _codes()]
        sent += [
            row["entries"].encode() for row in await connection.fetch("select entries::text from code_list_versions")
        ]
        for table in ("criteria_files", "people_imports"):
            sent += [bytes(row["content"]) for row in await connection.fetch(f"select content from {table}")]
        for content in sent:
            found |= {part.strip(' "') for part in re.split(r"[,\n:{}\[\]]", content.decode("utf-8", errors="replace"))}
    return {" ".join(text.split()) for text in found}


def _without_english(document: Any) -> Iterator[str]:
    """Texts of a set that nobody has translated: the English page shows them as they are."""
    if isinstance(document, dict) and "vi" in document and "en" not in document:
        yield str(document["vi"])
    for part in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from _without_english(part)


def left(page: str, written: re.Pattern[str]) -> Iterator[str]:
    words = Words()
    words.feed(page)
    for said in words.said:
        if VIETNAMESE.search(written.sub("", said)):
            yield said


def visits(site, names, login: str | None, by_login=LOOKED_AT) -> Iterator[tuple[str, str]]:
    """(address, page) of everything that a role looks at in this run."""
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=60) as browser:
        form = browser.get("/sign-in?lang=en").text
        if login is not None:
            token = re.search(r'name="_csrf_token" value="([^"]+)"', form)
            browser.post("/sign-in", data={"_csrf_token": token[1], "login": login, "password": PASSWORD})
        for _, address in PUBLIC if login is None else by_login[login]:
            answered = browser.get(address.format_map(names))
            assert answered.status_code < 500, address
            yield address, answered.text


@pytest.mark.slow
@pytest.mark.parametrize("login", [None, *WORK])
def test_a_page_in_english_says_nothing_in_vietnamese(site, names, written, login):
    found = {f"{address}: {said}" for address, page in visits(site, names, login) for said in left(page, written)}
    assert not found, "\n".join(sorted(found))


@pytest.mark.slow
@pytest.mark.parametrize("login", [None, "lanhdao", "thamdinh"])
def test_what_nobody_translated_is_marked_as_vietnamese_where_html_can_say_it(site, names, login, monkeypatch):
    def untranslated(given: text.Words, lang: text.Language) -> str:
        return text.Vietnamese(given.vi) if lang == "en" else given.vi

    for name, module in list(sys.modules.items()):
        if name.startswith("parindex.api.") and getattr(module, "words", None) is text.words:
            monkeypatch.setattr(module, "words", untranslated)
    monkeypatch.setattr(frame, "_drawn", frame.Drawn(1))
    marked = 0
    for address, page in visits(site, names, login, WORK):
        marked += page.count('<span lang="vi">')
        misplaced = re.search(r'[^ ]*="[^"<>]*<span lang=|<title>[^<]*<span|&lt;span lang', page)
        assert misplaced is None, f"{address}: {misplaced[0]}"
    assert marked > 10
