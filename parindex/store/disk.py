"""What a disk answers that is full, read-only or broken."""

from __future__ import annotations

import errno
from typing import Final

from parindex.errors import Refused

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""There is no room."""

_CLOSED: Final = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENFILE, errno.EMFILE)


def refusal(error: OSError) -> Refused | None:
    """``storage_full`` or ``storage_closed``, where that is what the system said."""
    if error.errno in FULL:
        return Refused("storage_full")
    return Refused("storage_closed") if error.errno in _CLOSED else None
