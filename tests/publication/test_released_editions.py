"""Editions that earlier releases signed verify for ever, byte for byte; ``tests/store/data/make.py`` wrote them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from parindex.rankings.year_rank_sets import LIBRARIES
from parindex.reading.canonical_json import canonical, parse
from tests.installations import parindex

DATA = Path(__file__).parent / "data"
RELEASED = {
    "2023-ministry.1.json": "8e5c7d17c372a5325a16ef616e506682c218cdb98bbbff56caa8d4865f3fff5d",
    "2025-province.1.json": "6c2f589f771c956d68d6878ecb56317a6ba1ef71e8f250c578dc57c3699e42b1",
}
"""SHA-256 of the files, as they were published."""


def test_every_file_that_was_kept_is_here() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DATA.glob("*.json")} == RELEASED


def drawn_elsewhere(path: Path) -> list[str]:
    """What is said of rank ranges that libraries of another version drew: a newer Python comes with newer ones."""
    rank_sets = json.loads(path.read_bytes())["edition"]["computation"]["rank_sets"]
    drawn = rank_sets and rank_sets["libraries"]
    if drawn in (None, LIBRARIES):
        return []
    return [f"chưa rõ: Khoảng hạng được lấy như đã ghi: các lượt rút đã dùng {drawn}, ở đây là bản khác hoặc máy khác."]


@pytest.mark.parametrize("name", RELEASED)
def test_an_edition_of_a_release_verifies(name: str, tmp_path: Path) -> None:
    done = parindex("verify", str(DATA / name), "--key", str(DATA / "demo.pub"), "--strict", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SAI" not in done.stdout
    unclear = [line for line in done.stdout.splitlines() if line.startswith("chưa rõ:")]
    assert unclear == drawn_elsewhere(DATA / name)


@pytest.mark.parametrize("name", RELEASED)
def test_an_edition_of_a_release_is_written_again_to_the_same_bytes(name: str) -> None:
    released = (DATA / name).read_bytes()
    assert canonical(parse(released)) == released


@pytest.mark.parametrize("name", RELEASED)
def test_one_changed_digit_is_noticed(name: str, tmp_path: Path) -> None:
    content = (DATA / name).read_bytes()
    place = content.index(b'"points":"') + len(b'"points":"')
    changed = content[:place] + (b"1" if content[place : place + 1] != b"1" else b"2") + content[place + 1 :]
    (tmp_path / name).write_bytes(changed)
    done = parindex("verify", str(tmp_path / name), "--key", str(DATA / "demo.pub"), folder=tmp_path)
    assert done.returncode == 1, done.stdout
