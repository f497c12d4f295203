"""Shapes of the audit record and the hashes over them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.errors import N_

GENESIS: Final = bytes(32)
"""What the first block names as the block before it."""

TAGS: Final[dict[str, str]] = {
    "access:person:add": N_("Thêm người dùng"),
    "access:person:change": N_("Sửa tên hoặc đơn vị của người dùng"),
    "access:person:invite": N_("Gửi liên kết kích hoạt tài khoản"),
    "access:person:password": N_("Đặt mật khẩu"),
    "access:person:reset": N_("Hủy mật khẩu cũ, gửi liên kết đặt lại"),
    "access:person:stop": N_("Tạm dừng tài khoản"),
    "access:person:leave": N_("Đóng tài khoản vì nghỉ việc"),
    "access:person:return": N_("Mở lại tài khoản"),
    "access:person:keep": N_("Giữ tài khoản lâu không dùng"),
    "access:person:idle": N_("Tự khóa tài khoản lâu không dùng"),
    "access:people:import": N_("Nhập người dùng từ bảng tính"),
    "access:session:end": N_("Kết thúc một phiên đăng nhập"),
    "access:delegation:record": N_("Ghi ủy quyền"),
    "access:delegation:revoke": N_("Thu lại ủy quyền"),
    "access:work:hand_over": N_("Bàn giao việc cho người khác"),
    "access:rights:review": N_("Rà soát quyền"),
    "access:tenant:set": N_("Đổi lựa chọn của đơn vị chủ trì"),
    "access:first:offer": N_("Lập liên kết tạo quản trị đầu tiên"),
    "access:first:make": N_("Tạo quản trị đầu tiên"),
    "access:session:open": N_("Đăng nhập"),
    "access:session:close": N_("Đăng xuất"),
    "access:grant:add": N_("Giao vai trò"),
    "access:grant:end": N_("Thôi giao vai trò"),
    "tenant:tenant:add": N_("Thêm đơn vị chủ trì"),
    "tenant:tenant:change": N_("Sửa tên đơn vị chủ trì"),
    "office:deed:confirm": N_("Xác nhận trang kiểm tra trước một việc không làm lại được"),
    "store:rows:write": N_("Ghi vào bảng dữ liệu"),
    "store:rows:correct": N_("Sửa bảng dữ liệu bằng tay theo quyết định"),
    "store:head:renew": N_("Lập lại tệp đầu chuỗi nhật ký"),
    "store:rows:begin": N_("Bắt đầu ghi sổ một bảng dữ liệu"),
}
"""Tags of the rooms below; each room above keeps its own table of the same name."""


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    tenant_id: UUID
    """Whose change."""

    id: UUID
    """UUIDv7."""

    at: datetime
    """When it was written, UTC."""

    actor: str
    """Person id, ``system`` or ``respondent``."""

    tag: str
    """``source:subject:action``."""

    subject: str
    """Id of what was changed."""

    before: Any
    """What changed, before; personal fields as keyed digests."""

    after: Any
    """The same, after."""

    def digest(self) -> bytes:
        """SHA-256 of the row's content in one fixed form (sorted keys, UTC microseconds)."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return digest_of(
            str(self.tenant_id), str(self.id), at, self.actor, self.tag, self.subject, self.before, self.after
        )


def digest_of(
    tenant_id: str, row_id: str, at: str, actor: str, tag: str, subject: str, before: Any, after: Any
) -> bytes:
    """The digest of a row whose ids and moment are written already."""
    content = (tenant_id, row_id, at, actor, tag, subject, before, after)
    return hashlib.sha256(b"\x00" + msgspec.json.encode(content, order="sorted")).digest()


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Committed rows under one Merkle root, chained to the block before."""

    number: int
    """1, 2, 3 …"""

    row_ids: tuple[UUID, ...]
    """The rows, in the order of the tree."""

    merkle_root: bytes
    """Root over the rows' digests."""

    previous_hash: bytes
    """Hash of the block before; :data:`GENESIS` for the first."""

    hash: bytes
    """Hash over all of the above."""

    def expected_hash(self) -> bytes:
        """The hash that the content demands."""
        ids = hashlib.sha256(b"".join(row_id.bytes for row_id in self.row_ids)).digest()
        content = self.number.to_bytes(8) + ids + self.merkle_root + self.previous_hash
        return hashlib.sha256(b"\x02" + content).digest()


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The newest block: what editions and the file outside the database remember."""

    number: int
    """Number of the block; 0 before the first."""

    hash: str
    """Its hash, hexadecimal."""


BreakKind: TypeAlias = Literal["hash", "link", "missing_row", "changed_row", "missing_block"]


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A block that no longer holds."""

    block: int
    """Number of the block."""

    why: BreakKind
    """What of it does not."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found."""

    blocks: int
    """Number of the newest block; 0 without any."""

    rows: int
    """Sealed rows read."""

    unsealed: int
    """Rows that no block holds yet."""

    breaks: tuple[Break, ...]
    """Empty when every block holds."""

    hashes: dict[int, str]
    """By number of a block its hash, hexadecimal."""


HeadFault: TypeAlias = Literal["missing", "begins_late", "other_chain", "ahead", "behind", "torn"]


class HeadReport(msgspec.Struct, frozen=True, kw_only=True):
    """The file of heads beside the chain."""

    told: int
    """Highest block that the file knows; 0 where it knows none."""

    newest: int
    """Newest block of the database."""

    differing: tuple[int, ...]
    """Blocks of which the file knows another hash."""

    torn: int
    """Lines that cannot be read."""

    faults: tuple[HeadFault, ...]
    """``missing``: there are blocks and no head is known; ``begins_late``: the first lines are gone; ``other_chain``:
    the chain was written anew; ``ahead``: the database is older than the file; ``behind``: the last lines are gone, or
    the file could not be written; ``torn``: a line was cut short. Empty when all is well."""


def merkle_root(digests: Sequence[bytes]) -> bytes:
    """The root over leaves (RFC 6962: an odd leaf moves up alone; nodes are prefixed with 1)."""
    level = list(digests)
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0] if level else GENESIS
