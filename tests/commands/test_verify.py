from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from parindex.commands import verify
from parindex.publication import keys, package
from parindex.publication.edition import signed_bytes
from parindex.publication.keys import SigningKey, SigningKeys
from parindex.text import translator
from tests.publication.test_verification import edition


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKeys(tmp_path / "keys").made("demo")


@pytest.fixture
def folder(tmp_path: Path, key: SigningKey) -> Path:
    found = package.files(signed_bytes(edition(), key), translator("vi"), "Xếp hạng")
    package.write(tmp_path / "edition", found, key)
    return tmp_path / "edition"


@pytest.fixture(autouse=True)
def _nothing_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARINDEX_TRUSTED_KEYS", raising=False)


def run(path: Path, *options: str, lang: str = "vi") -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang")
    verify.add(parser.add_subparsers())
    return verify.run(parser.parse_args(["--lang", lang, "verify", str(path), *options]))


def test_an_untouched_edition_is_accepted_by_who_has_the_key(
    folder: Path, key: SigningKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key.pem").write_text(keys.pem(key.public))
    assert run(folder, "--key", str(tmp_path / "key.pem"), "--strict") == 0
    assert run(folder / "edition.json", "--key", str(tmp_path / "key.pem"), "--strict") == 0
    told = capsys.readouterr()
    assert "nguyên vẹn, người ký đã biết" in told.out
    assert told.err == ""


def test_a_key_pinned_in_the_settings_names_the_signer(
    folder: Path, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = tmp_path / "pinned"
    pinned.mkdir()
    (pinned / "demo.pub").write_text(keys.pem(key.public))
    monkeypatch.setenv("PARINDEX_TRUSTED_KEYS", str(pinned))
    assert run(folder, "--strict") == 0


def test_without_a_key_it_says_that_the_signer_is_not_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0
    assert "không thay đổi kể từ khi ký, chưa rõ người ký" in capsys.readouterr().out
    assert run(folder, "--strict") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "--key" in told.err


@pytest.mark.parametrize(
    "name", ["edition.json", "ranking.json", "ranking.csv", "ranking.xlsx", "criteria.csv", "manifest.json"]
)
def test_one_changed_byte_in_any_file_of_the_folder_is_refused(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert run(folder) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Không chấp nhận" in told.err


def test_a_file_that_is_missing_from_the_folder_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ranking.csv").unlink()
    assert run(folder) == 1
    assert "Thiếu tệp ranking.csv" in capsys.readouterr().err


def test_a_manifest_signed_by_somebody_else_is_refused(folder: Path, tmp_path: Path) -> None:
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    found["ranking.csv"] += b"more\r\n"
    (folder / "ranking.csv").write_bytes(found["ranking.csv"])
    (folder / "manifest.json").write_bytes(package.manifest(found, SigningKeys(tmp_path / "other").made("demo")))
    assert run(folder) == 1


def test_a_manifest_cannot_name_a_file_outside_its_folder(folder: Path, key: SigningKey) -> None:
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    outside = folder.parent / "outside.csv"
    outside.write_bytes(b"x")
    (folder / "manifest.json").write_bytes(package.manifest({**found, "../outside.csv": b"x"}, key))
    assert run(folder) == 1


def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nothing.json") == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(empty) == 2
    (tmp_path / "key.pem").write_text("no key")
    assert run(folder, "--key", str(tmp_path / "key.pem")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err


def test_it_speaks_english(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, lang="en") == 0
    assert capsys.readouterr().out


def test_a_folder_that_holds_something_is_not_written_to(folder: Path, key: SigningKey) -> None:
    with pytest.raises(FileExistsError):
        package.write(folder, {"edition.json": signed_bytes(edition(), key)}, key)


def test_the_ranking_of_the_folder_is_the_document_of_the_contract(folder: Path) -> None:
    assert json.loads((folder / "ranking.json").read_bytes())["edition"] == "2025-province.1"


def test_a_key_that_is_given_stands_alone_against_pinned_ones(
    folder: Path, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever names a key asks for that signer: a pinned key that did sign does not make up for it, nor the reverse."""
    signer, other = tmp_path / "signer.pub", tmp_path / "other.pub"
    signer.write_text(keys.pem(key.public))
    other.write_text(keys.pem(SigningKeys(tmp_path / "stranger").made("demo").public))
    monkeypatch.setenv("PARINDEX_TRUSTED_KEYS", str(signer))
    assert run(folder) == 0
    assert run(folder, "--key", str(other)) == 1
    monkeypatch.setenv("PARINDEX_TRUSTED_KEYS", str(other))
    assert run(folder) == 1
    assert run(folder, "--key", str(signer), "--strict") == 0
    capsys.readouterr()


def test_a_folder_is_made_where_there_is_none(tmp_path: Path, key: SigningKey) -> None:
    made = tmp_path / "years" / "2025"
    package.write(made, {"edition.json": signed_bytes(edition(), key)}, key)
    assert sorted(path.name for path in made.iterdir()) == ["edition.json", "manifest.json"]


@pytest.mark.parametrize("manifest", [None, b"", b"{}", b"[]", b"{", b'{"manifest":1}'])
def test_a_folder_without_a_manifest_that_can_be_read_is_refused(
    folder: Path, manifest: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "manifest.json").unlink()
    if manifest is not None:
        (folder / "manifest.json").write_bytes(manifest)
    assert run(folder) == 1
    assert "manifest.json" in capsys.readouterr().err
