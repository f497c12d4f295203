"""Sample contexts of the templates: fictional agencies, figures that hang together."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from parindex.api.account.sign_in_view import InvitationPage, SignInPage
from parindex.api.public.agencies_view import AgenciesPage
from parindex.api.public.criteria_view import CriteriaSetPage
from parindex.api.public.criterion_view import CriterionPage
from parindex.api.public.editions_view import EditionPage
from parindex.api.public.home_view import HomePage
from parindex.api.public.keys_view import KeysPage
from parindex.api.public.method_view import MethodPage
from parindex.api.public.open_data_view import OpenDataPage
from parindex.api.public.profiles_view import AgencyPage
from parindex.api.public.rankings import NotPublishedPage
from parindex.api.public.rankings_view import RankingPage
from parindex.api.public.survey_results_view import SurveyResultsPage
from parindex.api.public.verifying_view import VerifyPage
from parindex.api.respondent.questions_view import GroupPage
from parindex.api.shared.page import Page
from parindex.api.shared.problems import ProblemPage
from parindex.api.shared.rank_brackets import lanes
from tests.frontend import deed_samples

STATES = [
    "not_started",
    "editing",
    "awaiting",
    "sent",
    "appraising",
    "explain",
    "supplemented",
    "agreed",
    "adjusted",
    "council",
    "overdue",
    "locked",
    "not_applicable",
    "no_submission",
    "declared",
    "incomplete",
    "survey",
    "closed",
]


def gallery() -> dict[str, Any]:
    """Every component once."""
    nodes = [
        ("3.1", "Kiểm soát thủ tục hành chính", 2, 2.5, 2.5, "declared"),
        ("3.2.1", "Hồ sơ giải quyết đúng hạn, trước hạn", 3, 1.35, 1.5, "risk"),
        ("3.2.4", "Số hóa kết quả giải quyết", 3, None, 1, "not_started"),
        ("3.2.5", "Thủ tục liên thông cấp xã", 3, None, None, "not_applicable"),
    ]
    tree = [
        {
            "code": code,
            "title": title,
            "depth": depth,
            "points": points,
            "max": top,
            "href": f"#{code}",
            "current": mark == "risk",
            "mark": mark,
        }
        for code, title, depth, points, top, mark in nodes
    ]
    area = {
        "code": "3",
        "title": "Thủ tục hành chính",
        "points": 8.6,
        "max": 12,
        "note": "12/16 đã kê khai",
        "open": True,
        "locked": False,
        "href": None,
        "nodes": tree,
    }
    return {
        "person": {
            "id": "01900000-0000-7000-8000-000000000001",
            "name": "Nguyễn Thu Hạnh",
            "role": "Chuyên viên",
            "agency": "Tỉnh Hòa Lâm",
        },
        "areas": [area, area | {"code": "8", "locked": True, "open": False, "points": None}],
        "agencies": [
            {
                "href": "#",
                "name": "Tỉnh Phú Khê",
                "state": "explain",
                "state_text": None,
                "points": 1.5,
                "note": "còn 1,26",
                "current": False,
            },
            {
                "href": "#",
                "name": "Tỉnh Hòa Lâm",
                "state": "appraising",
                "state_text": "Đang xem",
                "points": 1.35,
                "note": None,
                "current": True,
            },
        ],
        "states": STATES,
        "evidence": [
            {
                "number": "318/BC-VP",
                "date": dt.date(2027, 1, 8),
                "title": "Báo cáo kết quả giải quyết thủ tục hành chính năm 2026",
                "issuer": "Văn phòng UBND tỉnh",
                "note": "PDF có ký số, 2,4 MB",
                "pages": "trang 4–6",
                "href": "#",
                "check": {"level": "warn", "text": "Ban hành sau ngày chốt số liệu"},
            },
        ],
    }


NAMES = (
    "Thành phố Tân Hải|Ven biển;Tỉnh An Khê Mới|Cao nguyên;Tỉnh Hòa Lâm|Đồng bằng;Tỉnh Vĩnh Thạch|Đồng bằng;"
    "Tỉnh Lương Xuyên|Ven biển;Tỉnh Phú Khê|Đồng bằng;Tỉnh Cẩm Lộc|Ven biển;Thành phố Đại Phong|Đồng bằng;"
    "Tỉnh Thuận Giang|Đồng bằng;Tỉnh Mường Lĩnh|Vùng núi;Tỉnh Yên Thọ|Vùng núi;Tỉnh Kỳ Nam|Ven biển;"
    "Tỉnh Xuân Trạch|Đồng bằng;Tỉnh Sông Lũng|Vùng núi;Tỉnh Ia Đrông|Cao nguyên;Tỉnh Bắc Sơn Hạ|Vùng núi;"
    "Tỉnh Đông Triều Thượng|Vùng núi;Tỉnh Trường Hải|Ven biển;Tỉnh Ngọc Hồi Nam|Cao nguyên;Tỉnh Tam Hà|Đồng bằng;"
    "Tỉnh Quảng Lâm|Ven biển;Tỉnh Nậm Pú|Vùng núi;Thành phố Hải Vân Đông|Ven biển;Tỉnh Long Xuyên Hạ|Đồng bằng;"
    "Tỉnh Chư Prông Bắc|Cao nguyên;Tỉnh Mỹ Thạnh|Đồng bằng;Tỉnh Phước Ninh|Ven biển;Tỉnh Tà Lùng|Vùng núi;"
    "Tỉnh Đắk Rơ|Cao nguyên;Tỉnh Hương Khê Thượng|Ven biển;Tỉnh Cửu Long Đông|Đồng bằng;Tỉnh Lạc Dương Mới|Cao nguyên"
)
PROVINCES = [tuple(item.split("|")) for item in NAMES.split(";")]
AXIS = {
    "low": 74,
    "high": 96,
    "ticks": [75, 80, 85, 90, 95],
    "limits": [{"at": Decimal(80), "name": "B từ 80"}, {"at": Decimal(90), "name": "A từ 90"}],
}
EDITION = {"number": "2025.1", "href": "/editions/2025.1", "published": dt.date(2026, 4, 6)}
LINK = {"number": "2025.1", "href": "/editions/2025.1"}
DIGEST = "9f3c71e0a4d25b6c8e1f0937ad5562c81b0e4f7a93d2c6150b8e7f4a2d91b24d"
SEAL = {"state": "signed", "digest": DIGEST, "href": "/verify"}
DOWNLOADS = [{"href": f"/rankings/2025/province.{kind}", "label": kind.upper()} for kind in ("csv", "json", "xlsx")]


def sample(kind: type[Page], values: dict[str, Any]) -> Page:
    """A page of a kind; a name that the page does not have is refused, however deep it stands."""
    shown: Page = msgspec.convert(values, kind)
    known_only(shown, values)
    return shown


def known_only(shown: Any, values: Any) -> None:
    if isinstance(shown, msgspec.Struct) and isinstance(values, dict):
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(type(shown))}
        assert set(values) <= set(fields), (type(shown).__name__, set(values) - set(fields))
        for name, value in values.items():
            known_only(getattr(shown, fields[name]), value)
    elif isinstance(shown, list | tuple):
        for part, value in zip(shown, values, strict=True):
            known_only(part, value)


def two(value: float) -> Decimal:
    """A value of two decimals."""
    return Decimal(str(round(value, 2)))


def province_rows() -> list[dict[str, Any]]:
    """Thirty-two ranked provinces."""
    indices = [two(92.41 - 0.53 * i - 0.09 * (i % 3)) for i in range(len(PROVINCES))]
    half = [1.6 + 0.05 * (i % 4) for i in range(len(PROVINCES))]
    sets = []
    for index, width in zip(indices, half, strict=True):
        above = sum(float(other - index) > width for other in indices)
        below = sum(float(index - other) > width for other in indices)
        sets.append((above + 1, len(indices) - below))
    drawn = lanes(sets)
    rows = []
    for i, ((name, region), index) in enumerate(zip(PROVINCES, indices, strict=True)):
        survey = two(28.6 - 0.11 * i)
        rows.append(
            {
                "order": i + 1, "name": name, "href": f"/agency-{i}", "region": region,
                "appraised": index - survey - two(0.5) + two(0.25 * (i % 2)), "survey": survey, "bonus": two(0.5),
                "penalty": two(0.25 * (i % 2)), "points": index, "index": index,
                "low": float(index) - half[i], "high": float(index) + half[i],
                "class_": "A" if index >= 90 else "B" if index >= 80 else "C",
                "class_level": "first" if index >= 90 else "plain" if index >= 80 else "low",
                "rank": i + 1, "rank_set": list(sets[i]), "lanes": drawn[i],
                "group": "Có cảng biển" if i % 2 else "Không có cảng biển", "group_rank": i // 2 + 1, "group_rank_set": [1, 4],
                "change": {"value": two(1.26 - 0.4 * (i % 7)), "beyond": i % 3 == 0}, "recomputed": None,
            }
        )  # fmt: skip
    return rows


def ranking() -> dict[str, Any]:
    """The practice year."""
    rows = province_rows()
    return {
        "title": "Xếp hạng Chỉ số cải cách hành chính cấp tỉnh năm 2025",
        "previous_year": 2024, "edition": EDITION,
        "decision": {"number": "214/QĐ-CCHC", "date": dt.date(2026, 4, 3), "signer": "Lê Hoàng Nam"},
        "criteria_set": {"title": "Minh họa cấp tỉnh 2025.1", "href": "/criteria/par-index/2025.1"},
        "citation": "parindex (2026), Chỉ số CCHC cấp tỉnh 2025, ấn bản 2025.1.",
        "seal": SEAL,
        "finding": {"errors": True, "tied": 3, "first": "Thành phố Tân Hải", "index": rows[0]["index"], "median": two(84.07), "ranked": len(rows)},
        "level": 95,
        "shows": {"errors": True, "bonus": True, "penalty": True, "change": True, "region": False, "groups": True, "recomputed": False},
        "within": None, "grouped_by": "Có cảng biển",
        "filters": [
            {"name": "region", "label": "Vùng", "value": "", "options": [{"value": v, "label": v or "Tất cả"} for v in ("", "Đồng bằng", "Ven biển", "Cao nguyên", "Vùng núi")]},
            {"name": "class", "label": "Xếp loại", "value": "", "options": [{"value": v, "label": v or "Tất cả"} for v in ("", "A", "B", "C", "D")]},
        ],
        "filtered": False, "downloads": DOWNLOADS, "axis": AXIS, "lane_count": len(rows[0]["lanes"]), "rows": rows,
        "unranked": [
            {"name": "Tỉnh Ngọc Lũng", "href": "/agency-x", "state": "no_submission", "cause": "Hết hạn ngày 20/01/2026 mà không có phiếu tự đánh giá; không tính là 0 điểm."},
            {"name": "Tỉnh Tây Lâm", "href": "/agency-y", "state": "incomplete", "cause": "Khảo sát lĩnh vực 8 thu được 212 phiếu, dưới mức tối thiểu 300."},
        ],
        "classes": [{"name": "A", "from": Decimal(90)}, {"name": "B", "from": Decimal(80)}, {"name": "C", "from": Decimal(70)}],
        "least_class": None, "recomputed": None, "corrections": [], "source": None,
    }  # fmt: skip


def ministries() -> dict[str, Any]:
    """The imported ministries of 2023."""
    source = Path(__file__).resolve().parent / "ministries-2023.csv"
    rows = []
    for line in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        index, difference = Decimal(line["par_index_pct"]), Decimal(line["sum_minus_total"])
        rows.append(
            {
                "order": int(line["rank"]), "name": line["ministry"], "href": "/agency", "region": None,
                "appraised": Decimal(line["appraised_points_max_68.5"]), "survey": Decimal(line["survey_points_max_31.5"]),
                "bonus": None, "penalty": None, "points": index, "index": index, "low": None, "high": None,
                "class_": "B" if index >= 80 else None, "class_level": "plain", "rank": int(line["rank"]), "rank_set": None, "group": None, "group_rank": None, "group_rank_set": None,
                "lanes": [], "change": None, "recomputed": {"points": index + difference, "difference": difference},
            }
        )  # fmt: skip
    return ranking() | {
        "title": "Xếp hạng Chỉ số cải cách hành chính các bộ, cơ quan ngang bộ năm 2023",
        "previous_year": None, "decision": {"number": None, "date": dt.date(2024, 4, 17), "signer": None},
        "finding": {"errors": False, "tied": 1, "first": rows[0]["name"], "index": rows[0]["index"], "median": two(85.83), "ranked": 17},
        "shows": dict.fromkeys(("errors", "bonus", "penalty", "change", "region", "groups"), False) | {"recomputed": True},
        "within": None, "grouped_by": None,
        "filters": [], "lane_count": 0, "rows": rows, "unranked": [],
        "classes": [{"name": "A", "from": Decimal(90)}, {"name": "B", "from": Decimal(80)}],
        "least_class": Decimal(80), "recomputed": {"differing": 9, "of": 17, "most": Decimal("0.01")},
        "source": "Công bố ngày 17/04/2024 của Ban Chỉ đạo cải cách hành chính của Chính phủ",
    }  # fmt: skip


AREAS = [
    ("1", "Chỉ đạo, điều hành", 9.25, 9.5), ("2", "Cải cách thể chế", 8.6, 9), ("3", "Cải cách thủ tục hành chính", 11.1, 12),
    ("4", "Cải cách tổ chức bộ máy", 5.75, 6), ("5", "Cải cách chế độ công vụ", 9.05, 10), ("6", "Cải cách tài chính công", 6.3, 7),
    ("7", "Xây dựng chính quyền điện tử, chính quyền số", 10.68, 12), ("8", "Tác động của cải cách hành chính", 31.05, 34.5),
]  # fmt: skip


def agency() -> dict[str, Any]:
    """One agency's page."""
    areas, groups = [], []
    for i, (code, title, points, top) in enumerate(AREAS):
        share = two(points / top * 100)
        areas.append(
            {
                "code": code, "title": title, "points": two(points), "max": two(top), "share": share,
                "low": share - 3 if code == "8" else None, "high": share + 3 if code == "8" else None,
                "median": share - two(2.8 + i / 3), "best": min(Decimal(100), share + two(2.2 + i / 5)), "difference": two(2.8 + i / 3), "state": "scored",
            }
        )  # fmt: skip
        rows = [
            {"code": f"{code}.1", "title": "Kiểm soát thủ tục hành chính", "depth": 2, "href": None, "why": None, "points": two(points / 2), "max": two(top / 2), "share": two(98), "state": "scored"},
            {"code": f"{code}.1.1", "title": "Công khai thủ tục hành chính trên Cổng dịch vụ công và tại nơi tiếp nhận hồ sơ", "depth": 3, "href": "/criterion", "why": "Công khai 100% trong số 1.874 thủ tục hành chính.", "points": two(points / 4), "max": two(top / 4), "share": two(100), "state": "scored"},
            {"code": f"{code}.1.2", "title": "Thủ tục liên thông cấp xã", "depth": 3, "href": "/criterion", "why": None, "points": None, "max": None, "share": None, "state": "not_applicable"},
            {"code": f"{code}.2", "title": "Kết quả giải quyết hồ sơ", "depth": 2, "href": "/criterion", "why": "Đúng hạn 24.157 trên 24.650 hồ sơ, đạt 98,00%.", "points": two(points / 2), "max": two(top / 2), "share": two(92), "state": "scored"},
        ]  # fmt: skip
        groups.append(
            {"code": code, "title": title, "points": two(points), "max": two(top), "share": share, "rows": rows}
        )
    years = [
        {"year": 2019 + i, "index": two(v), "low": two(v - 1.4), "high": two(v + 1.4), "rank_set": [4, 9], "rank": 5, "breaks": i == 3, "cause": None}
        for i, v in enumerate((84.1, 85.32, 86.05, 85.2, 88.31, 89.64, 91.78))
    ]  # fmt: skip
    gains = [
        {
            "code": f"8.{i}",
            "title": "Đánh giá của lãnh đạo, quản lý về tác động của cải cách hành chính",
            "href": "/criterion",
            "note": "Điều tra 1.204 phiếu, sai số ±0,42 điểm",
            "value": two(1.3 - i / 5),
        }
        for i in range(1, 6)
    ]
    return {
        "agency": {"name": "Tỉnh An Khê Mới", "tier": "Cấp tỉnh", "region": "Cao nguyên"}, "year": 2025,
        "years_choice": [{"year": 2025, "href": "/a", "current": True}, {"year": 2024, "href": "/b", "current": False}],
        "edition": LINK, "ranking_href": "/ranking",
        "result": {
            "index": two(91.78), "points": two(91.78), "max": two(100), "appraised": two(62.1), "survey": two(29.68), "bonus": two(0.5), "penalty": None,
            "low": 90.58, "high": 92.98, "rank": 2, "rank_set": [1, 4], "ranked": 32,
            "group": {"name": "Ven biển", "rank": 1, "rank_set": [1, 2], "ranked": 11}, "class_": "A", "class_from": two(90),
            "change": {"value": two(2.14), "beyond": True, "year": 2024},
        },
        "unranked": None, "summary": {"above": 8, "areas": 8, "weakest": {"title": "Tác động của cải cách hành chính", "lost": two(3.45)}},
        "axis": {"low": 74, "high": 101, "ticks": [75, 80, 85, 90, 95, 100], "limits": []}, "areas": areas, "compared": 32,
        "years_axis": {"low": 80, "high": 96, "ticks": [80, 84, 88, 92, 96], "limits": []}, "years": years,
        "strengths": gains, "losses": [item | {"value": -item["value"]} for item in gains],
        "losses_sum": {"shown": two(5.27), "all": two(8.22), "count": 5}, "groups": groups,
        "adjustments": [{"code": "B1", "title": "Sáng kiến cải cách hành chính", "why": "1 sáng kiến được công nhận.", "points": two(0.5)}],
        "downloads": DOWNLOADS, "counts": {"areas": 8, "criteria": 38, "components": 88},
    }  # fmt: skip


