"""Drafts of a criteria set in the states that pages show."""

from __future__ import annotations

from uuid import UUID

from parindex import scoring
from parindex.access import Person, people
from parindex.access import queries as people_queries
from parindex.assessments.criteria import approval, drafts, given_sets, published_sets
from parindex.assessments.criteria.drafts import GivenFile
from parindex.criteria_workbook import Heading
from parindex.places import data_folder
from parindex.store.database import Connection

HEADING = Heading(family="", version="")


def given(text: str, name: str = "bo-tieu-chi.yaml") -> GivenFile:
    """A file with this text."""
    content = text.encode()
    return GivenFile(name=name, content=content, read=given_sets.read_given(content, name, HEADING))


async def person(connection: Connection, login: str, *roles: str) -> Person:
    """A new account."""
    person_id = await people.add_person(connection, login=login, name=f"Người {login}", roles=roles)
    found = await people_queries.person_by_id(connection, person_id)
    assert found is not None
    return found


def provincial(version: str) -> str:
    """The shipped set of provinces under another version, with changes of every kind."""
    text = (data_folder("criteria") / "minh-hoa-cap-tinh" / "2026.1.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "2026.1"', f'version: "{version}"').replace("years: [2026]", "years: [2027]")
    return text.replace("đúng hạn", "đúng hạn, trước hạn", 3)


async def in_every_state(connection: Connection) -> dict[str, UUID]:
    """A draft as it was begun, one with errors, one that waits for approval, one that was approved; and a published set."""
    drafter = await person(connection, "soan", "index_manager")
    approver = await person(connection, "duyet", "approver")
    made: dict[str, UUID] = {}
    for name, version in (("draft_set", "2027.1"), ("submitted_set", "2027.2"), ("approved_set", "2027.3")):
        made[name] = await drafts.begin(connection, drafter, given(provincial(version)), {})
    broken = provincial("2027.4").replace("max: 0.5", "max: nửa", 2)
    made["broken_set"] = await drafts.begin(connection, drafter, given(broken), {})
    for name in ("submitted_set", "approved_set"):
        await approval.submit(connection, drafter, made[name])
    await approval.mark_read(connection, approver, made["submitted_set"], ["1.1.1", "1.1.2"])
    await approval.remark(
        connection,
        approver,
        made["submitted_set"],
        code="1.1.1",
        kind="dispute",
        said="Mốc ngày này lấy từ văn bản nào?",
    )
    await approval.approve(connection, approver, made["approved_set"])
    corrected = provincial("2026.2").replace("years: [2027]", "years: [2026]")
    law = scoring.load_bytes(corrected.encode(), "x.yaml")
    made["amending_set"] = await published_sets.publish(connection, law, source=corrected, by="system")
    made["set"] = await connection.fetchval("select id from criteria_sets where version = '2026.1' limit 1")
    return made
