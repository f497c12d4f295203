"""One account per role for the demonstration; their password is public, so the demo stays on its machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import people, queries
from parindex.access.model import ROLES
from parindex.messages import N_
from parindex.store.database import Connection

PASSWORD: Final = "cai-cach-2026"  # noqa: S105 - public, and told so
"""The demonstration's password unless ``PARINDEX_DEMO_PASSWORD`` names another."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the demonstration."""

    login: str
    """Typed at sign-in."""

    name: str
    """Invented."""

    role: str
    """Key of ``ROLES``."""

    agency: str | None = None
    """Code of the agency, or name of the appraising body; ``None``: staff of the tenant."""


ACCOUNTS: Final = (
    Account(login="chuyenvien", name="Nguyễn Thu Hạnh", role="specialist", agency="P03"),
    Account(login="daumoi", name="Đỗ Quang Huy", role="focal_point", agency="P03"),
    Account(login="lanhdao", name="Trần Quốc Bảo", role="leader", agency="P03"),
    Account(login="thamdinh", name="Lê Minh Đức", role="appraiser", agency="home-affairs"),
    Account(login="thamdinh2", name="Cao Thị Mai", role="appraiser", agency="justice"),
    Account(login="thamdinh3", name="Phan Văn Tú", role="appraiser", agency="government-office"),
    Account(login="thamdinh4", name="Trịnh Thu Trang", role="appraiser", agency="finance"),
    Account(login="thamdinh5", name="Mai Đình Long", role="appraiser", agency="science-technology"),
    Account(login="thuky", name="Phạm Hoài An", role="secretary"),
    Account(login="hoidong", name="Vũ Thị Ngọc", role="council_member"),
    Account(login="chutich", name="Hoàng Văn Khải", role="council_chair"),
    Account(login="pheduyet", name="Bùi Thanh Sơn", role="approver"),
    Account(login="bochiso", name="Đặng Lan Anh", role="index_manager"),
    Account(login="thanhtra", name="Ngô Đức Thịnh", role="auditor"),
    Account(login="dieutra", name="Tạ Thị Lành", role="interviewer"),
    Account(login="giamsat", name="Lâm Thị Hòa", role="field_supervisor"),
    Account(login="bandieuhanh", name="Tô Minh Quân", role="steering_reader"),
    Account(login="quantri", name="Lý Gia Bình", role="administrator"),
)
"""The first of each role is the one to try; each appraising body has one."""


def password() -> str:
    """The password of every account of the demonstration."""
    return os.environ.get("PARINDEX_DEMO_PASSWORD") or PASSWORD


def told(address: str, translate: Callable[..., str]) -> str:
    """Every account, as the demo prints them."""
    rows = [f"  {account.login:<11} {translate(ROLES[account.role])} · {account.name}" for account in ACCOUNTS]
    return "\n".join(
        [translate(N_("%(address)s/sign-in   mật khẩu: %(password)s"), address=address, password=password()), *rows]
    )


async def add(connection: Connection, agencies: Mapping[str, UUID]) -> None:
    """Make the accounts.

    Args:
        connection: In the tenant's transaction.
        agencies: Agencies by code, appraising bodies by name.
    """
    secret = people.hash_password(password())
    for account in ACCOUNTS:
        await people.add_person(
            connection, login=account.login, name=account.name, roles=[account.role], password_hash=secret,
            agency_id=agencies[account.agency] if account.agency else None,
        )  # fmt: skip


async def exist(connection: Connection) -> bool:
    """Whether the accounts were made: they come last, so all the sample data is there."""
    return await queries.secret_of_login(connection, ACCOUNTS[-1].login) is not None
