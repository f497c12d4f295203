"""What the columns of tables for people are called; CSV and JSON keep the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parindex.text import N_, Language, translator

HEADS: Final[Mapping[str, str]] = {
    "unit": N_("Đơn vị"),
    "est": N_("Ước lượng"),
    "value": N_("Ước lượng"),
    "se": N_("Sai số chuẩn"),
    "rank": N_("Hạng"),
    "marginal_lower": N_("Hạng riêng từ"),
    "marginal_upper": N_("Hạng riêng đến"),
    "simultaneous_lower": N_("Hạng chung từ"),
    "simultaneous_upper": N_("Hạng chung đến"),
    "statistic": N_("Thống kê"),
    "of": N_("Câu hỏi"),
    "values": N_("Giá trị"),
    "p": "p",
    "ci_low": N_("Khoảng tin cậy từ"),
    "ci_high": N_("Khoảng tin cậy đến"),
    "interval": N_("Loại khoảng"),
    "level": N_("Độ tin cậy hoặc mức"),
    "df": N_("Bậc tự do"),
    "df_least": N_("Bậc tự do ít nhất của một câu hỏi"),
    "df_1": N_("Bậc tự do 1"),
    "df_2": N_("Bậc tự do 2"),
    "deff": N_("Hệ số thiết kế"),
    "deff_wr": N_("Hệ số thiết kế, chọn có hoàn lại"),
    "n": N_("Số phiếu"),
    "n_eff": N_("Số phiếu hiệu dụng"),
    "note": N_("Ghi chú"),
    "test": N_("Kiểm định"),
    "before": N_("Năm trước"),
    "before_se": N_("Sai số năm trước"),
    "after": N_("Năm sau"),
    "after_se": N_("Sai số năm sau"),
    "covariance": N_("Hiệp phương sai"),
    "change": N_("Thay đổi"),
    "p_holm": N_("p theo Holm"),
    "direction": N_("Chiều"),
    "jump": N_("Bước nhảy do cách hỏi"),
    "jump_se": N_("Sai số bước nhảy"),
    "step": N_("Bước"),
    "total": N_("Tổng"),
    "least": N_("Nhỏ nhất"),
    "largest": N_("Lớn nhất"),
    "cv": N_("Hệ số biến thiên"),
    "least_factor": N_("Hệ số nhỏ nhất"),
    "largest_factor": N_("Hệ số lớn nhất"),
    "variable": N_("Biến"),
    "wanted": N_("Cần đạt"),
    "reached": N_("Đạt được"),
    "error": N_("Sai lệch"),
    "class": N_("Lớp"),
    "joined": N_("Gộp từ"),
    "drawn": N_("Được chọn"),
    "answered": N_("Có trả lời"),
    "factor": N_("Hệ số"),
}
_BEST: Final = N_("Xác suất trong %(k)s đơn vị đầu")
_BEST_MOST: Final = N_("Nhiều nhất: xác suất trong %(k)s đơn vị đầu")


def head_text(key: str, lang: Language) -> str:
    """The head of a column; a column of the data is called as the data call it.

    >>> head_text("se", "vi"), head_text("by.province", "vi"), head_text("best_3", "vi")
    ('Sai số chuẩn', 'province', 'Xác suất trong 3 đơn vị đầu')
    >>> head_text("best_3_most", "vi")
    'Nhiều nhất: xác suất trong 3 đơn vị đầu'
    """
    translate = translator(lang)
    if key.startswith("by."):
        return key.removeprefix("by.")
    if key.startswith("best_"):
        said = _BEST_MOST if key.endswith("_most") else _BEST
        return translate(said, k=key.removeprefix("best_").removesuffix("_most"))
    return translate(HEADS[key])
