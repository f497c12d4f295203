"""The composition root: puts the rooms together into one web application."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router

from parindex import __version__, audit, jobs
from parindex.access import tenants
from parindex.access.imports import import_job
from parindex.access.staff import idle_lock_job
from parindex.agencies import today_job
from parindex.api.account import unsent
from parindex.api.public.drawn_ahead import DrawnAhead
from parindex.api.shared import compression, form_token, kept_forms, page, problems, requests
from parindex.api.shared.services import Services
from parindex.api.shared.unsent_forms import UnsentForm
from parindex.assessments.amendments import amending_job
from parindex.assessments.council import opening_job
from parindex.assessments.cycles import closing_job
from parindex.audit import sealer
from parindex.errors import Refused
from parindex.jobs import notices, tidying
from parindex.jobs.registry import Handler
from parindex.places import data_folder
from parindex.publication import known_keys, publish, publish_job
from parindex.rankings import compute_job
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.installation import Addresses
from parindex.store.secrets import installation_folder, known_secret
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.results import estimates_job, export_job
from parindex.surveys.rounds import lock, lock_job

PAGES: Final = (
    "v1.health",
    "account.sign_in",
    "account.first",
    "account.my_account",
    "work.worklist",
    "work.drafts",
    "work.sheets.submission",
    "work.sheets.assigning",
    "work.sheets.declaring",
    "work.evidence.documents",
    "work.evidence.evidence_list",
    "work.evidence.pictures",
    "work.appraisal.queue",
    "work.appraisal.deciding",
    "work.appraisal.accepting",
    "work.council.years",
    "work.council.overview",
    "work.council.matrix",
    "work.council.closing",
    "work.council.extending",
    "work.council.giving_back",
    "respondent.visits",
    "respondent.withdrawing",
    "work.surveys.rounds",
    "work.surveys.locking",
    "work.surveys.exact_file",
    "work.surveys.extending",
    "v1.survey_responses",
    "public.rankings",
    "public.profiles",
    "public.criteria",
    "public.open_data",
    "public.method",
    "public.survey_results",
    "v1.results",
    "public.editions",
    "work.years.retracting",
    "public.keys",
    "public.verifying",
    "work.years.publishing",
    "work.years.new_year",
    "work.years.drafting",
    "work.years.joining",
    "work.years.owner_files",
    "work.years.owners",
    "work.years.stopping",
    "work.years.amending",
    "work.years.confirmed",
    "work.criteria.set_list",
    "work.criteria.new_set",
    "work.criteria.drafting",
    "work.criteria.deciding",
    "work.criteria.cases",
    "work.criteria.rules",
    "work.instruments.listing",
    "work.instruments.drafting",
    "work.jobs.following",
    "work.agencies.listing",
    "work.agencies.entering",
    "work.agencies.changing",
    "work.agencies.importing",
    "work.agencies.code_lists",
    "work.agencies.mergers",
    "work.agencies.record",
    "work.people.listing",
    "work.people.adding",
    "work.people.importing",
    "work.people.delegating",
    "work.people.reviewing",
    "work.people.invitations",
    "work.people.handing_over",
    "work.people.person",
    "v1.reference",
)
"""Modules of ``parindex.api`` that have routes, each for the installation's tenant and below ``/t/<tenant>``."""


log = logging.getLogger("parindex.app")

JOBS_AT_ONCE: Final = 2
"""Jobs that a worker does side by side."""


async def compose(settings: Settings, app_url: str, *, pool: int = 10, owner_url: str | None = None) -> Services:
    """Open what handlers work with.

    Args:
        settings: How the installation runs.
        app_url: The database as parindex_app.
        pool: Connections for pages; the intake of answers has its own.
        owner_url: The database as parindex_migrator: without it no survey round can be locked.
    """
    installation_folder(settings.data)
    db = await Database.connect(app_url, size=pool, owner=owner_url)
    audit.use_secret(await known_secret(db, settings.data, "audit"))
    services = Services(
        settings=settings,
        db=db,
        people=await Database.connect(app_url, size=3, patience=5),
        secret=await known_secret(db, settings.data, "application"),
        intake=Intake(await Database.connect(app_url, size=4)),
    )
    services.evidence.forget_interrupted()
    services.jobs = registry(services)
    await _first_key(services)
    return services


