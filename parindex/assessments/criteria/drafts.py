"""Drafting a criteria set: uploaded, cloned, mended by uploading again or rule by rule; every version of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import access, audit, scoring
from parindex.access import Person
from parindex.approvals import flow, remarks
from parindex.approvals import queries as approval_queries
from parindex.approvals.model import DraftLine, DraftRemark, DraftStep, LineFault, OutlineLine
from parindex.assessments.criteria import given_sets, queries
from parindex.assessments.criteria.given_sets import GivenSet
from parindex.assessments.criteria.model import CriteriaDraft, DraftRevision, RevisionWay
from parindex.assessments.criteria.published_sets import Published, published
from parindex.errors import Refused
from parindex.scoring import CriteriaSet
from parindex.store.database import Connection
from parindex.store.ids import new_id

TABLES: Final = "criteria"
"""How the tables of drafts of criteria sets begin."""


class GivenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came, and what was read in it."""

    name: str
    """Its name."""

    content: bytes
    """Its bytes."""

    read: GivenSet
    """What it says."""


class OpenedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft with its newest version and everything that was said and done about it."""

    draft: CriteriaDraft
    """The draft."""

    revision: DraftRevision
    """Its newest version."""

    criteria_set: CriteriaSet | None
    """That version as a set; ``None`` while it is none."""

    base: Published | None
    """The published set that it is compared with."""

    steps: tuple[DraftStep, ...]
    """What was done with it, oldest first."""

    remarks: tuple[DraftRemark, ...]
    """What was said of it, newest first."""

    drafters: frozenset[str]
    """Everybody who made a version of it."""

    def drafted_by(self, person: Person) -> bool:
        """Whether some version of it is a person's own."""
        return person.actor in self.drafters


async def every(connection: Connection, person: Person | None) -> list[DraftLine]:
    """Every draft, newest first.

    Raises:
        Refused: ``not_allowed``.
    """
    access.require(person, "criteria_set:read")
    return [DraftLine(**dict(row)) for row in await queries.drafts(connection)]


