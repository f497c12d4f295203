"""The year of ``docs/loading.md`` in a folder, and the command over a database of the test."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
from typing import NamedTuple

import pytest

from parindex.cli import main
from tests.installations import ROOT, database_settings
from tests.test_docs import DOCS, examples


@pytest.fixture
def year(tmp_path):
    """The files of the document, as a person would copy them."""
    for name in ("loading.md", "criteria.md"):
        for use, text in examples(DOCS / name):
            if use.startswith("file="):
                path = tmp_path / use.removeprefix("file=")
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "instruments" / "sipas" / "2026.yaml", tmp_path / "sipas-2026.yaml")
    return tmp_path / "year.yaml"


class Done(NamedTuple):
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def load(server, database_name, db, year, monkeypatch):
    """The command in this process, over the database of the test, from the folder of the year."""
    for name, value in database_settings(server, database_name).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PARINDEX_DATA", str(year.parent / "data"))
    monkeypatch.chdir(year.parent)

    async def run(*arguments, lang="vi"):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = await asyncio.to_thread(main, ["--lang", lang, "load", "year.yaml", *arguments])
        return Done(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def edit(year):
    """Replace what stands in a file of the year, once."""

    def replace(file, *pairs):
        path = year.parent / file
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")

    return replace
