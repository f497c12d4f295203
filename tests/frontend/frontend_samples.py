"""Sample contexts of the templates: fictional agencies, figures that hang together."""

import datetime as dt
from decimal import Decimal
from typing import Any

STATES = (
    "not_started editing awaiting sent appraising explain supplemented agreed adjusted council overdue locked "
    "not_applicable no_submission declared incomplete survey closed"
).split()


def gallery() -> dict[str, Any]:
    """Every component once."""
    nodes = [
        ("3.1", "Kiểm soát thủ tục hành chính", 2, 2.5, 2.5, "declared"),
        ("3.2.1", "Hồ sơ giải quyết đúng hạn, trước hạn", 3, 1.35, 1.5, "risk"),
        ("3.2.4", "Số hóa kết quả giải quyết", 3, None, 1, "not_started"),
        ("3.2.5", "Thủ tục liên thông cấp xã", 3, None, None, "not_applicable"),
    ]
    tree = [
        dict(
            code=code,
            title=title,
            depth=depth,
            points=points,
            max=top,
            href=f"#{code}",
            current=mark == "risk",
            mark=mark,
        )
        for code, title, depth, points, top, mark in nodes
    ]
    area = dict(
        code="3",
        title="Thủ tục hành chính",
        points=8.6,
        max=12,
        note="12/16 đã kê khai",
        open=True,
        locked=False,
        href=None,
        nodes=tree,
    )
    return {
        "person": {"name": "Nguyễn Thu Hạnh", "role": "Chuyên viên", "agency": "Tỉnh Hòa Lâm"},
        "areas": [area, area | {"code": "8", "locked": True, "open": False, "points": None}],
        "agencies": [
            dict(
                href="#",
                name="Tỉnh Phú Khê",
                state="explain",
                state_text=None,
                points=1.5,
                note="còn 1,26",
                current=False,
            ),
            dict(
                href="#",
                name="Tỉnh Hòa Lâm",
                state="appraising",
                state_text="Đang xem",
                points=1.35,
                note=None,
                current=True,
            ),
        ],
        "states": STATES,
        "evidence": [
            dict(
                number="318/BC-VP",
                date=dt.date(2027, 1, 8),
                title="Báo cáo kết quả giải quyết thủ tục hành chính năm 2026",
                issuer="Văn phòng UBND tỉnh",
                note="PDF có ký số, 2,4 MB",
                pages="trang 4–6",
                href="#",
                check={"level": "warn", "text": "Ban hành sau ngày chốt số liệu"},
            ),
        ],
    }


def samples() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and its own context."""
    return {"gallery": ("gallery.html", gallery())}
