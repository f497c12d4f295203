"""A sheet of people row by row: what each says, beside what stands; a bad row stops no other."""

from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from parindex.access.imports.model import ImportPlan, KnownAccount, KnownAgency
from parindex.access.imports.plan import ImportGround, planned
from parindex.access.imports.reading import read_people
from parindex.access.model import ROLES
from parindex.access.staff import role_days
from parindex.errors import Refused

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2027, 1, 4)
AGENCIES = (
    KnownAgency(id=UUID(int=1), code="H1", name="Sở Khoa học và Công nghệ tỉnh Hòa Lâm", short="Sở KHCN"),
    KnownAgency(id=UUID(int=2), code="H2", name="Sở Khoa học và Công nghệ tỉnh Phú Khê", short="Sở KHCN"),
    KnownAgency(id=UUID(int=3), code="H3", name="Sở Nội vụ", short=None),
)
GROUND = ImportGround(
    agencies=AGENCIES,
    accounts={
        "duc": KnownAccount(
            id=UUID(int=9), name="Lê Minh Đức", agency_id=UUID(int=3), agency="Sở Nội vụ", closed=False, signs_in=True,
            roles=(("appraiser", role_days.midnight(date(2027, 1, 1), HANOI), None),),
        ),
        "nghi": KnownAccount(id=UUID(int=8), name="Vi Thị Mỷ", agency_id=None, agency=None, closed=True, signs_in=True, roles=()),
    },
    today=TODAY,
    zone=HANOI,
)  # fmt: skip
HEAD = "Họ tên,Tên đăng nhập,Thư điện tử,Mã đơn vị,Vai trò,Từ ngày,Đến ngày"


def plan(*lines: str, head: str = HEAD) -> ImportPlan:
    return planned(read_people("\n".join([head, *lines]).encode()), GROUND)


def told(known: ImportPlan) -> list[tuple[str, list[str]]]:
    return [(row.outcome, [f"{one.field}:{one.code}" for one in row.faults]) for row in known.rows]


def test_every_row_is_judged_by_itself() -> None:
    known = plan(
        "Trương Mỹ Duyên,duyen,,H3,Thành viên tổ thẩm định,04/01/2027,30/04/2027",
        "Lê Minh Đức,duc,,H3,Chuyên viên,,",
        "Lê Minh Đức,duc,,H3,Thành viên tổ thẩm định,,",
        "Phan Văn Lực,luc,,H3,Chuyên viên,,30/2/2027",
        "Hà Thị Tuyết,tuyet,,Sở KHCN,Chuyên viên,,",
        "Cao Xuân Bách,bach,,H9,Chuyên viên,,",
        "Ai Đó,duc,,H3,Chuyên viên,,",
        "Vi Thị Mỷ,nghi,,,Thanh tra,,",
        ",,,,,,",
        "Không Tên Vai,vai,,,Trưởng bản,,",
        "Lãnh Đạo,ld,,,Lãnh đạo đơn vị,,",
        "Thư Điện Tử,,lan@coquan,,Thư ký Hội đồng,,",
        "Hôm Qua,homqua,,,Thư ký Hội đồng,03/01/2027,",
        "Ngược Ngày,nguoc,,,Thư ký Hội đồng,05/01/2027,04/01/2027",
    )
    assert told(known) == [
        ("new", []),
        ("role", []),
        ("same", []),
        ("bad", ["last:value_not_date"]),
        ("bad", ["agency:agency_ambiguous"]),
        ("bad", ["agency:agency_code_unknown"]),
        ("bad", ["login:login_of_other"]),
        ("bad", ["role:role_unknown"]),
        ("bad", ["role:role_unknown"]),
        ("bad", ["agency:agency_needed"]),
        ("bad", ["email:email_wrong"]),
        ("bad", ["first:day_passed"]),
        ("bad", ["last:days_reversed"]),
    ]


def test_one_person_in_several_rows_has_several_roles_and_two_people_have_not_one_login() -> None:
    known = plan(
        "Hà Lan,ha,,H3,Chuyên viên,,",
        "Hà  lan,HA,,H3,Lãnh đạo đơn vị,,",
        "Hà Lan,ha,,H3,Chuyên viên,,",
        "Hà Linh,ha,,H3,Chuyên viên,,",
        "Hà Lan,ha,,H1,Chuyên viên,,",
    )
    assert told(known) == [
        ("new", []), ("role", []), ("same", []), ("bad", ["login:name_differs"]), ("bad", ["login:name_differs"]),
    ]  # fmt: skip


def test_a_closed_account_is_opened_by_nobody_s_sheet() -> None:
    assert told(plan("Vi Thị Mỷ,nghi,,,Thanh tra kiểm toán,,".replace("Thanh tra kiểm toán", "auditor"))) == [
        ("bad", ["login:account_closed"])
    ]


def test_heads_are_found_in_any_case_and_order_and_others_are_named() -> None:
    known = plan("secretary,x,Hà Lan,ha", head="VAI TRO,Ghi chú,ho ten,Tên đăng nhập")
    assert told(known) == [("new", [])]
    assert known.passed_over == ("Ghi chú",)


def test_a_fault_names_the_cell_of_a_workbook() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet("DS")
        for row, cells in enumerate(
            [["Họ tên", "Tên đăng nhập", "Vai trò", "Đến ngày"], ["Phan Văn Lực", "luc", "secretary", "30/2/2027"]]
        ):
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text)
    (row,) = planned(read_people(written.getvalue()), GROUND).rows
    assert [one.values["cell"] for one in row.faults] == ["D2"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04hong", "Họ tên\nHà Lan".encode(), "Họ tên,Vai trò\n".encode(), b"\xff\xfe\x00"]
)
def test_what_is_no_sheet_of_people_is_refused_with_its_faults(content: bytes) -> None:
    with pytest.raises(Refused, match="import_unreadable") as refused:
        read_people(content)
    assert refused.value.fields


@given(
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(0, 40)),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(0, 40)),
)
def test_a_role_is_new_exactly_where_its_days_are_free(a: int, b: int | None, c: int, d: int | None) -> None:
    """Two rows of one person and role, each from a day to a day: the second brings something where no day is common."""

    def day(offset: int) -> str:
        return (TODAY + timedelta(days=offset)).strftime("%d/%m/%Y")

    rows = [f"Hà Lan,ha,,,secretary,{day(x)},{'' if y is None else day(x + y)}" for x, y in ((a, b), (c, d))]
    first = set(range(a, 999 if b is None else a + b + 1))
    second = set(range(c, 999 if d is None else c + d + 1))
    assert [row.outcome for row in plan(*rows).rows] == ["new", "same" if first & second else "role"]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_known_by_its_key_and_its_names(role: str) -> None:
    ground = msgspec.structs.replace(GROUND, accounts={})
    for name in (role, ROLES[role], ROLES[role].upper()):
        cell = f'"{name}"'
        (row,) = planned(
            read_people(f"Họ tên,Tên đăng nhập,Vai trò,Mã đơn vị\nHà Lan,ha,{cell},H3".encode()), ground
        ).rows
        assert (row.outcome, row.role) == ("new", role)
