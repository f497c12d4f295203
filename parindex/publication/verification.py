"""Checking an edition without the platform that made it: bytes, digest, signature, signer, and every number.

No database and no network. What holds and what does not is said check by check, with the first place of a
difference; nothing is taken from the file that the file's own digest and signature do not cover.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from parindex.messages import N_, Message
from parindex.publication import corrected_cells
from parindex.publication.edition import BrokenEdition, digest_of, read
from parindex.publication.keys import PublicKey
from parindex.publication.model import Edition, SignedEdition
from parindex.publication.signature import signer
from parindex.rankings.model import Computation
from parindex.reading.canonical_json import NotCanonical, parse

if TYPE_CHECKING:
    from parindex.rankings.recompute import Recomputation

CheckState = Literal["holds", "fails", "open"]
"""Open: nothing speaks against it, but it cannot be decided here."""

Recomputing = Literal["always", "of_known_keys"]
"""Which editions are computed again: all, or those alone that are unchanged since a known key signed them."""

MANIFEST_FORMAT: Final = "parindex-package/1"
EDITION_FILE: Final = "edition.json"
MANIFEST_FILE: Final = "manifest.json"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was checked."""

    name: str
    """Stable name, such as ``signature``."""

    state: CheckState
    """What was found."""

    message: str
    """A sentence, as a message id."""

    values: dict[str, Any] = {}
    """What the sentence names."""

    def text(self, translate: Callable[..., str]) -> str:
        """The sentence in the reader's language."""
        return Message(self.message, **self.values).text(translate)


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was checked of one file or folder."""

    checks: tuple[Check, ...]
    """In the order in which they were made."""

    number: str | None = None
    """Number of the edition, where it could be read."""

    digest: str | None = None
    """Digest that the edition has, whatever it claims."""

    key: PublicKey | None = None
    """The key that signed, where the signature holds."""

    @property
    def holds(self) -> bool:
        """Whether no check fails; an unknown signer is no failure."""
        return all(check.state != "fails" for check in self.checks)

    @property
    def signer_known(self) -> bool:
        """Whether the key is one that the reader trusts."""
        return any(check.name == "signer" and check.state == "holds" for check in self.checks)


def verify_path(path: Path, known: Collection[PublicKey]) -> Verification:
    """Check a file, or a folder made by ``parindex publish``.

    Raises:
        OSError: the file, or the folder's edition, cannot be read.
    """
    if not path.is_dir():
        return verify(path.read_bytes(), known)
    verdict = verify((path / EDITION_FILE).read_bytes(), known)
    return msgspec.structs.replace(verdict, checks=(*verdict.checks, *_package(path, verdict.key)))


def verify(data: bytes, known: Collection[PublicKey], *, recomputing: Recomputing = "always") -> Verification:
    """Check the bytes of an edition.

    Args:
        data: The file.
        known: Public keys that the reader trusts.
        recomputing: Whether to compute numbers again that nobody known stands for.
    """
    try:
        signed = read(data)
    except NotCanonical as error:
        return Verification(checks=(_spelling(error, data),))
    except BrokenEdition as error:
        return Verification(checks=(_shape(error),))
    content: Any = parse(data)
    digest = digest_of(content["edition"])
    key = signer(content["signature"], signed.edition.format, signed.digest)
    stood_for = digest == signed.digest and key is not None and key.public_key in {one.public_key for one in known}
    checks = [
        Check(name="bytes", state="holds", message=N_("Tệp có đúng một cách viết chuẩn; không có byte thừa.")),
        _digest(signed, digest),
        _signature(key, digest == signed.digest),
        *([_signer(key, known)] if key else []),
        *(_content(signed.edition) if recomputing == "always" or stood_for else [_NOT_RECOMPUTED]),
    ]
    trusted = key if digest == signed.digest else None
    return Verification(checks=tuple(checks), number=signed.edition.number, digest=digest, key=trusted)


_NO_DOCUMENT: Final = {
    "not_utf8": N_("Tệp không phải là một ấn bản: không phải văn bản UTF-8, từ byte thứ %(offset)s."),
    "not_json": N_("Tệp không phải là một ấn bản: trống, hoặc không phải JSON, từ byte thứ %(offset)s."),
    "too_deep": N_("Tệp không phải là một ấn bản: nội dung lồng quá nhiều cấp."),
}
"""What is no document at all has not been changed."""


def _spelling(error: NotCanonical, data: bytes) -> Check:
    if error.code in _NO_DOCUMENT:
        at = 0 if error.offset is None else error.offset + 1
        return Check(name="bytes", state="fails", values={"offset": at}, message=_NO_DOCUMENT[error.code])
    if error.offset is None:
        return Check(
            name="bytes", state="fails",
            message=N_("Tệp không phải là bản gốc đã ký: nội dung không theo cách viết chuẩn."),
        )  # fmt: skip
    near = data[max(0, error.offset - 30) : error.offset + 10].decode("utf-8", errors="replace")
    return Check(
        name="bytes", state="fails", values={"offset": error.offset, "near": near},
        message=N_("Tệp đã bị thay đổi: khác với cách viết chuẩn từ byte thứ %(offset)s, gần “%(near)s”."),
    )  # fmt: skip


def _shape(error: BrokenEdition) -> Check:
    messages = {
        "no_edition": N_("Tệp không phải là một ấn bản công bố."),
        "other_format": N_("Ấn bản có định dạng “%(detail)s” mà phiên bản phần mềm này chưa đọc được."),
        "other_shape": N_("Ấn bản thiếu hoặc thừa nội dung: %(detail)s."),
    }
    return Check(name="format", state="fails", message=messages[error.code], values={"detail": error.detail})


def _digest(signed: SignedEdition, digest: str) -> Check:
    if digest == signed.digest:
        return Check(
            name="digest", state="holds", values={"digest": digest},
            message=N_("Mã SHA-256 khớp với nội dung: %(digest)s."),
        )  # fmt: skip
    return Check(
        name="digest", state="fails", values={"digest": digest, "stored": signed.digest},
        message=N_("Nội dung đã bị thay đổi: mã SHA-256 của nội dung là %(digest)s, tệp ghi %(stored)s."),
    )  # fmt: skip


def _signature(key: PublicKey | None, unchanged: bool) -> Check:
    if key is None:
        return Check(name="signature", state="fails", message=N_("Chữ ký số không khớp với mã SHA-256 ghi trong tệp."))
    if not unchanged:
        return Check(
            name="signature", state="fails", values={"key": key.key_id},
            message=N_("Chữ ký của khóa %(key)s là của một nội dung khác."),
        )  # fmt: skip
    return Check(
        name="signature", state="holds", values={"key": key.key_id},
        message=N_("Chữ ký Ed25519 hợp lệ, khóa %(key)s."),
    )  # fmt: skip


def _signer(key: PublicKey, known: Collection[PublicKey]) -> Check:
    if key.public_key in {trusted.public_key for trusted in known}:
        return Check(
            name="signer", state="holds", values={"key": key.key_id},
            message=N_("Người ký đã biết: khóa %(key)s nằm trong danh sách tin cậy."),
        )  # fmt: skip
    if known:
        return Check(
            name="signer", state="fails", values={"key": key.key_id, "known": ", ".join(sorted(k.key_id for k in known))},
            message=N_("Người ký không phải là người được tin cậy: tệp ký bằng khóa %(key)s, khóa tin cậy là %(known)s."),
        )  # fmt: skip
    return Check(
        name="signer", state="open", values={"key": key.key_id},
        message=N_("Không thay đổi kể từ khi ký, chưa rõ người ký: khóa %(key)s chưa nằm trong danh sách tin cậy."),
    )  # fmt: skip


_HOLDS: Final[dict[str, str]] = {
    "criteria_set": N_("Bộ tiêu chí %(set)s đúng với mã của nó."),
    "points": N_("Điểm của %(nodes)s mục tính lại từ số liệu khớp đến chữ số cuối cùng."),
    "index": N_("Chỉ số của %(agencies)s đơn vị tính lại khớp đến chữ số cuối cùng."),
    "ranks": N_("Xếp loại và xếp hạng tính lại khớp."),
    "printed_ranks": N_("Thứ hạng tính từ chỉ số đã in khớp với thứ hạng đã in."),
    "errors": N_("Sai số và khoảng tin cậy tính lại khớp đến 1e-9."),
    "rank_sets": N_("Khoảng hạng tính lại khớp (hạt giống %(seed)s, %(draws)s lượt)."),
}

_FAILS: Final[dict[str, str]] = {
    "criteria_set": N_("Bộ tiêu chí không đúng với mã của nó: %(where)s ghi %(stored)s, tính lại được %(found)s."),
    "points": N_("Điểm không khớp, đầu tiên tại %(where)s: tệp ghi %(stored)s, tính lại được %(found)s."),
    "index": N_("Chỉ số không khớp, đầu tiên tại %(where)s: tệp ghi %(stored)s, tính lại được %(found)s."),
    "ranks": N_(
        "Xếp loại hoặc xếp hạng không khớp, đầu tiên tại %(where)s: tệp ghi %(stored)s, tính lại được %(found)s."
    ),
    "printed_ranks": N_(
        "Thứ hạng đã in không khớp, đầu tiên tại %(where)s: nguồn ghi %(stored)s, tính lại được %(found)s."
    ),
    "errors": N_("Sai số không khớp, đầu tiên tại %(where)s: tệp ghi %(stored)s, tính lại được %(found)s."),
    "rank_sets": N_("Khoảng hạng không khớp, đầu tiên tại %(where)s: tệp ghi %(stored)s, tính lại được %(found)s."),
}


_NOT_RECOMPUTED: Final = Check(
    name="points", state="open",
    message=N_("Số liệu chưa được tính lại ở đây: trang chỉ tính lại tệp không thay đổi kể từ khi một khóa đã biết ký. "
               "Lệnh parindex verify tính lại mọi tệp."),
)  # fmt: skip


def _numbers(stored: Computation) -> Iterable[Check]:
    from parindex.rankings.recompute import recompute  # what it computes with takes a second to load

    found: Recomputation = recompute(stored)
    if found.failure is not None:
        yield Check(
            name="points", state="fails", values={"why": found.failure},
            message=N_("Không tính lại được điểm từ số liệu trong tệp: %(why)s."),
        )  # fmt: skip
        return
    given = stored.given
    values = {
        "set": f"{given.criteria_set.family} {given.criteria_set.version}",
        "nodes": sum(len(result.nodes) for result in stored.results),
        "agencies": sum(result.index is not None for result in stored.results),
        "seed": given.seed,
        "draws": given.draws,
    }
    for subject in _subjects(stored, {difference.subject for difference in found.differences}):
        difference = found.first(subject)
        if difference is not None:
            told = {"where": difference.where, "stored": _short(difference.stored), "found": _short(difference.found)}
            yield Check(name=subject, state="fails", message=_FAILS[subject], values=told)
        elif subject in found.skipped:
            yield Check(
                name=subject, state="open", values={"libraries": stored.rank_sets.libraries if stored.rank_sets else None},
                message=N_("Khoảng hạng được lấy như đã ghi: các lượt rút đã dùng %(libraries)s, ở đây là bản khác hoặc máy khác."),
            )  # fmt: skip
        else:
            yield Check(name=subject, state="holds", message=_HOLDS[subject], values=values)


def _content(edition: Edition) -> Iterable[Check]:
    yield from _numbers(edition.computation)
    yield from _superseded(edition)


def _superseded(edition: Edition) -> Iterable[Check]:
    """Whether the note of what was corrected says what the edition holds; the edition before is a file of its own."""
    note = edition.supersedes
    if note is None:
        return
    standing = corrected_cells.new_values(edition.computation)
    wrong = [cell for cell in note.cells if standing.get((cell.agency, cell.kind, cell.name)) != cell.new]
    if wrong:
        first = wrong[0]
        where = " ".join(part for part in (first.agency, first.kind, first.name) if part)
        yield Check(
            name="corrections", state="fails",
            values={"where": where, "stored": _short(first.new), "found": _short(standing.get((first.agency, first.kind, first.name)))},
            message=N_("Bản kê đính chính không đúng với ấn bản, đầu tiên tại %(where)s: ghi %(stored)s, ấn bản có %(found)s."),
        )  # fmt: skip
        return
    yield Check(
        name="corrections", state="holds",
        values={"number": note.number, "digest": note.digest, "cells": len(note.cells)},
        message=N_("Thay thế ấn bản %(number)s (SHA-256 %(digest)s); %(cells)s ô được kê là thay đổi khớp với ấn bản này."),
    )  # fmt: skip


def _subjects(stored: Computation, differing: Collection[str]) -> Iterable[Any]:
    """What is told of a year: what it claims, and what it leaves out though its facts give it."""
    yield from ("criteria_set", "points", "index", "ranks")
    if stored.given.printed is not None:
        yield "printed_ranks"
    if "errors" in differing or any(result.se is not None for result in stored.results):
        yield "errors"
    if "rank_sets" in differing or stored.rank_sets is not None or stored.group_rank_sets:
        yield "rank_sets"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"


def _package(folder: Path, key: PublicKey | None) -> Iterable[Check]:
    """The manifest, signed by the same key, and the digest of every file that it names."""
    try:
        value = parse((folder / MANIFEST_FILE).read_bytes())
        files: dict[str, str] = value["manifest"]["files"]
        whole = digest_of(value["manifest"]) == value["digest"] and value["manifest"]["format"] == MANIFEST_FORMAT
        holder = signer(value["signature"], MANIFEST_FORMAT, value["digest"])
    except (NotCanonical, KeyError, TypeError, OSError):
        files, whole, holder = {}, False, None
    if not whole or holder is None or holder != key:
        yield Check(
            name="manifest", state="fails",
            message=N_("Bảng kê các tệp (manifest.json) thiếu, đã bị thay đổi hoặc không do người ký ấn bản ký."),
        )  # fmt: skip
        return
    yield Check(name="manifest", state="holds", message=N_("Bảng kê các tệp đúng chữ ký của ấn bản."))
    for name, expected in files.items():
        yield _file(folder, name, expected)
    extra = sorted({path.name for path in folder.iterdir()} - set(files) - {MANIFEST_FILE})
    if extra:
        yield Check(
            name="files", state="open", values={"names": ", ".join(extra)},
            message=N_("Trong thư mục còn tệp không thuộc ấn bản: %(names)s."),
        )  # fmt: skip


def _file(folder: Path, name: str, expected: str) -> Check:
    path = folder / name
    try:
        inside = path.resolve().parent == folder.resolve()
        found = hashlib.sha256(path.read_bytes()).hexdigest() if inside else None
    except OSError:
        found = None
    if found == expected:
        return Check(name="file", state="holds", values={"name": name}, message=N_("Tệp %(name)s nguyên vẹn."))
    message = N_("Thiếu tệp %(name)s.") if found is None else N_("Tệp %(name)s đã bị thay đổi.")
    return Check(name="file", state="fails", values={"name": name}, message=message)
