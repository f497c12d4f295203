"""Forms are read by type: what was typed comes back by field, what no page sends is refused, nothing fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, Request, Response, post
from litestar.testing import AsyncTestClient

from parindex.api.shared.forms import (
    Line,
    Posted,
    RefusedForm,
    ToldBy,
    Verbatim,
    read_fields,
    read_form,
    read_named,
    typed,
)  # fmt: skip
from parindex.api.shared.problems import HANDLERS, field_problem
from parindex.errors import Refused

ID = UUID("0198a3c4-0000-7000-8000-000000000001")


class Everything(msgspec.Struct, frozen=True, kw_only=True):
    """One field of every type."""

    reason: Annotated[str, msgspec.Meta(max_length=20)]
    number: Annotated[Line, msgspec.Meta(max_length=20)]
    secret: Verbatim = ""
    sure: bool = False
    count: Annotated[int, msgspec.Meta(ge=1, le=500)] = 1
    points: Decimal | None = None
    unit: UUID | None = None
    day: date | None = None
    kind: Annotated[Literal["accept", "ask"] | None, ToldBy(wrong="decision_missing")] = None
    marks: tuple[str, ...] = ()
    of_ask: str = msgspec.field(default="", name="reason:ask")


WHOLE: Posted = {
    "reason": [" Vì\r\nthế "], "number": ["214/QĐ\N{ZERO WIDTH SPACE}  -CCHC"], "secret": [" mật khẩu "], "sure": ["true"],
    "count": ["1.2"], "points": ["1,50"], "unit": [str(ID)], "day": ["6/4/2026"], "kind": ["ask"],
    "marks": ["a", "", "b"], "reason:ask": ["x"], "unknown": ["\0", "twice"],
}  # fmt: skip


def test_every_field_is_read_by_its_type() -> None:
    form = read_fields({**WHOLE, "count": ["12"]}, Everything)
    assert form == Everything(
        reason="Vì\nthế", number="214/QĐ -CCHC", secret=" mật khẩu ", sure=True, count=12, points=Decimal("1.50"),
        unit=ID, day=date(2026, 4, 6), kind="ask", marks=("a", "b"), of_ask="x",
    )  # fmt: skip


def test_what_was_not_sent_has_its_default_or_is_told_as_missing() -> None:
    assert read_fields({"reason": ["r"], "number": ["n"]}, Everything) == Everything(reason="r", number="n")
    with pytest.raises(RefusedForm) as told:
        read_fields({"reason": [" \n"]}, Everything)
    assert [(fault.field, fault.code) for fault in told.value.fields] == [
        ("reason", "field_empty"), ("number", "field_empty"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("count", "1,5", "value_not_whole"), ("count", "0", "number_out_of_range"), ("count", "501", "number_out_of_range"),
     ("count", "1", None), ("count", "500", None), ("points", "1.234", "value_ambiguous"), ("points", "x", "value_not_number"),
     ("unit", "x", "choice_unknown"), ("day", "31/2/2026", "value_not_date"), ("kind", "x", "decision_missing"),
     ("reason", "a" * 20, None), ("reason", "a" * 21, "field_too_long"), ("number", "a" * 21, "field_too_long")],
)  # fmt: skip
def test_a_wrong_field_is_told_by_its_name_with_a_sentence(field: str, value: str, code: str | None) -> None:
    given = {"reason": ["r"], "number": ["n"], field: [value]}
    if code is None:
        read_fields(given, Everything)
        return
    with pytest.raises(RefusedForm) as told:
        read_fields(given, Everything)
    (fault,) = told.value.fields
    assert (fault.field, fault.code) == (field, code)
    assert field_problem(fault, "vi").detail
    assert told.value.typed[field] == value


def test_every_fault_is_told_at_once_and_everything_typed_is_kept() -> None:
    with pytest.raises(RefusedForm) as told:
        read_fields({**WHOLE, "day": ["hôm qua"]}, Everything)
    assert {fault.field for fault in told.value.fields} == {"count", "day"}
    assert told.value.typed["secret"] == " mật khẩu "
    assert told.value.typed["reason"] == " Vì\r\nthế "
    assert "unknown" not in told.value.typed


@pytest.mark.parametrize("sent", [["a", "a"], ["a", "b"], ["a\0b"], ["\ud800"]])
@pytest.mark.parametrize("field", ["reason", "sure", "kind", "unit"])
def test_what_no_page_sends_is_no_form(field: str, sent: list[str]) -> None:
    with pytest.raises(Refused) as told:
        read_fields({"reason": ["r"], "number": ["n"], field: sent}, Everything)
    assert told.value.code == "bad_request"


def test_a_nul_is_refused_among_many_values_too() -> None:
    with pytest.raises(Refused) as told:
        read_fields({"reason": ["r"], "number": ["n"], "marks": ["a", "\0"]}, Everything)
    assert told.value.code == "bad_request"


@given(st.dictionaries(st.sampled_from([*WHOLE]), st.lists(st.text(), max_size=2)))
def test_nothing_that_is_sent_breaks_the_reading(sent: dict[str, list[str]]) -> None:
    status = 200
    try:
        read_fields(sent, Everything)
    except Refused as told:
        status = told.kind.status
    assert status in (200, 400, 422)


@post("/form")
async def take(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Says what was read, or what was typed."""
    try:
        form = await read_form(request, Everything)
    except RefusedForm as refused:
        fields = [fault.field for fault in refused.fields]
        return Response({"faults": fields, "typed": await typed(request, Everything)}, status_code=422)
    return Response({"reason": form.reason, "number": form.number})


