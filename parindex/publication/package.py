"""An edition as a folder: the signed file, its tables, and a signed manifest of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from parindex.publication import open_data
from parindex.publication.edition import envelope, read
from parindex.publication.keys import SigningKey
from parindex.publication.verification import EDITION_FILE, MANIFEST_FILE, MANIFEST_FORMAT


def files(content: bytes, translate: Callable[..., str], title: str) -> dict[str, bytes]:
    """The files of an edition by name, without the manifest."""
    edition = read(content).edition
    return {
        EDITION_FILE: content,
        "ranking.json": msgspec.json.format(msgspec.json.encode(open_data.ranking(edition)), indent=2) + b"\n",
        "ranking.csv": open_data.ranking_csv(edition),
        "ranking.xlsx": open_data.ranking_xlsx(edition, translate, title),
        "criteria.csv": open_data.criteria_csv(edition),
        **({"corrections.csv": open_data.corrections_csv(edition)} if edition.supersedes else {}),
    }


def manifest(found: Mapping[str, bytes], key: SigningKey) -> bytes:
    """The digests of all files, signed."""
    signed = read(found[EDITION_FILE])
    content = {
        "format": MANIFEST_FORMAT,
        "edition": signed.edition.number,
        "digest": signed.digest,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(found.items())},
    }
    return envelope("manifest", content, MANIFEST_FORMAT, key)


def write(folder: Path, found: Mapping[str, bytes], key: SigningKey) -> None:
    """Write the folder; it must be new or empty, so that nothing old stands among the signed files.

    Raises:
        FileExistsError: the folder holds something.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    for name, data in found.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST_FILE).write_bytes(manifest(found, key))
