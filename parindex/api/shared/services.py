"""What handlers work with, put together once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from litestar.di import NamedDependency

from parindex.access.tenants import Tenant
from parindex.audit import heads
from parindex.audit.sealer import Sealing
from parindex.jobs import Registry
from parindex.publication.checking_apart import Checker
from parindex.publication.keys import SigningKeys
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.evidence_files import EvidenceStore
from parindex.store.pdf_process import PdfReader
from parindex.surveys.answers.group_commit import Intake


@dataclass(kw_only=True)
class Services:
    """The parts of a running installation."""

    settings: Settings
    """How it runs."""

    db: Database
    """The database as the application's role."""

    people: Database
    """The same for who is signed in and for signing in, over a few connections that wait for seconds only: whatever holds
    the tables of people holds up no page that needs nobody."""

    secret: bytes
    """Signs form tokens and the cookies of respondents; 32 bytes."""

    intake: Intake
    """Takes survey answers, over a pool of its own."""

    sealing: Sealing = field(default_factory=Sealing)
    """How the sealing of the audit record goes in this process."""

    jobs: Registry = field(default_factory=lambda: Registry({}))
    """What can be done in the background, and by whom."""

    checker: Checker = field(default_factory=Checker)
    """Checks files of strangers, apart from all else."""

    pdf: PdfReader = field(default_factory=PdfReader)
    """Reads PDF files, apart from all else."""

    tenants: dict[str, Tenant] = field(default_factory=dict)
    """Tenants seen so far, by code: their names and zones seldom change."""

    async def close(self) -> None:
        """Finish what waits to be stored, then close every pool."""
        await self.intake.stop()
        await self.people.close()
        await self.db.close()

    @property
    def evidence(self) -> EvidenceStore:
        """Where evidence files lie."""
        return EvidenceStore(self.settings.data / "evidence", limit=self.settings.evidence_limit, pdf=self.pdf)

    @property
    def head_file(self) -> Path:
        """Where the head of the audit chain is kept outside the database."""
        return self.settings.data / heads.NAME

    @property
    def keys(self) -> SigningKeys:
        """The tenants' signing keys, outside the database."""
        return SigningKeys(self.settings.data / "keys")


Given: TypeAlias = NamedDependency[Services]
"""How a handler asks for the services: a parameter ``services: Given``."""
