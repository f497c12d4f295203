"""Moving the deadline of a year's sheets: the form of the decision, and what was moved before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.api.shared.forms import Line, Posted, posted, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.agency_names import as_typed, bearers
from parindex.api.work.council.extending_view import extension_page
from parindex.api.work.deadline_form import DeadlineForm
from parindex.assessments.council import matrix
from parindex.assessments.cycles import extending, steps
from parindex.assessments.model import Sheet
from parindex.errors import FieldError, Refused
from parindex.reading.text import one_line
from parindex.store.database import Connection

ALL = "all"
"""Value of the box that stands for every sheet."""

NAMED: Final = 12
"""Lines that are nobody's, which a refusal names."""


class ExtensionForm(DeadlineForm, frozen=True, kw_only=True):
    """Whose deadline is moved, to which day, by which decision."""

    agency: tuple[Line, ...] = ()
    """Ids of agencies, or ``all``."""

    names: str = ""
    """Codes or names of further agencies, one a line."""

    closing_day: date | None = None
    """The last day on which late sheets are taken; the last day when empty."""


@get("/work/cycles/{cycle_id:uuid}/extend", include_in_schema=False)
async def extend_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask for whom, until when and by which decision."""
    return await _form(request, services, cycle_id)


@post("/work/cycles/{cycle_id:uuid}/extend", include_in_schema=False)
async def extend(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Move the deadline of some or all sheets; what it had locked is opened again."""
    try:
        form = await read_form(request, ExtensionForm)
        decided = form.decided(request)
        async with services.db.transaction(request.tenant.id) as connection:
            chosen = None if ALL in form.agency else await _chosen(request, connection, cycle_id, form)
            await extending.extend(
                connection, request.person, cycle_id, agencies=chosen, last_day=form.last_day,
                closing_day=form.closing_day, decided=decided, zone=request.tenant.zone,
            )  # fmt: skip
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        given = await posted(request)
        return await _form(request, services, cycle_id, refused, await typed(request, ExtensionForm), given)
    return Redirect(url(f"/work/cycles/{cycle_id}/extend"), status_code=303)


async def _chosen(request: PageRequest, connection: Connection, cycle_id: UUID, form: ExtensionForm) -> set[UUID]:
    ids = _ids(form.agency)
    if form.names.strip():
        shown = await matrix.matrix(connection, request.person, cycle_id)
        ids |= agencies_named(form.names, [sheet for sheet in shown.sheets if sheet.state != "handed_over"])
    return ids


def agencies_named(text: str, sheets: Sequence[Sheet]) -> set[UUID]:
    """The agencies whose codes or names stand on the lines of a text, in letters of any size.

    Raises:
        Refused: ``invalid_fields`` naming every line that is nobody's, or that is the name of several.
    """
    known = bearers((one.agency_id, (one.agency_code, one.agency_short, one.agency_name)) for one in sheets)
    lines = [line for typed_line in text.splitlines() if (line := one_line(typed_line))]
    unknown = [line for line in dict.fromkeys(lines) if len(known.get(as_typed(line), ())) != 1]
    if unknown:
        names = "; ".join(unknown[:NAMED]) + ("; …" if len(unknown) > NAMED else "")
        fault = FieldError(field="names", code="extension_for_unknown", values={"names": names})
        raise Refused("invalid_fields", fields=(fault,))
    return {agency for line in lines for agency in known[as_typed(line)]}


def _ids(texts: tuple[str, ...]) -> set[UUID]:
    try:
        return {UUID(text) for text in texts}
    except ValueError:
        raise Refused("bad_request") from None


async def _form(
    request: PageRequest,
    services: Given,
    cycle_id: UUID,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
    sent: Posted | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await matrix.matrix(connection, request.person, cycle_id)
        steps.require(request.person, "cycle:extend", shown.cycle)
        moved = await extending.changes(connection, cycle_id)
    ticked = frozenset((sent or {}).get("agency", ()))
    drawn = extension_page(request, shown, moved, typed=given or {}, ticked=ticked, refused=refused)
    return page(request, drawn, status=refused.kind.status if refused else 200, marked=shown.cycle.marked)


routes = [extend_page, extend]