def agency_unranked() -> dict[str, Any]:
    """An agency that handed in nothing."""
    return agency() | {
        "agency": {"name": "Tỉnh Ngọc Lũng", "tier": "Cấp tỉnh", "region": None}, "result": None,
        "unranked": {"state": "no_submission", "cause": "Hết hạn ngày 20/01/2026 mà không có phiếu tự đánh giá; không tính là 0 điểm."},
        "summary": {"above": 0, "areas": 0, "weakest": None}, "areas": [], "years": [], "strengths": [], "losses": [],
        "losses_sum": None, "groups": [], "adjustments": [],
    }  # fmt: skip


def criterion() -> dict[str, Any]:
    """One leaf of one agency."""
    return {
        "agency": {"label": "Tỉnh Hòa Lâm", "href": "/agency"}, "year": 2025, "edition": LINK,
        "crumbs": [{"href": "/ranking", "label": "Xếp hạng 2025"}, {"href": "/agency", "label": "Tỉnh Hòa Lâm"}, {"href": None, "label": "3.2.1"}],
        "criterion": {
            "code": "3.2.1", "title": "Tỷ lệ hồ sơ thủ tục hành chính được giải quyết đúng hạn, trước hạn", "max": two(1.5),
            "rule": "Tỷ lệ hồ sơ đúng hạn trên tổng số hồ sơ; từ 80% (0 điểm) đến 100% (1,50 điểm) tính theo đường thẳng.",
            "evidence": "Báo cáo kết quả giải quyết thủ tục hành chính trong năm.",
        },
        "points": two(1.2), "state": "scored", "reason": "Đúng hạn 23.664 trên 24.650 hồ sơ, đạt 96,00%.",
        "compared": {"median": two(1.1), "best": two(1.5), "n": 32},
        "stages": [{"label": "Đơn vị tự chấm", "points": two(1.35)}, {"label": "Thẩm định lần 1", "points": two(1.2)}, {"label": "Kết quả cuối", "points": two(1.2)}],
        "facts": [
            {"label": "Tổng số hồ sơ đã giải quyết trong năm", "declared": "24.650", "accepted": "24.650", "changed": False},
            {"label": "Trong đó: đúng hạn và trước hạn", "declared": "24.157", "accepted": "23.664", "changed": True},
        ],
        "decision": {"by": "Tổ thẩm định, lĩnh vực 3", "kind": "Điều chỉnh", "reason": "Báo cáo 318/BC-VP ban hành sau kỳ đánh giá.", "date": dt.date(2026, 2, 3)},
        "survey": None, "previous": {"href": "/p", "code": "3.1.4", "title": "Rà soát thủ tục hành chính"}, "next": {"href": "/n", "code": "3.2.2", "title": "Xin lỗi khi giải quyết trễ hạn"},
    }  # fmt: skip


