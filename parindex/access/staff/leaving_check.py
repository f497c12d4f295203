"""What is looked at before an account is stopped or closed: whose work stays, and which role nobody else holds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from parindex import access
from parindex.access.delegations import queries as delegation_queries
from parindex.access.handovers import handover_check
from parindex.access.model import ROLES, Person
from parindex.access.staff import managing, queries
from parindex.access.staff.model import ListedPerson
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.errors import N_, Refused
from parindex.store.database import Connection


async def check(
    connection: Connection, person: Person | None, person_id: UUID, why: Literal["stopped", "left"], *, hold: bool
) -> DeedCheck:
    """What closing an account touches.

    Args:
        connection: Within the tenant.
        person: Who closes it.
        person_id: Whose account.
        why: Whether they come back or not.
        hold: Whether nobody changes it until the transaction ends; the page alone holds nothing for long.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``own_account``.
    """
    del hold
    await managing.held(connection, person, "person:stop", person_id)
    access.require(person, "person:stop", own=True)
    if person is not None and person.id == person_id:
        raise Refused("own_account")
    (known,) = await queries.of_ids(connection, [person_id])
    now = await queries.now(connection)
    left = why == "left"
    return DeedCheck(
        deed="person:stop",
        subject=str(person_id),
        title=said(N_("Ghi đã nghỉ") if left else N_("Tạm dừng tài khoản")),
        about=said(N_("%(name)s · %(login)s"), name=known.name, login=known.login),
        headline=said(
            N_("%(name)s không đăng nhập được nữa; việc đã làm giữ nguyên tên người làm.")
            if left
            else N_("%(name)s không đăng nhập được cho đến khi tài khoản được mở lại; vai trò giữ nguyên."),
            name=known.name,
        ),
        numbers=await _numbers(connection, known, now, left=left),
        lasting=(
            said(N_("Mở lại được tài khoản này bất cứ lúc nào; vai trò đã thôi phải giao lại."))
            if left
            else said(N_("Mở lại được bất cứ lúc nào.")),
            said(N_("Các phiên đang mở kết thúc ngay; liên kết mời hoặc đặt lại mật khẩu không dùng được nữa.")),
        ),
        lines=await _lines(connection, known),
    )


async def _numbers(
    connection: Connection, known: ListedPerson, now: datetime, *, left: bool
) -> tuple[CheckNumber, ...]:  # fmt: skip
    roles = tuple(sorted({ROLES[one.role] for one in known.roles if one.holds(now)}))
    lent = [
        one
        for one in await delegation_queries.of_person(connection, known.id)
        if one.revoked_at is None and one.valid_to > now
    ]
    found = (
        (len(roles), N_("vai trò đang giữ"), N_("thôi từ bây giờ") if left else N_("giữ nguyên, chờ mở lại"), roles),
        (len(await queries.sessions(connection, known.id)), N_("phiên đang mở"), N_("kết thúc ngay"), ()),
        (len(lent), N_("ủy quyền đang hoặc sắp có hiệu lực"), N_("không còn tác dụng"), ()),
    )
    held = tuple(
        CheckNumber(value=value, what=said(what), then=said(then), names=names, steady=False)
        for value, what, then, names in found
        if value
    )
    return (*held, *await handover_check.in_hand(connection, known))


async def _lines(connection: Connection, known: ListedPerson) -> tuple[OddLine, ...]:
    where = known.agency or ""
    return tuple(
        OddLine(
            code="role_left_empty",
            told=said(
                N_("Không còn ai khác ở %(agency)s giữ vai trò %(role)s.")
                if where
                else N_("Không còn ai khác giữ vai trò %(role)s."),
                role=ROLES[role],
                **({"agency": where} if where else {}),
            ),
        )
        for role in await queries.alone_in(connection, known.id)
    )