@post("/named")
async def take_named(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Says what was typed into two fields."""
    return await read_named(request, ("fact:1.1", "judged"))


@pytest.fixture
async def client() -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(Litestar([take, take_named], exception_handlers=HANDLERS)) as opened:
        opened.headers["accept"] = "application/json"
        yield opened


async def test_both_kinds_of_forms_are_read_alike(client: AsyncTestClient[Litestar]) -> None:
    fields = {"reason": "Vì thế", "number": "1"}
    for sent in (
        await client.post("/form", data=fields),
        await client.post("/form", files={name: (None, value) for name, value in fields.items()}),
    ):
        assert sent.json() == {"reason": "Vì thế", "number": "1"}


async def test_a_refused_form_comes_back_as_it_was_typed(client: AsyncTestClient[Litestar]) -> None:
    sent = await client.post("/form", data={"reason": " " * 3, "number": "  x ", "day": "mai"})
    assert sent.status_code == 422
    assert sent.json()["faults"] == ["reason", "day"]
    assert (sent.json()["typed"]["number"], sent.json()["typed"]["day"]) == ("  x ", "mai")


def multipart(content: bytes, head: bytes = b"") -> dict[str, Any]:
    """One field ``reason`` with these bytes."""
    body = b'--x\r\nContent-Disposition: form-data; name="reason"' + head + b"\r\n\r\n" + content + b"\r\n--x--\r\n"
    return {"content": body, "headers": {"content-type": "multipart/form-data; boundary=x"}}


@pytest.mark.parametrize(
    "sent",
    [
        multipart(b"\xff\xfe"),
        multipart(b"abc", b"\r\nContent-Type: text/plain; charset=no-such"),
        multipart(b"abc", b'; filename="a.txt"'),
        multipart(b"a\0b"),
        {"content": b"reason=a%00b&number=1", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"reason=a&reason=b&number=1", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    ],
)
async def test_what_cannot_be_read_at_all_is_told_so(client: AsyncTestClient[Litestar], sent: dict[str, Any]) -> None:
    answer = await client.post("/form", **sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_very_long_value_is_told_by_its_field(client: AsyncTestClient[Litestar]) -> None:
    sent = await client.post("/form", data={"reason": "a" * 1_000_000, "number": "1", "count": "9" * 100_000})
    assert sent.status_code == 422
    assert sent.json()["faults"] == ["reason", "count"]


async def test_fields_that_are_named_when_asked_are_given_as_typed(client: AsyncTestClient[Litestar]) -> None:
    sent = await client.post("/named", data={"fact:1.1": " 1,5 ", "other": "x"})
    assert sent.json() == {"fact:1.1": " 1,5 ", "judged": ""}
    assert (await client.post("/named", data={"judged": ["1", "2"]})).status_code == 400
