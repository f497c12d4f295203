"""A file of a criteria set, read beside the loop that serves pages."""

from __future__ import annotations

import asyncio
from typing import Final

from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Services
from parindex.api.work.uploaded_file import FileForm, require_file
from parindex.assessments.criteria import given_sets, published_sets
from parindex.assessments.criteria.drafts import GivenFile
from parindex.criteria_workbook import Heading
from parindex.scoring import CriteriaSet

ACCEPT: Final = ".xlsx,.yaml,.yml,.csv"
"""What a browser offers for choosing; the content decides."""


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
    require_file(form, given_sets.LARGEST)
    read = await asyncio.to_thread(given_sets.read_given, form.content, form.name, heading, framework)
    return GivenFile(name=form.name, content=form.content, read=read)