def criterion_survey() -> dict[str, Any]:
    """A leaf that a survey decides."""
    return criterion() | {
        "facts": [], "decision": None, "stages": [], "compared": None, "previous": None, "next": None,
        "reason": "Chỉ số hài lòng 84,10% nhân với 10,00 điểm.", "points": two(8.41),
        "survey": {"n": 1074, "value": two(84.1), "low": 82.2, "high": 86.0},
    }  # fmt: skip


def criteria_set() -> dict[str, Any]:
    """A set as officials read it."""
    roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    areas = [
        {
            "roman": roman[i], "code": code, "title": title, "max": two(top), "appraiser": "Sở Nội vụ" if i < 7 else None,
            "rows": [
                {"code": f"{code}.1", "title": "Kết quả giải quyết hồ sơ", "depth": 2, "max": two(top / 2), "leaf": False, "rule": None, "evidence": None, "inapplicable": False, "proof": ""},
                {"code": f"{code}.1.1", "title": "Tỷ lệ hồ sơ được giải quyết đúng hạn, trước hạn", "depth": 3, "max": two(top / 2), "leaf": True, "rule": "Từ 80% (0 điểm) đến 100% tính theo đường thẳng.", "evidence": "required", "inapplicable": True, "proof": "Tài liệu phải ban hành trong năm 2025."},
                {"code": f"{code}.2", "title": "Ban hành kế hoạch", "depth": 2, "max": two(top / 2), "leaf": True, "rule": "Ban hành trước 31/01: đủ điểm; trước 31/03: một nửa; sau đó: 0 điểm.", "evidence": "optional", "inapplicable": False, "proof": ""},
            ],
        }
        for i, (code, title, _, top) in enumerate(AREAS)
    ]  # fmt: skip
    return {
        "set": {"title": "Bộ tiêu chí minh họa cấp tỉnh", "version": "2025.1", "year": 2025, "tier": "Cấp tỉnh", "digest": DIGEST, "published": dt.datetime(2025, 11, 3, tzinfo=dt.UTC), "illustrative": True, "basis": ["Quyết định số 214/QĐ-CCHC (mô phỏng)"], "points": Decimal(100), "appraised": Decimal("61.5"), "survey": Decimal("38.5")},
        "counts": {"areas": 8, "criteria": 38, "components": 88},
        "versions": [{"version": "2025.1", "href": "/s", "current": True}, {"version": "2024.1", "href": "/s4", "current": False}],
        "classes": [{"name": "A", "from": Decimal(90)}, {"name": "B", "from": Decimal(80)}], "areas": areas,
        "adjustments": [{"title": "Điểm thưởng", "cap": Decimal(2), "rows": [{"code": "B1", "title": "Sáng kiến", "depth": 2, "max": two(1), "leaf": True, "rule": "Mỗi sáng kiến 0,5 điểm, tối đa 1 điểm.", "evidence": "required", "inapplicable": False, "proof": ""}]}],
        "downloads": [{"href": "/x.yaml", "label": "YAML"}, {"href": "/x.json", "label": "JSON"}], "untranslated": 0,
    }  # fmt: skip


