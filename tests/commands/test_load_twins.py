"""``parindex load`` notes names that look alike, both with their rows, and enters what was given."""

from __future__ import annotations

import unicodedata

import pytest


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("agencies.csv", "SYT,Sở Y tế", "SYT,Sở T\N{CYRILLIC SMALL LETTER A}̀i chính",
         ("agencies.csv, row 4", "agencies.csv, row 3", "U+0430")),
        ("agencies.csv", "SYT,Sở Y tế", "SYT," + unicodedata.normalize("NFD", "Sở Tài chính"),
         ("agencies.csv, row 4", "agencies.csv, row 3", "is the same")),
        ("agencies.csv", "SYT,Sở Y tế", "SYT,Sở\N{ZERO WIDTH SPACE} Tài chính\N{RIGHT-TO-LEFT OVERRIDE}",
         ("agencies.csv, row 4", "agencies.csv, row 3")),
        ("year.yaml", "login: pheduyet", "login: thuk\N{CYRILLIC SMALL LETTER U}",
         ("login", "year.yaml, row 4", "year.yaml, row 3", "U+0443")),
        ("year.yaml", "login: pheduyet", "login: th\N{GREEK SMALL LETTER OMICRON}", ("has the character U+03BF",)),
        ("sample.csv", "SNV,SNV,X01,Xã An Bình,T2", "SNV,SNV,\N{CYRILLIC CAPITAL LETTER HA}01,Xã An Bình,T2",
         ("code of a commune", "sample.csv, row 3", "sample.csv, row 2", "U+0425")),
        ("dung-han/2026.1.yaml", "        max: 20", "        max: 20", ()),
    ],
)  # fmt: skip
async def test_names_that_look_alike_are_noted_with_both_rows(load, edit, monkeypatch, file, old, new, told):
    monkeypatch.setenv("PARINDEX_BASE_URL", "https://parindex.example")
    edit(file, (old, new))
    done = await load(lang="en")
    assert done.returncode == 0, done.stderr
    for words in told:
        assert words in done.stderr, done.stderr
    assert bool(done.stderr) == bool(told)


async def test_a_new_agency_that_looks_like_one_of_the_registry_is_noted(load, edit):
    assert (await load()).returncode == 0
    edit(
        "agencies.csv", ("SYT,Sở Y tế,department,3", "SYT2,Sở Y t\N{CYRILLIC SMALL LETTER IE}\u0302\u0301,department,3")
    )
    done = await load(lang="en")
    assert done.returncode == 0, done.stderr
    assert "agency SYT of the registry" in done.stderr
    assert "agencies.csv, row 4" in done.stderr


async def test_a_code_that_only_looks_like_a_known_one_is_told_so(load, edit):
    edit("year.yaml", ("substitute: STC", "substitute: ST\N{CYRILLIC CAPITAL LETTER ES}"))
    done = await load(lang="en")
    assert done.returncode == 1
    assert "looks like “STC” but has another character (U+0421)" in done.stderr


async def test_options_and_titles_of_a_set_that_look_alike_are_noted(load, edit):
    edit(
        "dung-han/2026.1.yaml",
        ("areas:\n", 'attributes:\n  size: {type: choice, options: [a, "\N{CYRILLIC SMALL LETTER A}"], label: {vi: "Quy mô"}}\nareas:\n'),
    )  # fmt: skip
    done = await load(lang="en")
    assert done.returncode == 0, done.stderr
    assert "option" in done.stderr
    assert "U+0430" in done.stderr


async def test_a_sample_of_an_agency_that_takes_no_part_is_noted_with_its_row(load, edit):
    edit("agencies.csv", ("SYT,Sở Y tế,department,3", "SYT,Sở Y tế,department,3\nHL,Tỉnh Hòa Lạc,province,4"))
    edit("sample.csv", ("SNV,SNV,X01,Xã An Bình,T2", "HL,SNV,X01,Xã An Bình,T2"))
    done = await load(lang="en")
    assert done.returncode == 0, done.stderr
    assert "sample.csv, row 3: “HL” takes no part in this year" in done.stderr
