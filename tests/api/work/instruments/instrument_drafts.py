"""Drafts of a questionnaire in the states that pages show."""

from __future__ import annotations

from uuid import UUID

from parindex.places import data_folder
from parindex.store.database import Connection
from parindex.surveys.instruments import drafts
from parindex.surveys.instruments.given_instruments import GivenInstrument, read_given
from tests.api.work.criteria.set_drafts import person


def given(text: str, name: str = "sipas.yaml") -> GivenInstrument:
    """A file with this text."""
    return read_given(text.encode(), name)


def sipas(version: str) -> str:
    """The shipped questionnaire under another version, with a question of other words and an answer more."""
    text = (data_folder("instruments") / "sipas" / "2026.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "2026"', f'version: "{version}"').replace("years: [2026]", "years: [2027]")
    text = text.replace('{vi: "18-24", en: "18-24"}', '{vi: "15-24", en: "15-24"}')
    return text.replace("giao thông đường bộ ở địa phương", "giao thông đường bộ, đường thủy ở địa phương", 1)


async def in_every_state(connection: Connection) -> dict[str, UUID]:
    """A draft as it was begun, one with errors, one that waits for approval, one that was approved; a published one."""
    drafter = await person(connection, "soan-phieu", "index_manager")
    approver = await person(connection, "duyet-phieu", "approver")
    made: dict[str, UUID] = {}
    for name, version in (
        ("instrument_draft", "2027.1"),
        ("instrument_submitted", "2027.2"),
        ("instrument_approved", "2027.3"),
    ):
        made[name] = await drafts.begin(connection, drafter, given(sipas(version)))
    broken = sipas("2027.4").replace("scale: satisfaction", "scale: khong-co", 1)
    made["instrument_broken"] = await drafts.begin(connection, drafter, given(broken))
    for name in ("instrument_submitted", "instrument_approved"):
        await drafts.submit(connection, drafter, made[name])
    await drafts.mark_read(connection, approver, made["instrument_submitted"], ["A.1", "A.2"])
    await drafts.remark(
        connection, approver, made["instrument_submitted"], code="A.1", kind="dispute", said="Phương án này lấy từ đâu?"
    )
    await drafts.approve(connection, approver, made["instrument_approved"])
    made["instrument"] = await connection.fetchval(
        "select id from instruments where code = 'sipas' order by published_at limit 1"
    )
    return made