async def opened(connection: Connection, person: Person | None, draft_id: UUID, *, hold: bool = False) -> OpenedDraft:
    """A draft to be read.

    Args:
        connection: In a transaction of the tenant.
        person: Who reads.
        draft_id: Which.
        hold: Nobody changes it until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    access.require(person, "criteria_set:read")
    row = await queries.draft(connection, draft_id, hold=hold)
    newest = None if row is None else await queries.newest_revision(connection, draft_id)
    if row is None or newest is None:
        raise Refused("not_found")
    draft, revision = CriteriaDraft(**dict(row)), _revision(newest)
    return OpenedDraft(
        draft=draft,
        revision=revision,
        criteria_set=None if revision.document is None else stored_set(revision.document),
        base=None if draft.base_id is None else await published(connection, draft.base_id),
        steps=tuple(DraftStep(**dict(one)) for one in await approval_queries.steps(connection, TABLES, draft_id)),
        remarks=await remarks.of_draft(connection, TABLES, draft_id),
        drafters=frozenset(one["by_person"] for one in await approval_queries.drafters(connection, TABLES, draft_id)),
    )


async def last_whole(connection: Connection, held: OpenedDraft) -> OpenedDraft | None:
    """A draft as it was when it was a set last; ``None`` where its newest version is one, and where none ever was."""
    if held.criteria_set is not None:
        return None
    row = await queries.last_whole_revision(connection, held.draft.id)
    if row is None:
        return None
    revision = _revision(row)
    assert revision.document is not None
    return msgspec.structs.replace(held, revision=revision, criteria_set=stored_set(revision.document))


def stored_set(document: str) -> CriteriaSet:
    """A set from a stored document."""
    return scoring.from_document(msgspec.json.decode(document))


async def begin(connection: Connection, person: Person | None, given: GivenFile, names: Mapping[str, str]) -> UUID:
    """Begin a draft with a file.

    Args:
        connection: In a transaction of the tenant.
        person: Who drafts.
        given: The file.
        names: ``set``, ``version`` and ``tier`` where the file does not say them.

    Raises:
        Refused: ``set_unnamed`` where neither file nor form says which set it is; ``set_draft_exists``,
            ``not_allowed``.
    """
    actor = access.require(person, "criteria_set:draft", state="drafting").actor
    head = {**names, **{key: value for key, value in given.read.head.items() if value}}
    if not all(head.get(key) for key in ("set", "version", "tier")):
        raise Refused("set_unnamed")
    draft_id = await _begin(connection, head["set"], head["version"], head["tier"], head.get("supersedes"), actor)
    await _add(connection, draft_id, given.read, way="file", cases="", by=actor, file=given)
    return draft_id


async def clone(connection: Connection, person: Person | None, set_id: UUID, version: str, year: int) -> UUID:
    """Begin a draft as a copy of a published set for another year.

    Raises:
        Refused: ``set_draft_exists``, ``not_found``, ``not_allowed``.
    """
    actor = access.require(person, "criteria_set:draft", state="drafting").actor
    known = await published(connection, set_id)
    older = known.criteria_set
    document = scoring.to_document(older) | {"version": version, "years": [year], "supersedes": older.version}
    read = given_sets.of_document(document)
    draft_id = await _begin(connection, older.family, version, older.tier, older.version, actor)
    await _add(connection, draft_id, read, way="clone", cases="", by=actor)
    return draft_id


async def upload(connection: Connection, person: Person | None, draft_id: UUID, given: GivenFile) -> int:
    """Mend a draft by another file: a further version of the same draft. Gives its number.

    Raises:
        Refused: ``draft_of_other_set`` for a file of another set or version; ``set_draft_closed``,
            ``not_found``, ``not_allowed``.
    """
    held = await changing(connection, person, draft_id)
    for key, ours in (("set", held.draft.family), ("version", held.draft.version)):
        said = given.read.head.get(key)
        if said and said != ours:
            raise Refused("draft_of_other_set", found=said, expected=ours)
    return await _add(
        connection, draft_id, given.read, way="file", cases=held.revision.cases, by=_actor(person), file=given
    )


async def change_document(
    connection: Connection, person: Person | None, draft_id: UUID, read: GivenSet, *, way: RevisionWay, since: int
) -> int:
    """Keep a changed document as a further version. Gives its number.

    Args:
        connection: In a transaction of the tenant.
        person: Who changes it.
        draft_id: The draft.
        read: The changed document.
        way: What was changed.
        since: The version that it was made from: two people never overwrite each other.

    Raises:
        Refused: ``set_draft_changed`` where a newer version came; ``set_draft_closed``, ``not_found``,
            ``not_allowed``.
    """
    held = await changing(connection, person, draft_id)
    if held.revision.number != since:
        raise Refused("set_draft_changed", number=held.revision.number, who=held.revision.by_name or "–")
    return await _add(connection, draft_id, read, way=way, cases=held.revision.cases, by=_actor(person), before=held)


async def set_cases(connection: Connection, person: Person | None, draft_id: UUID, cases: str) -> int:
    """Give a draft its worked cases. Gives the number of the version.

    Raises:
        Refused: ``set_draft_broken`` while it is no set; ``set_draft_closed``, ``not_found``, ``not_allowed``.
    """
    held = await changing(connection, person, draft_id)
    read = given_sets.of_document(document_of(held))
    return await _add(connection, draft_id, read, way="cases", cases=cases, by=_actor(person), before=held)


async def changing(connection: Connection, person: Person | None, draft_id: UUID) -> OpenedDraft:
    """A draft, held, that somebody may change now.

    Raises:
        Refused: ``set_draft_closed``, ``not_found``, ``not_allowed``.
    """
    held = await opened(connection, person, draft_id, hold=True)
    flow.refuse_closed("criteria_set", person, held.draft.state)
    return held


async def source_file(connection: Connection, held: OpenedDraft) -> bytes | None:
    """The file that a draft comes from, as it came; ``None`` for none."""
    if held.revision.file_sha256 is None:
        return None
    return await queries.file_content(connection, held.revision.file_sha256)


def document_of(held: OpenedDraft) -> dict[str, Any]:
    """The document of a draft's newest version.

    Raises:
        Refused: ``set_draft_broken`` while it is no set.
    """
    if held.revision.document is None:
        raise Refused("set_draft_broken", count=len(held.revision.errors))
    document: dict[str, Any] = msgspec.json.decode(held.revision.document)
    return document


def _actor(person: Person | None) -> str:
    assert person is not None
    return person.actor


async def _begin(connection: Connection, family: str, version: str, tier: str, supersedes: str | None, by: str) -> UUID:
    if await queries.by_version(connection, family, version) is not None:
        raise Refused("set_draft_exists", family=family, version=version)
    draft_id = new_id()
    base_id = await queries.base_of(connection, family, tier, supersedes)
    if not await queries.insert_draft(connection, draft_id, family, version, tier, base_id, by):
        raise Refused("set_draft_exists", family=family, version=version)
    return draft_id


async def _add(
    connection: Connection, draft_id: UUID, read: GivenSet, *, way: RevisionWay, cases: str, by: str,
    file: GivenFile | None = None, before: OpenedDraft | None = None,
) -> int:  # fmt: skip
    sha256 = before.revision.file_sha256 if before else None
    if file is not None:
        sha256 = hashlib.sha256(file.content).hexdigest()
        await queries.keep_file(connection, sha256, file.content)
    found, faults, count = read.criteria_set, read.faults, 0
    if found is not None:
        count, failing = given_sets.check_cases(cases, found)
        faults = (*faults, *failing)
    digest = None if found is None else scoring.digest(found)
    number = await queries.insert_revision(connection, draft_id, {
        "way": way, "file_name": file.name[:200] if file else before.revision.file_name if before else "",
        "file_sha256": sha256, "digest": digest,
        "document": None if found is None else msgspec.json.encode(scoring.to_document(found)).decode(),
        "outline": msgspec.json.encode(read.outline).decode(), "faults": msgspec.json.encode(faults).decode(),
        "cases": cases, "case_count": count, "by": by,
    })  # fmt: skip
    errors = sum(fault.level != "note" for fault in faults)
    await audit.record(
        connection, actor=by, tag="criteria:draft:save", subject=str(draft_id),
        after={"revision": number, "way": way, "file": sha256, "digest": digest, "errors": errors},
    )  # fmt: skip
    return number


def _revision(row: Any) -> DraftRevision:
    values = dict(row)
    values["outline"] = msgspec.json.decode(values["outline"], type=tuple[OutlineLine, ...])
    values["faults"] = msgspec.json.decode(values["faults"], type=tuple[LineFault, ...])
    return DraftRevision(**values)
