"""Vietnamese for old fonts in files that have no fonts."""

from __future__ import annotations

import pytest

from parindex.reading.csv_rows import BrokenTable
from parindex.reading.legacy_fonts import converted, converted_cells, is_syllable
from parindex.reading.tables import read_table


def test_rows_of_a_csv_in_an_old_encoding_are_refused_with_row_and_column() -> None:
    with pytest.raises(BrokenTable) as error:
        read_table("code,name_vi\nA,ChØ ®¹o ®iÒu hµnh\nB,Chỉ đạo\n".encode(), needed=("code", "name_vi"))
    (fault,) = error.value.faults
    assert (fault.code, fault.row, fault.column, fault.values["found"]) == ("cell_old_font", 2, "name_vi", "TCVN3")


@pytest.mark.parametrize(
    "name",
    [
        "Citroën naïve",
        "Anaïs Noël, L'Île-Raphaël",
        "Turks et Caïques (Îles)",
        "Benoît-Noël Dupont",
        "Müller, Köln; Größe in µm² ¹",
        "Öğr. Yüksel Öryürek",
        "Íñigo Yáñez Ordóñez",
        "Pöytyä",
        "Gyümölcs- és zöldségfeldolgozó",
        "Træ på søn",
        "Hoàng Công Toán và Hoàng Mai",
        "Có, không; Quốc Oai: xã Đông Yên",
        "Tỷ lệ¹ của số tiêu chí² và báo cáo³",
        "Đắk Lắk, Krông Pắc",
    ],
)
def test_names_of_other_languages_and_vietnamese_in_unicode_stay_as_they_are(name: str) -> None:
    assert converted(name) == (name, "")
    assert converted_cells([[name]]) == ([[name]], {})


@pytest.mark.parametrize(
    ("written", "meant", "encoding"),
    [
        ("ChØ ®¹o ®iÒu hµnh", "Chỉ đạo điều hành", "TCVN3"),
        ("M« t¶ c«ng thøc tÝnh chØ sè (§¾k L¾k project)", "Mô tả công thức tính chỉ số (Đắk Lắk project)", "TCVN3"),
        ("ÑV chuû trì theo chöùc naêng", "ĐV chủ trì theo chức năng", "VNI"),
        ("NÑ 30/2020 Ñieàu 18 (full text)", "NĐ 30/2020 Điều 18 (full text)", "VNI"),
        ("Ñaék Laék 2017", "Đắk Lắk 2017", "VNI"),
    ],
)
def test_vietnamese_of_an_old_font_is_read_beside_short_words_names_and_english(
    written: str, meant: str, encoding: str
) -> None:
    assert converted(written) == (meant, encoding)


def test_a_name_of_another_language_in_a_file_of_an_old_encoding_stays_as_it_is() -> None:
    rows = [["Keá hoaïch naêm", "Sôû"], ["Citroën", "Anaïs"]]
    assert converted_cells(rows) == (
        [["Kế hoạch năm", "Sở"], ["Citroën", "Anaïs"]],
        {(0, 0): "VNI", (0, 1): "VNI"},
    )


def test_a_font_that_is_named_decides_whatever_the_words_are() -> None:
    assert converted("Citroën", "VNI-Times")[1] == "VNI"


def test_a_syllable_has_one_beat_and_one_tone() -> None:
    words = [
        "nghiêng",
        "khuỷu",
        "quyển",
        "giếng",
        "rượu",
        "ngoằn",
        "khuya",
        "yếu",
        "xoong",
        "uống",
        "Ở",
        "hoà",
        "hòa",
        "Đắk",
    ]
    assert all(map(is_syllable, words))
    assert not any(map(is_syllable, ["Anạs", "Ỵle", "nạve", "Đạtt", "áà", "a\u0301\u0300", "", "NĐ", "zạ"]))
