"""What is looked at before work is handed over: what somebody has in hand, counted, and what becomes of it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from parindex.access.handovers import queries
from parindex.access.handovers.model import HELD, HeldKind
from parindex.access.model import ROLES, Person
from parindex.access.staff import managing
from parindex.access.staff import queries as staff_queries
from parindex.access.staff.model import ListedPerson
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.errors import CATALOGUE, N_
from parindex.store.database import Connection

KEPT: Final[frozenset[HeldKind]] = frozenset(("decisions", "jobs"))
"""Work that keeps its author and goes on by itself."""


async def check(connection: Connection, person: Person | None, person_id: UUID, *, hold: bool) -> DeedCheck:
    """What handing somebody's work over touches.

    Args:
        connection: Within the tenant.
        person: Who does it.
        person_id: Whose work.
        hold: Whether nobody changes it until the transaction ends; the account is held either way.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    del hold
    await managing.held(connection, person, "person:grant", person_id)
    (known,) = await staff_queries.of_ids(connection, [person_id])
    lasting = await staff_queries.roles_from_now(connection, person_id)
    roles = tuple(sorted({ROLES[one.role] for one in lasting}))
    nothing = OddLine(
        code="nothing_to_hand_over", told=said(CATALOGUE["nothing_to_hand_over"].detail), impossible=True
    )  # fmt: skip
    return DeedCheck(
        deed="person:grant",
        subject=str(person_id),
        title=said(N_("Bàn giao việc")),
        about=said(N_("%(name)s · %(login)s"), name=known.name, login=known.login),
        headline=said(N_("Người nhận giữ mọi vai trò của %(name)s từ bây giờ; %(name)s thôi giữ."), name=known.name),
        numbers=(
            CheckNumber(
                value=len(roles),
                what=said(N_("vai trò được chuyển")),
                then=said(N_("giữ nguyên ngày cuối")),
                names=roles,
            ),
            *await in_hand(connection, known),
        ),
        lasting=(
            said(N_("Việc đã kê khai, thẩm định, soạn thảo giữ nguyên tên người làm.")),
            said(N_("Giao lại vai trò được bất cứ lúc nào; lần bàn giao này vẫn còn trong nhật ký.")),
        ),
        lines=() if roles else (nothing,),
    )


async def in_hand(connection: Connection, known: ListedPerson) -> tuple[CheckNumber, ...]:
    """What somebody has in hand; numbers move while people work on."""
    now = await staff_queries.now(connection)
    roles = sorted({one.role for one in known.roles if one.holds(now)})
    found = await queries.held(connection, known.id, known.agency_id, roles)
    goes_on, stays = said(N_("người nhận làm tiếp")), said(N_("giữ nguyên tên người làm"))
    numbers = [
        CheckNumber(value=found[kind], what=said(what), then=stays if kind in KEPT else goes_on, steady=False)
        for kind, what in HELD.items()
        if found[kind]
    ]
    if typed := await queries.typed(connection, known.id):
        numbers.append(
            CheckNumber(
                value=typed, what=said(N_("biểu mẫu đang nhập dở, chưa lưu")),
                then=said(N_("người khác không thấy và không dùng được")), steady=False,
            )
        )  # fmt: skip
    return tuple(numbers)