def edition() -> dict[str, Any]:
    """One edition."""
    files = [
        {
            "label": label,
            "name": f"ranking-2025.{kind}",
            "kind": kind.upper(),
            "href": f"/f.{kind}",
            "size": 18_432,
            "digest": DIGEST,
        }
        for label, kind in (("Bảng xếp hạng", "csv"), ("Bảng xếp hạng", "xlsx"), ("Ấn bản đầy đủ, đã ký", "json"))
    ]
    return {
        "edition": {"number": "2025.1", "title": "Chỉ số cải cách hành chính cấp tỉnh năm 2025", "year": 2025, "tier": "Cấp tỉnh", "published": dt.date(2026, 4, 6), "ranking_href": "/ranking", "digest": DIGEST, "signature": "mZ3tP0c4qkq8nG5sT2o1b6YFhQ2m8a3rX9vN7uE4wK1dL0pJ5iR6yC8zB2fS3gH7", "key": {"id": "2026-1", "href": "/keys"}, "audit_head": DIGEST},
        "decision": ranking()["decision"], "seal": SEAL,
        "made_from": [{"label": "Bộ tiêu chí", "value": "Minh họa cấp tỉnh 2025.1", "href": "/c"}, {"label": "Khảo sát", "value": "SIPAS 2026, 36.525 phiếu", "href": None}, {"label": "Hạt giống", "value": "1", "href": None}],
        "files": files, "signed_name": "edition-2025.1.json", "retracted": None,
        "history": [{"number": "2025.1", "href": "/e", "date": dt.date(2026, 4, 6), "note": "Công bố lần đầu", "current": True}],
    }  # fmt: skip


