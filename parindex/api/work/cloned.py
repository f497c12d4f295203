"""A form by which something published is copied for another year."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.requests import PageRequest
from parindex.api.work.criteria.new_set_view import wrong_version
from parindex.assessments.criteria import given_sets


class CloneForm(msgspec.Struct, frozen=True, kw_only=True):
    """Something published is copied for another year."""

    set: UUID
    """Which."""

    clone_version: Annotated[Line, msgspec.Meta(max_length=60)]
    """Version of the copy."""

    clone_year: Annotated[int, msgspec.Meta(ge=1900, le=2100)]
    """The year that it measures."""


async def read_clone(request: PageRequest) -> CloneForm:
    """The form.

    Raises:
        Refused: ``invalid_fields``.
    """
    form = await read_form(request, CloneForm)
    if not given_sets.is_version(form.clone_version):
        raise wrong_version("clone_version")
    return form
