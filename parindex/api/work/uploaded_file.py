"""A form with a file of what is drafted, read as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from litestar.datastructures import UploadFile

from parindex.api.shared.requests import PageRequest
from parindex.errors import FieldError, Refused
from parindex.reading.text import keepable, one_line
from parindex.text import file_size

BODY: Final = 5_200_000
"""Bytes of a form with such a file: the largest that is taken, and its fields."""


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent."""

    fields: Mapping[str, str]
    """Fields by name, as they were typed."""

    name: str
    """Name of the file; empty where none was chosen."""

    content: bytes
    """Its bytes."""


def require_file(form: FileForm, largest: int) -> None:
    """A file was chosen, and it is not too large.

    Raises:
        Refused: ``invalid_fields``.
    """
    if not form.content:
        raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
    if len(form.content) > largest:
        fault = FieldError(field="file", code="set_file_too_large", values={"limit": file_size(largest)})
        raise Refused("invalid_fields", fields=(fault,))


async def sent(request: PageRequest) -> FileForm:
    """The form.

    Raises:
        Refused: ``bad_request`` for what no page of ours sends.
    """
    try:
        form = await request.form()
    except (UnicodeDecodeError, LookupError):
        raise Refused("bad_request") from None
    fields: dict[str, str] = {}
    name, content = "", b""
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            if key != "file" or name:
                raise Refused("bad_request")
            name, content = one_line(value.filename)[:200], await value.read()
        elif isinstance(value, str) and keepable(value):
            fields[key] = value
        else:
            raise Refused("bad_request")
    return FileForm(fields=fields, name=name, content=content)