def edition_retracted() -> dict[str, Any]:
    """An edition that was taken back."""
    return edition() | {
        "files": [],
        "retracted": {
            "decision": "Quyết định số 230/QĐ-CCHC",
            "date": dt.date(2026, 5, 2),
            "reason": "Sai số liệu của một đơn vị.",
            "successor": {"number": "2025.2", "href": "/e2"},
        },
    }


def verify() -> dict[str, Any]:
    """The page of verification, after a broken file."""
    return {
        "errors": [{"id": "edition", "message": "Đề nghị chọn tệp ấn bản đã tải."}],
        "result": {"state": "broken", "file": "edition-2025.1.json", "title": "Tệp không khớp với chữ ký.", "text": "Nội dung đã thay đổi sau khi ký.", "edition": None, "digest": DIGEST, "checks": [{"state": "holds", "text": "Tệp có đúng một cách viết chuẩn."}, {"state": "fails", "text": "Điểm của tiêu chí 3.2.1, Tỉnh Hòa Lâm khác với kết quả tính lại."}, {"state": "open", "text": "Chưa rõ người ký."}]},
        "editions": [{"number": "2025.1", "title": "Cấp tỉnh năm 2025", "href": "/e", "digest": DIGEST, "published": dt.date(2026, 4, 6)}],
    }  # fmt: skip


