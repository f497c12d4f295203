"""What is looked at before agencies are closed, merged, split or moved: the registry, and the open years that it touches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from parindex import access
from parindex.access import Person
from parindex.agencies import queries as registry
from parindex.agencies.model import Agency, Basis
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.mergers import queries, treatments
from parindex.assessments.mergers.treatments import TouchedYear
from parindex.assessments.owners import succession
from parindex.assessments.owners.succession import OwnedPart
from parindex.audit.confirmation import CheckNumber, CheckSentence, CheckValue, DeedCheck, OddLine, said
from parindex.errors import N_, Refused
from parindex.store.database import Connection

Trial = Callable[[Connection], Awaitable[object]]
"""The deed on the registry, done and undone to see whether it can be."""

FAR: Final = 366
"""Days from today beyond which a day is told to be far."""


class _Undone(Exception):
    """What a trial did is taken back."""


async def of_deed(
    connection: Connection,
    person: Person | None,
    *,
    deed: str,
    title: CheckSentence,
    ending: Sequence[Agency],
    becomes: CheckSentence,
    day: date,
    basis: Basis,
    today: date,
    trial: Trial,
    successors: bool,
    moving: Sequence[Agency] = (),
) -> DeedCheck:
    """Before a deed on the registry.

    Args:
        connection: In a transaction of the tenant.
        person: Who would do it.
        deed: Name of the action.
        title: What is done.
        ending: Agencies that end; none where an agency only becomes otherwise.
        becomes: What comes of it.
        day: From which day.
        basis: By which document.
        today: In the tenant's zone.
        trial: Does it on the registry.
        successors: Whether somebody takes over.
        moving: Agencies that become otherwise.

    Raises:
        Refused: ``not_allowed``.
    """
    access.require(person, "agency:edit")
    ids = [one.id for one in ending]
    years = await treatments.touched(connection, ids) if ids else []
    owning = await succession.owned(connection, ids) if ids else []
    lines = [*await _refused(connection, trial), *_odd_days(day, basis, today)]
    lines += await _of_years(connection, years, ids, successors=successors)
    return DeedCheck(
        deed=f"agency:{deed}",
        subject=str([*ending, *moving][0].id),
        title=title,
        about=said(N_("%(names)s"), names=_names([*ending, *moving])),
        headline=becomes,
        numbers=(
            *_of_deed(day, basis, becomes),
            *await _of_agencies(connection, ending, day),
            *map(_year, years),
            *(_owned(one, successors=successors) for one in owning),
        ),
        lasting=(
            said(N_("Hủy được trong hôm nay, khi chưa có lần ghi nào sau đó và cơ quan mới chưa được dùng.")),
            *_kept_with(years),
        ),
        lines=tuple(lines),
    )


def _of_deed(day: date, basis: Basis, becomes: CheckSentence) -> tuple[CheckNumber, ...]:
    signed = said(N_("ngày %(day)s"), day=basis.date)
    return (
        CheckNumber(value=day, what=said(N_("ngày bắt đầu có hiệu lực")), then=becomes),
        CheckNumber(value=basis.number, what=said(N_("văn bản làm căn cứ")), then=signed),
    )


async def _of_agencies(connection: Connection, ending: Sequence[Agency], day: date) -> list[CheckNumber]:
    """Agencies that end, and those under them."""
    if not ending:
        return []
    ids = [one.id for one in ending]
    told = said(N_("hết hiệu lực từ ngày này; ngày trước đó vẫn còn trong danh mục"))
    numbers = [CheckNumber(value=len(ending), what=said(N_("cơ quan kết thúc")), then=told, names=_names(ending))]
    below = [one for one in await registry.children_on(connection, ids, day) if one.id not in ids]
    if below:
        told = said(N_("chuyển sang cơ quan kế thừa hoặc cơ quan cấp trên"))
        numbers.append(
            CheckNumber(value=len(below), what=said(N_("cơ quan trực thuộc")), then=told, names=_names(below))
        )
    return numbers


async def _of_years(
    connection: Connection, years: Sequence[TouchedYear], ids: Sequence[UUID], *, successors: bool
) -> list[OddLine]:
    """What looks wrong with the open years that agencies take part in or appraise."""
    lines = [_paused(year) for year in years if year.state == "paused"]
    lines += [_no_choice(year) for year in years if year.state in ("approval", "correction")]
    lines += [_later_only(year) for year in years if year.choices and "inherit" not in year.choices and successors]
    for year in years if successors else ():
        if year.choices and await cycle_queries.rounds_of(connection, year.cycle_id):
            lines.append(_rounds(year))
    for row in await queries.bodies(connection, ids) if ids else ():
        told = said(
            N_("%(agency)s là cơ quan thẩm định (hoặc thẩm định thay) của kỳ năm %(year)s: phải cử cơ quan khác."),
            agency=row["name"], year=str(row["year"]),
        )  # fmt: skip
        lines.append(OddLine(code="body_ends", told=told, href=f"/work/cycles/{row['cycle_id']}"))
    return lines


def _rounds(year: TouchedYear) -> OddLine:
    told = said(
        N_(
            "Kỳ năm %(year)s có khảo sát: phiếu khảo sát đã thu vẫn thuộc cơ quan kết thúc. Cơ quan kế thừa tự lập phiếu thì không có kết quả khảo sát, trừ khi được chọn mẫu riêng; lấy điểm bình quân thì có, cùng sai số gộp theo trọng số."
        ),
        year=year.label,
    )
    return OddLine(code="rounds_of_predecessors", told=told, href="/work/surveys")


def _kept_with(years: Sequence[TouchedYear]) -> tuple[CheckSentence, ...]:
    told = said(N_("Cách xử lý phiếu được ghi cùng kỳ đánh giá và in trong phần phương pháp của ấn bản."))
    return (told,) if years else ()


def _paused(year: TouchedYear) -> OddLine:
    told = said(N_("Kỳ năm %(year)s đang tạm dừng: tiếp tục kỳ này trước, rồi mới ghi được."), year=year.label)
    return OddLine(code="year_paused", told=told, href=f"/work/cycles/{year.cycle_id}", impossible=True)


async def _refused(connection: Connection, trial: Trial) -> list[OddLine]:
    """What refuses the deed, seen by doing it and taking it back."""
    try:
        async with connection.transaction():
            await trial(connection)
            raise _Undone
    except _Undone:
        return []
    except Refused as refused:
        values: dict[str, CheckValue] = {name: _value(value) for name, value in refused.values.items()}
        told = CheckSentence(message=refused.kind.detail, values=values)
        return [OddLine(code=refused.code, told=told, impossible=True)]


def _value(value: object) -> CheckValue:
    return value if isinstance(value, int | str | date) else str(value)


def _odd_days(day: date, basis: Basis, today: date) -> list[OddLine]:
    lines = []
    if abs((day - today).days) > FAR:
        told = said(N_("Ngày có hiệu lực %(day)s cách hôm nay hơn một năm."), day=day)
        lines.append(OddLine(code="day_far", told=told))
    if basis.date > day:
        told = said(N_("Văn bản ký ngày %(signed)s, sau ngày có hiệu lực %(day)s."), signed=basis.date, day=day)
        lines.append(OddLine(code="signed_after", told=told))
    return lines


def _no_choice(year: TouchedYear) -> OddLine:
    told = said(
        N_(
            "Kỳ năm %(year)s đang trình phê duyệt hoặc đính chính: phiếu của các cơ quan kết thúc giữ nguyên trong kỳ này."
        ),
        year=year.label,
    )
    return OddLine(code="year_too_late", told=told, href=f"/work/cycles/{year.cycle_id}")


def _later_only(year: TouchedYear) -> OddLine:
    told = said(
        N_(
            "Kỳ năm %(year)s không còn nhận phiếu mới hoặc phiếu đang thẩm định: cơ quan kế thừa không lập phiếu của mình được nữa."
        ),
        year=year.label,
    )
    return OddLine(code="inherit_too_late", told=told, href=f"/work/cycles/{year.cycle_id}")


def _year(year: TouchedYear) -> CheckNumber:
    if year.state in treatments.DRAFTS:
        then = said(N_("bản nháp: cơ quan kế thừa vào thay"))
    else:
        then = said(N_("chọn cách xử lý bên dưới")) if year.choices else said(N_("giữ nguyên"))
    what = said(N_("phiếu của kỳ năm %(year)s"), year=year.label)
    return CheckNumber(value=len(year.members), what=what, then=then, names=tuple(row["name"] for row in year.members))


def _owned(part: OwnedPart, *, successors: bool) -> CheckNumber:
    label = treatments.label_of(part.family, part.year)
    what = said(N_("tiêu chí chủ trì trong phiếu của %(agency)s, kỳ năm %(year)s"), agency=part.agency, year=label)
    if successors:
        then = said(
            N_(
                "chuyển cho cơ quan kế thừa nếu chỉ một cơ quan kế thừa, trực thuộc đơn vị có phiếu và không thẩm định "
                "trong kỳ; nếu không, đơn vị có phiếu tự kê khai"
            )
        )
    else:
        then = said(N_("đơn vị có phiếu tự kê khai"))
    return CheckNumber(value=part.leaves, what=what, then=then)


def _names(agencies: Sequence[Agency]) -> tuple[str, ...]:
    return tuple(one.short for one in agencies)


async def agencies_on(connection: Connection, ids: Sequence[UUID]) -> list[Agency]:
    """Agencies as they are today, in the order in which they were named.

    Raises:
        Refused: ``unknown_agency``.
    """
    known = {one.id: one for one in await registry.by_ids(connection, ids)}
    if missing := [one for one in ids if one not in known]:
        raise Refused("unknown_agency", agency=str(missing[0]))
    return [known[one] for one in ids]
