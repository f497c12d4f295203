"""Failures of long and later deeds."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

JOBS: Final[dict[str, FailureKind]] = {
    "job_lost": FailureKind(
        500,
        N_("Việc chạy nền đã dừng giữa chừng"),
        N_("Máy chủ dừng nhiều lần khi đang làm việc này; chưa có gì bị thay đổi. Đề nghị báo cho quản trị hệ thống."),
    ),
    "job_runs_already": FailureKind(
        409,
        N_("Việc này đang chờ hoặc đang chạy"),
        N_("Một việc như vậy đã được yêu cầu; đề nghị đợi kết quả của việc đó."),
    ),
}
