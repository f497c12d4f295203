"""What is said before the exact file of a round is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from parindex.access import Person
from parindex.api.shared.page import Page, lang_of, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, told_by_field
from parindex.api.work.surveys.job_progress import JobProgress, progress_of
from parindex.errors import Refused
from parindex.jobs.model import JobRow
from parindex.store.kept_files import KeptFile
from parindex.surveys.model import Round
from parindex.surveys.results import export_job
from parindex.surveys.results.microdata import Microdata


class ExportState(msgspec.Struct, frozen=True, kw_only=True):
    """How the file of responses is had."""

    made: datetime | None
    """When it was made; none where it is made while it is sent, or has still to be made."""

    until: datetime | None
    """Until when it may be taken."""

    size: int | None
    """Bytes."""

    at_once: bool
    """Whether it is given as soon as it is asked for."""

    days: int
    """How long it is kept once it was made."""

    job: JobProgress | None
    """How far its making is."""


class ExactFilePage(Page, frozen=True, kw_only=True):
    """What the exact file is, what it holds, who answers for it."""

    template: ClassVar[str] = "work/surveys/exact_file.html"

    title: str
    """Of the round."""

    min_n: int
    """Agencies with fewer answers are not in the file."""

    rows: int
    """Answers in the file."""

    withheld: int
    """Agencies left out."""

    tenant: str
    """Who answers for the file."""

    taker: str
    """Who answers for the copy that is taken."""

    file: ExportState
    """How it is had."""

    faults: tuple[FieldFault, ...]
    """What is wrong."""

    error_of: Mapping[str, str]
    """The same by field."""

    reason: str
    """What was typed."""

    here_path: str
    """Address of the round."""


def exact_file_page(
    request: PageRequest,
    person: Person,
    held: Round,
    data: Microdata,
    making: JobRow | None,
    file: KeptFile | None,
    *,
    typed: Mapping[str, str],
    refused: Refused | None,
) -> ExactFilePage:
    """What is said before the file is taken.

    Args:
        request: Gives language and tenant.
        person: Who would take it.
        held: The round, locked.
        data: What the file will hold.
        making: The newest making of it that was asked for.
        file: The file, where it was made.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    lang = lang_of(request)
    told = told_by_field(refused.fields, lang) if refused else {}
    faults = [FieldFault(id=field, message=message) for field, message in told.items()]
    if file is None and making is not None and making.state == "failed" and making.error_code is not None:
        title, detail = sentence(making.error_code, making.values(), lang)
        faults.append(FieldFault(id="file", message=f"{title}. {detail}"))
    return ExactFilePage(
        title=held.title(lang),
        min_n=held.min_n,
        rows=data.rows,
        withheld=data.withheld,
        tenant=request.tenant.name(lang),
        taker=person.name,
        file=ExportState(
            made=file.made_at if file else None,
            until=file.expires_at if file else None,
            size=file.size if file else None,
            at_once=file is not None or data.rows <= export_job.AT_ONCE,
            days=export_job.DAYS,
            job=None if file else progress_of(making),
        ),
        faults=tuple(faults),
        error_of=told,
        reason=typed.get("reason", ""),
        here_path=url(f"/work/surveys/{held.id}"),
    )
