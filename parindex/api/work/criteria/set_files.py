"""A form with a file of a criteria set, read as it came; the file is looked at beside the loop that serves pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec
from litestar.datastructures import UploadFile

from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Services
from parindex.assessments.criteria import given_sets, published_sets
from parindex.assessments.criteria.drafts import GivenFile
from parindex.criteria_workbook import Heading
from parindex.errors import FieldError, Refused
from parindex.reading.text import keepable, one_line
from parindex.scoring import CriteriaSet
from parindex.text import file_size

BODY: Final = given_sets.LARGEST + 200_000
"""Bytes of a form with such a file."""

ACCEPT: Final = ".xlsx,.yaml,.yml,.csv"
"""What a browser offers for choosing; the content decides."""


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent."""

    fields: Mapping[str, str]
    """Fields by name, as they were typed."""

    name: str
    """Name of the file; empty where none was chosen."""

    content: bytes
    """Its bytes."""


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


async def framework_of(request: PageRequest, services: Services, form: FileForm) -> CriteriaSet | None:
    """The published framework to which a file adds criteria; ``None`` where it stands alone, or nobody has published it."""
    if not form.content or len(form.content) > given_sets.LARGEST:
        return None
    named = await asyncio.to_thread(given_sets.framework_named, form.content, form.name)
    if named is None:
        return None
    async with services.db.transaction(request.tenant.id) as connection:
        set_id = await published_sets.version_id(connection, *named)
        return None if set_id is None else (await published_sets.published(connection, set_id)).criteria_set


async def given(form: FileForm, heading: Heading, framework: CriteriaSet | None = None) -> GivenFile:
    """The file, read, with the framework to which it adds criteria.

    Raises:
        Refused: ``invalid_fields`` where no file was chosen or it is too large.
    """
    if not form.content:
        raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
    if len(form.content) > given_sets.LARGEST:
        limit = file_size(given_sets.LARGEST)
        fault = FieldError(field="file", code="set_file_too_large", values={"limit": limit})
        raise Refused("invalid_fields", fields=(fault,))
    read = await asyncio.to_thread(given_sets.read_given, form.content, form.name, heading, framework)
    return GivenFile(name=form.name, content=form.content, read=read)
