"""Which public keys a reader trusts: given, pinned in the settings, or shipped with this release."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parindex.publication.keys import PublicKey, read_public

SHIPPED: Final = Path(__file__).parent / "signers"


def known(*, given: Path | None = None, pinned: Path | None = None) -> tuple[PublicKey, ...]:
    """The keys to judge by. A key that is given stands alone: it says who is expected to have signed.

    Args:
        given: A file with one or more public keys.
        pinned: The same, or a folder of such files, from the settings.

    Raises:
        BrokenKey: a file holds no public key.
        OSError: a file cannot be read.
    """
    if given is not None:
        return read_public(given)
    return (*(_folder(pinned) if pinned is not None else ()), *_folder(SHIPPED))


def _folder(path: Path) -> tuple[PublicKey, ...]:
    files = sorted(path.glob("*.pub")) if path.is_dir() else [path]
    return tuple(key for file in files for key in read_public(file))
