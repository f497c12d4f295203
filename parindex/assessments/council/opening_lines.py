"""What a year still lacks when it is opened: people who may declare, people who appraise, the surveys that its set asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import msgspec

from parindex.access import people
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.cycles import grouping
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Cycle
from parindex.assessments.owners import owner_bodies
from parindex.audit.confirmation import OddLine, said
from parindex.errors import N_
from parindex.scoring import Criterion
from parindex.scoring.rules.kinds import Survey
from parindex.store.database import Connection, Row
from parindex.wording.group_names import attribute_name


async def lacking(
    connection: Connection, cycle: Cycle, known: Published, taking_part: Sequence[Row], bodies: Sequence[Row]
) -> list[OddLine]:
    """What is missing, each with where it is mended.

    Args:
        connection: In a transaction of the tenant.
        cycle: The year.
        known: Its set.
        taking_part: (agency_id, short, parent_id, parent, …) of its agencies.
        bodies: (agency_id, agency, substitute_id, substitute, above) of those that appraise.
    """
    accounts = "/work/people"
    found = []
    declaring = await people.staffed(connection, ("specialist", "focal_point"))
    leading = await people.staffed(connection, ("leader",))
    if without := _names(row for row in taking_part if row["agency_id"] not in declaring):
        told = said(N_("%(n)s đơn vị chưa có tài khoản kê khai: %(agencies)s."), n=len(without), agencies=without)
        found.append(OddLine(code="nobody_declares", told=told, href=accounts))
    if without := _names(row for row in taking_part if row["agency_id"] not in leading):
        told = said(
            N_("%(n)s đơn vị chưa có tài khoản lãnh đạo để gửi phiếu: %(agencies)s."), n=len(without), agencies=without
        )
        found.append(OddLine(code="nobody_sends", told=told, href=accounts))
    appraising = await people.staffed(connection, ("appraiser",))
    pairs: dict[UUID, str] = {}
    for row in bodies:
        pairs |= {row["agency_id"]: row["agency"], row["substitute_id"]: row["substitute"]}
    if any(row["above"] for row in bodies):
        pairs |= {row["parent_id"]: row["parent"] for row in taking_part if row["parent_id"] is not None}
        if topmost := _names(row for row in taking_part if row["parent_id"] is None):
            told = said(
                N_("%(n)s đơn vị không có cơ quan cấp trên trong danh mục, do cơ quan đã chỉ định thẩm định: %(agencies)s."),
                n=len(topmost), agencies=topmost,
            )  # fmt: skip
            found.append(OddLine(code="nobody_above", told=told, href=f"/work/years/{cycle.id}/draft#bodies"))
    idle = tuple(name for agency, name in pairs.items() if agency not in appraising)
    if idle:
        told = said(
            N_("%(n)s cơ quan thẩm định chưa có tài khoản thẩm định: %(agencies)s."), n=len(idle), agencies=idle
        )
        found.append(OddLine(code="nobody_appraises", told=told, href=accounts))
    found += await _owners(connection, cycle, set(pairs), declaring)
    held = {row["instrument_code"] for row in await cycle_queries.rounds_of(connection, cycle.id)}
    if absent := tuple(sorted(surveys_of(known) - held)):
        told = said(N_("Chưa có đợt khảo sát mà bộ tiêu chí lấy kết quả: %(instruments)s."), instruments=absent)
        found.append(OddLine(code="survey_missing", told=told, href=f"/work/years/{cycle.id}/draft#surveys"))
    return [*found, *_groups(cycle, known, taking_part)]


async def _owners(
    connection: Connection, cycle: Cycle, appraising: set[UUID], declaring: Collection[UUID]
) -> list[OddLine]:
    """Owner bodies that would appraise what they write, or in which nobody may write."""
    owning = {
        owner for leaves in (await owner_bodies.of_cycle(connection, cycle.id)).values() for owner in leaves.values()
    }
    if not owning:
        return []
    below = [body for bodies in (await owner_bodies.bodies_below(connection, cycle.id)).values() for body in bodies]
    here, found = f"/work/years/{cycle.id}/owners", []
    if both := tuple(body.name for body in below if body.id in owning & appraising):
        told = said(
            N_("%(n)s cơ quan chủ trì tiêu chí cũng thẩm định trong kỳ: %(agencies)s."), n=len(both), agencies=both
        )
        found.append(OddLine(code="owner_appraises", told=told, href=here, impossible=True))
    if idle := tuple(body.name for body in below if body.id in owning and body.id not in declaring):
        told = said(
            N_("%(n)s cơ quan chủ trì tiêu chí chưa có tài khoản kê khai: %(agencies)s."), n=len(idle), agencies=idle
        )
        found.append(OddLine(code="owner_without_account", told=told, href="/work/people"))
    return found


def _groups(cycle: Cycle, known: Published, taking_part: Sequence[Row]) -> list[OddLine]:
    """Agencies that stand in no group, or alone in theirs: they are ranked among nobody."""
    if cycle.group_by is None:
        return []
    here, name = f"/work/years/{cycle.id}/draft#members", attribute_name(known.criteria_set, cycle.group_by, "vi")
    members: dict[str | None, list[Row]] = {}
    for row in taking_part:
        members.setdefault(_group(cycle.group_by, row), []).append(row)
    without = _names(members.pop(None, ()))
    alone = tuple(row["short"] for rows in members.values() if len(rows) == 1 for row in rows)
    found = []
    if without:
        told = said(
            N_("%(n)s đơn vị chưa có “%(attribute)s” nên không có hạng trong nhóm: %(agencies)s."), n=len(without),
            attribute=name, agencies=without,
        )  # fmt: skip
        found.append(OddLine(code="without_group", told=told, href=here))
    if alone:
        told = said(
            N_("%(n)s đơn vị là đơn vị duy nhất trong nhóm theo “%(attribute)s”: %(agencies)s."), n=len(alone),
            attribute=name, agencies=alone,
        )  # fmt: skip
        found.append(OddLine(code="alone_in_group", told=told, href=here))
    return found


def _group(attribute: str, row: Row) -> str | None:
    given: dict[str, str] = msgspec.json.decode(row["attributes"])
    return given.get(attribute) or (row["region"] if attribute == grouping.REGION else None)


def surveys_of(known: Published) -> set[str]:
    """Codes of the instruments whose results a set takes."""
    nodes = (place.node for place in known.places.values())
    return {node.rule.instrument for node in nodes if isinstance(node, Criterion) and isinstance(node.rule, Survey)}


def _names(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(row["short"] for row in rows)