def surveys() -> dict[str, Any]:
    """A round's results."""
    rows = [
        {"name": name, "href": "/a", "n": 1074, "value": two(90 - i / 3), "low": 88.4 - i / 3, "high": 91.6 - i / 3, "suppressed": None}
        for i, (name, _) in enumerate(PROVINCES)
    ]  # fmt: skip
    rows[4] |= {"n": None, "value": None, "low": None, "high": None, "suppressed": "minimum"}
    return {
        "rounds": [{"title": "SIPAS 2025", "href": "/s", "current": True}, {"title": "SIPAS 2024", "href": "/s4", "current": False}],
        "round": {"title": "Chỉ số hài lòng về sự phục vụ hành chính năm 2025", "since": dt.date(2025, 10, 1), "until": dt.date(2025, 11, 30), "instrument": {"title": "Phiếu hỏi SIPAS", "version": "2026.1"}, "n": 36525, "strata": 34, "psus": 412, "deff": two(1.84), "minimum": 30, "method": "Ước lượng có quyền số; sai số tính theo thiết kế mẫu hai cấp.", "edition": LINK},
        "axis": AXIS | {"limits": []}, "agencies": rows, "measure": "Tiếp cận dịch vụ",
        "measures": [{"title": "Tiếp cận dịch vụ", "href": "/m1", "current": True}, {"title": "Thủ tục hành chính", "href": "/m2", "current": False}], "downloads": DOWNLOADS,
    }  # fmt: skip


