"""Why the database cannot be reached or refuses a statement: common reasons in sentences of ours, others in its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import asyncpg

from parindex.messages import N_, Message
from parindex.reading.causes import system_cause

_BY_STATE: Final[Mapping[str, str]] = {
    "08001": N_("kết nối bị ngắt"),
    "08003": N_("kết nối bị ngắt"),
    "08006": N_("kết nối bị ngắt"),
    "28000": N_("máy chủ không cho tài khoản này đăng nhập"),
    "28P01": N_("sai mật khẩu, hoặc không có tài khoản này"),
    "3D000": N_("máy chủ không có cơ sở dữ liệu tên này"),
    "42501": N_("tài khoản không có quyền"),
    "53100": N_("hết chỗ trên đĩa"),
    "53200": N_("không đủ bộ nhớ"),
    "53300": N_("máy chủ đã hết kết nối dành cho tài khoản này"),
    "55P03": N_("bảng đang được dùng"),
    "57014": N_("câu lệnh bị dừng vì chạy quá lâu"),
    "57P01": N_("máy chủ đang tắt"),
    "57P02": N_("máy chủ vừa bị lỗi và đang khôi phục"),
    "57P03": N_("máy chủ đang khởi động"),
}


def database_cause(error: BaseException) -> Message:
    """Why, for the brackets of a sentence; a reason that is not common is quoted, with its code."""
    state: str = getattr(error, "sqlstate", None) or ""
    if state in _BY_STATE:
        return Message(_BY_STATE[state])
    if state:
        return Message(N_("mã lỗi %(code)s của PostgreSQL, nguyên văn: “%(told)s”"), code=state, told=error)
    if isinstance(error, asyncpg.ClientConfigurationError):
        return Message(N_("địa chỉ không đúng dạng postgresql://tài-khoản:mật-khẩu@máy-chủ/cơ-sở-dữ-liệu"))
    if isinstance(error, asyncpg.InterfaceError):
        return Message(N_("nguyên văn: “%(told)s”"), told=error)
    return system_cause(error)
