"""A mark of secrecy is told by how it stands: both sides of the rule."""

from __future__ import annotations

import unicodedata

import pytest

from parindex.reading import secrecy_marks


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("12/BC-UBND (Mật)", "MẬT"),
        ("12/BC-UBND-MẬT", "MẬT"),
        ("12/TM-TỐI MẬT", "TỐI MẬT"),
        ("01/KH-tuyệt mật", "TUYỆT MẬT"),
        ("12/BC-TUYET MAT", "TUYỆT MẬT"),
        ("12/BC-UBND.MAT", "MẬT"),
        ("12/BC-UBND", None),
        ("318/BC-MTTQ", None),
        ("7/MATTRAN", None),
        ("15/QĐ-BMNN", None),
    ],
)
def test_a_number_with_a_degree_of_secrecy_is_told(text: str, level: str | None) -> None:
    assert secrecy_marks.in_number(text) == level
    assert secrecy_marks.in_number(unicodedata.normalize("NFD", text)) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Báo cáo tình hình (Mật)", "MẬT"),
        ("TỐI MẬT – Kế hoạch phòng thủ", "TỐI MẬT"),
        ("Độ mật: Tuyệt mật", "TUYỆT MẬT"),
        ("Kế hoạch TUYỆT MẬT của tỉnh", "TUYỆT MẬT"),
        ("Mật", "MẬT"),
        ("Kế hoạch bảo vệ bí mật nhà nước năm 2026", None),
        ("KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC NĂM 2026", None),
        ("Báo cáo triển khai luật BẢO VỆ BÍ MẬT NHÀ NƯỚC", None),
        ("Quy chế quản lý văn bản mật, tối mật, tuyệt mật", None),
        ("Thống kê văn bản theo các độ mật: mật, tối mật, tuyệt mật", None),
        ("Độ mật: không", None),
        ("Mật độ hồ sơ theo địa bàn", None),
        ("Hướng dẫn đổi MẬT KHẨU tài khoản công vụ", None),
        ("An toàn và BẢO MẬT thông tin", None),
        ("Ban Cơ yếu: quản lý MẬT MÃ", None),
    ],
)
def test_a_title_is_told_from_prose(text: str, level: str | None) -> None:
    assert secrecy_marks.in_words(text) == level
    assert secrecy_marks.in_words(unicodedata.normalize("NFD", text)) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("BC (Mật).pdf", "MẬT"),
        ("BC_MẬT.pdf", "MẬT"),
        ("12-BC-mật.docx", "MẬT"),
        ("ke_hoach_TUYET_MAT.pdf", "TUYỆT MẬT"),
        ("TOI MAT ke hoach.pdf", "TỐI MẬT"),
        ("ke hoach [toi mat].pdf", "TỐI MẬT"),
        ("bao cao MAT.pdf", "MẬT"),
        ("mat.pdf", "MẬT"),
        ("bao ve bi mat nha nuoc.pdf", None),
        ("Bảo vệ bí mật nhà nước.pdf", None),
        ("bao-ve-bí-mật-nhà-nước.pdf", None),
        ("Mật độ.xlsx", None),
        ("mat-do-dan-so.xlsx", None),
        ("toi mat ho so roi.pdf", "TỐI MẬT"),
        ("nguoi dan noi toi mat ho so.pdf", None),
        ("anh mat truoc.jpg", None),
        ("BAO CAO MAT DUONG.pdf", None),
    ],
)
def test_a_name_is_told_with_and_without_marks(text: str, level: str | None) -> None:
    assert secrecy_marks.in_name(text) == level


HEAD = ["ỦY BAN NHÂN DÂN", "TỈNH HÒA LÂM", "Số: 12/BC-UBND"]


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ([*HEAD, "MẬT", "BÁO CÁO"], "MẬT"),
        ([*HEAD, "[ TUYỆT  MẬT ]", "BÁO CÁO"], "TUYỆT MẬT"),
        ([*HEAD, "", "T Ố I   M Ậ T", "", "BÁO CÁO"], "TỐI MẬT"),
        ([*HEAD[:2], "Số: 12/BC-UBND (MẬT)", "BÁO CÁO"], "MẬT"),
        ([*HEAD[:2], "Số: 12/BC-UBND - Mật", "BÁO CÁO"], "MẬT"),
        ([*HEAD, "Độ mật: Tối mật"], "TỐI MẬT"),
        (["x"] * 4000 + ["MẬT"], "MẬT"),
        ([*HEAD, "MẬT", "MẬT"], "MẬT"),
        ([*HEAD, "BÁO CÁO công tác bảo vệ bí mật nhà nước", "Số: 12/BC-UBND"], None),
        ([*HEAD, "Tài liệu MẬT không được sao chụp khi chưa được phép của người có thẩm quyền."], None),
        (["Độ mật", "TUYỆT MẬT", "TỐI MẬT", "MẬT", "Cộng"], None),
        (["Mật", "Tối mật"], None),
        (["Độ mật: thường"], None),
        (["Số: liệu về mật độ dân cư"], None),
        ([], None),
    ],
)
def test_a_stamp_is_told_from_a_text_about_stamps(lines: list[str], level: str | None) -> None:
    assert secrecy_marks.in_lines(lines) == level
    assert secrecy_marks.in_lines([unicodedata.normalize("NFD", line) for line in lines]) == level