def home() -> dict[str, Any]:
    """The first page."""
    made = ranking()
    imported = ministries()

    def card(page: dict[str, Any], tier: str, year: int, marked: str) -> dict[str, Any]:
        return {
            "href": "/ranking",
            "title": page["title"].removeprefix("Xếp hạng "),
            "tier": tier,
            "year": year,
            "edition": "2025.1",
            "edition_href": "/e",
            "published": EDITION["published"],
            "marked": marked,
            "ranked": len(page["rows"]),
            "finding": page["finding"],
            "top": [{key: row[key] for key in ("rank", "name", "href", "index")} for row in page["rows"][:5]],
        }

    return {
        "latest": [card(made, "Cấp tỉnh", 2025, "simulated"), card(imported, "Bộ, cơ quan ngang bộ", 2023, "imported")]
    }


def agencies() -> dict[str, Any]:
    """The registry."""
    rows = [
        {
            "order": row["order"],
            "name": row["name"],
            "href": "/a",
            "region": row["region"],
            "index": row["index"],
            "rank": row["rank"],
            "rank_set": row["rank_set"],
            "state": None,
        }
        for row in province_rows()
    ]
    rows.append(
        {
            "order": 33,
            "name": "Tỉnh Ngọc Lũng",
            "href": "/a",
            "region": "Vùng núi",
            "index": None,
            "rank": None,
            "rank_set": None,
            "state": "no_submission",
        }
    )
    return {"query": "", "tiers": [{"title": "Cấp tỉnh", "year": 2025, "ranking_href": "/r", "agencies": rows}]}


SCALE = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")


def questions() -> dict[str, Any]:
    """Questions of the survey."""
    scale = [{"value": str(i + 1), "label": label} for i, label in enumerate(SCALE)]
    base = {
        "kind": "scale",
        "words": None,
        "options": scale,
        "chosen": [],
        "others": [],
        "error": None,
        "text_value": "",
    }
    return {
        "consent": {"version": "2026.1", "href": "/c", "least": 30, "withdraw": "/w"}, "contact": "Hỏi đáp: 1900 0000, giờ hành chính",
        "step": 6, "steps": 9, "left": 1, "title": "Thủ tục hành chính", "may_skip": True, "action": "/survey/6",
        "ask": "Ông/bà hài lòng ở mức nào với từng nội dung dưới đây khi giải quyết công việc tại phường?",
        "errors": [{"id": "q29", "message": "Câu 29: Công chức yêu cầu người dân đóng phí, lệ phí đúng theo quy định"}],
        "questions": [
            base | {"number": 27, "name": "q27", "text": "Quy định thủ tục hành chính được niêm yết công khai, giúp người dân dễ thấy, dễ đọc", "chosen": ["4"]},
            base | {"number": 29, "name": "q29", "text": "Công chức yêu cầu người dân đóng phí, lệ phí đúng theo quy định", "error": "Ông/bà chưa chọn mức nào cho câu này."},
            base | {"number": 30, "name": "q30", "text": "Thời hạn giải quyết thủ tục hành chính đúng theo quy định", "others": [{"value": "-1", "label": "Không biết"}, {"value": "-2", "label": "Không áp dụng"}]},
            base | {"number": 40, "name": "q40", "text": "Giới tính", "kind": "one", "options": scale[:3]},
            base | {"number": 41, "name": "q41", "text": "Ý kiến khác", "kind": "text"},
        ],
    }  # fmt: skip