async def _first_key(services: Services) -> None:
    """The installation's own tenant has its key from its first start on; one that was lost is not made anew."""
    tenant = await tenants.by_code(services.db, services.settings.tenant)
    if tenant is None:
        return
    async with services.db.transaction(tenant.id) as connection:
        try:
            await known_keys.made(connection, services.keys, tenant, by="system")
        except Refused as refused:
            log.error("signing key missing", extra={"tenant": tenant.code, "cause": refused.code})


def registry(services: Services) -> jobs.Registry:
    """Every kind of job with who does it, and what is asked for by the clock."""
    handlers: dict[jobs.JobKind[Any], Handler] = {
        tidying.KIND: tidying.tidy,
        closing_job.KIND: closing_job.lock,
        today_job.KIND: today_job.refresh,
        estimates_job.KIND: estimates_job.estimate,
        export_job.KIND: export_job.export,
        export_job.FORGETTING: export_job.forget,
        lock_job.KIND: lock_job.finish,
        opening_job.KIND: opening_job.open_year,
        amending_job.KIND: amending_job.amend,
        compute_job.KIND: compute_job.compute,
        publish_job.KIND: publish_job.publisher(services.keys),
        notices.KIND: notices.hang,
        idle_lock_job.KIND: idle_lock_job.lock_idle,
        import_job.KIND: import_job.write,
    }
    told = notices.deliverer(publish.PUBLISHED, lock.LOCKED, notices.FAILED)
    return jobs.Registry(
        handlers,
        schedules=[
            tidying.SCHEDULE,
            export_job.SCHEDULE,
            closing_job.SCHEDULE,
            today_job.SCHEDULE,
            idle_lock_job.SCHEDULE,
        ],
        deliverers=[told],
    )


async def hire(services: Services, addresses: Addresses) -> jobs.Worker:
    """A worker of this installation with connections of its own."""
    settings = services.settings
    listen_url = settings.listen_url or (None if settings.database_url else addresses.app)
    db = await Database.connect(addresses.app, size=3 * JOBS_AT_ONCE + 1, patience=None, owner=addresses.migrator)
    return jobs.Worker(db, services.jobs, listen_url=listen_url, at_once=JOBS_AT_ONCE)


def create_app(services: Services, *, sealer_url: str | None = None, worker: jobs.Worker | None = None) -> Litestar:
    """The web application over services that are open; closes them when it stops.

    Args:
        services: From :func:`compose`.
        sealer_url: When given, this process serves for good: it seals the audit record and draws public pages ahead.
        worker: When given, this process also does jobs.
    """
    pages = _pages()
    return Litestar(
        route_handlers=[
            Router("/", route_handlers=pages),
            Router("/t/{tenant_code:str}", route_handlers=pages, include_in_schema=False),
            create_static_files_router(
                path="/static",
                directories=[data_folder("frontend_templates") / "static"],
                cache_control=None,
                opt={"exclude_from_csrf": True},
            ),
        ],
        request_class=requests.PageRequest,
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        middleware=[requests.around(services), form_token.protecting(services), kept_forms.forgetting(services)],
        before_request=requests.readable,
        exception_handlers={
            kind: page.at_its_tenant(handle, lambda: services.tenants)
            for kind, handle in {**problems.HANDLERS, UnsentForm: unsent.handle}.items()
        },
        compression_config=compression.PACKED,
        openapi_config=OpenAPIConfig(
            title="parindex",
            version=__version__,
            path="/api/v1/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        lifespan=[lambda app: _running(app, services, sealer_url, worker)],
        request_max_body_size=2_000_000,
        debug=False,
        logging_config=None,
    )  # fmt: skip


def _pages() -> list[Any]:
    return [route for name in PAGES for route in importlib.import_module(f"parindex.api.{name}").routes]


@asynccontextmanager
async def _running(
    app: Litestar, services: Services, sealer_url: str | None, worker: jobs.Worker | None
) -> AsyncIterator[None]:
    working = asyncio.create_task(worker.run()) if worker else None
    tasks: Sequence[asyncio.Task[None]] = ()
    sealing = await Database.connect(sealer_url, size=1) if sealer_url else None
    if sealing:
        tasks = (
            asyncio.create_task(sealer.run(sealing, services.head_file, services.sealing)),
            asyncio.create_task(DrawnAhead(app, services).run()),
        )
    try:
        yield
    finally:
        if worker and working:
            worker.stop()
            await asyncio.gather(working, return_exceptions=True)
            await worker.db.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if sealing:
            await sealing.close()
        await services.close()