def samples() -> dict[str, Page | tuple[str, dict[str, Any]]]:
    """Sample pages by name; the gallery of components is a template with its names."""
    problem = {
        "type": "/problems/not_found",
        "title": "Không tìm thấy trang",
        "detail": "Địa chỉ này không có trang nào. Có thể địa chỉ bị gõ sai, hoặc ấn bản chưa được công bố.",
        "code": "not_found",
        "status": 404,
        "errors": [],
    }
    key = {
        "id": "2026-1",
        "algorithm": "Ed25519",
        "public": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
        "fingerprint": DIGEST,
        "since": dt.date(2026, 1, 5),
        "until": None,
        "current": True,
        "href": "/keys/2026-1.pem",
    }
    sign_in = {"login": "", "next": "", "errors": []}
    return {
        "gallery": ("gallery.html", gallery()),
        "survey": sample(GroupPage, questions()),
        "home": sample(HomePage, home()),
        "home-empty": sample(HomePage, {"latest": []}),
        "ranking": sample(RankingPage, ranking()),
        "ranking-filtered": sample(RankingPage, ranking() | {"rows": province_rows()[2:9:3], "filtered": True, "lane_count": 0}),
        "ranking-empty": sample(RankingPage, ranking() | {"rows": [], "filtered": True}),
        "ministries": sample(RankingPage, ministries()),
        "not-published": sample(NotPublishedPage, {"title": "Xếp hạng Chỉ số cải cách hành chính cấp tỉnh năm 2026", "year": 2026, "last": {"year": 2025, "href": "/ranking"}}),
        "agency": sample(AgencyPage, agency()),
        "agency-unranked": sample(AgencyPage, agency_unranked()),
        "criterion": sample(CriterionPage, criterion()),
        "criterion-survey": sample(CriterionPage, criterion_survey()),
        "criteria-set": sample(CriteriaSetPage, criteria_set()),
        "edition": sample(EditionPage, edition()),
        "edition-retracted": sample(EditionPage, edition_retracted()),
        "verify": sample(VerifyPage, verify()),
        "keys": sample(KeysPage, {"keys": [key], "keys_href": "/keys.json"}),
        "method": sample(MethodPage, {"level": 95, "draws": 10000, "sets": [{"title": "Minh họa cấp tỉnh 2025.1", "href": "/s", "year": "2025", "tier": "Cấp tỉnh"}]}),
        "surveys": sample(SurveyResultsPage, surveys()),
        "surveys-none": sample(SurveyResultsPage, {"axis": AXIS}),
        "open-data": sample(OpenDataPage, {"datasets": [{"id": "r", "title": "Bảng xếp hạng cấp tỉnh 2025", "description": "Điểm, chỉ số, hạng, khoảng hạng của 34 đơn vị.", "updated": dt.date(2026, 4, 6), "files": DOWNLOADS, "marked": "simulated"}], "fields": [{"name": "index", "title": "Chỉ số", "unit": "%", "note": "chưa làm tròn"}], "survey_fields": [{"name": "interval_kind", "title": "Loại khoảng tin cậy", "unit": None, "note": None}], "licence": "được dùng lại tự do", "api_href": "/api/v1"}),
        "agencies": sample(AgenciesPage, agencies()),
        "agencies-none": sample(AgenciesPage, {"query": "xyz", "tiers": []}),
        "deed-check": deed_samples.asked(),
        "deed-check-unconfirmed": deed_samples.unconfirmed(),
        "deed-check-impossible": deed_samples.impossible(),
        "problem": sample(ProblemPage, {"problem": problem}),
        "sign-in": sample(SignInPage, sign_in),
        "sign-in-failed": sample(SignInPage, sign_in | {"login": "hanh", "errors": [{"id": "login", "message": "Tên đăng nhập hoặc mật khẩu không đúng."}]}),
        "invitation": sample(InvitationPage, {"invitation": {"name": "Nguyễn Thu Hạnh", "login": "hanh", "token": "abc"}, "errors": [], "least": 12}),
    }  # fmt: skip
