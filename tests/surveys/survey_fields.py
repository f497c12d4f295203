"""A cycle of two agencies and an open round with a small sample."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import msgspec

from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from parindex.surveys.model import Round, SampleUnit, Submission
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.rounds import invitations, opening

TODAY = date(2026, 11, 21)


class Field(msgspec.Struct, kw_only=True):
    """An open round."""

    tenant_id: UUID
    round: Round
    layout: AnswerLayout
    agencies: list[UUID]
    units: list[SampleUnit]
    tokens: list[str]


def unit(agency: UUID, stratum: str, psu: int, ssu: int, **changes: object) -> SampleUnit:
    """A village of 500 adults, 10 of them drawn, one of two in a commune drawn from forty."""
    values: dict[str, object] = {
        "id": new_id(), "agency_id": agency, "stratum": stratum, "psu": f"X{psu}", "psu_name": f"Xã {psu}",
        "ssu": f"T{ssu}", "ssu_name": f"Thôn {ssu}", "psu_population": 40, "psu_drawn": 4, "psu_probability": 0.1,
        "ssu_population": 8, "ssu_drawn": 2, "population": 500, "drawn": 10, "response_class": f"{stratum}-X{psu}",
    }  # fmt: skip
    return SampleUnit(**{**values, **changes})


async def a_cycle(connection: Connection, codes: tuple[str, ...]) -> tuple[UUID, list[UUID]]:
    """A cycle with agencies of these codes, straight into the tables."""
    tenant = "current_setting('parindex.tenant')::uuid"
    criteria, cycle = new_id(), new_id()
    await connection.execute(
        f"""insert into criteria_sets (tenant_id, id, family, version, digest, document, source, published_by)
        values ({tenant}, $1, 'thu', '1', repeat('0', 64), '', '', 'system')""",
        criteria,
    )
    await connection.execute(
        f"""insert into cycles (tenant_id, id, family, year, tier, criteria_set_id, state)
        values ({tenant}, $1, 'par-index', 2026, 'province', $2, 'issued')""",
        cycle,
        criteria,
    )
    agencies = [new_id() for _ in codes]
    for place, (agency, code) in enumerate(zip(agencies, codes, strict=True)):
        await connection.execute(
            f"""insert into agencies (tenant_id, id, code, name_vi, tier, official_order, sort_key, search_key, valid_from)
            values ({tenant}, $1, $2, $3, 'province', $4, $2, $2, '2025-01-01')""",
            agency, code, f"Tỉnh {code}", place,
        )  # fmt: skip
        await connection.execute(
            f"insert into cycle_agencies (tenant_id, cycle_id, agency_id) values ({tenant}, $1, $2)", cycle, agency
        )
    return cycle, agencies


async def a_field(
    db: Database,
    tenant_id: UUID,
    *,
    form: str = "short",
    people: int = 3,
    communes: int = 4,
    min_n: int = 5,
    codes: tuple[str, ...] = ("tinh-a", "tinh-b"),
) -> Field:
    """An open round: two agencies or those of other codes, ``communes`` communes each with two villages, ``people`` invitations a village."""
    instrument, source = loading.bundled("sipas", "2026")
    async with db.transaction(tenant_id) as connection:
        cycle, agencies = await a_cycle(connection, codes)
        instrument_id = await opening.publish(connection, instrument, source, actor="system")
        opened = await opening.open_round(
            connection, cycle_id=cycle, instrument_id=instrument_id, form=form, title_vi="Khảo sát thử",
            min_n=min_n, opens_on=date(2026, 11, 1), closes_on=date(2099, 12, 31), marked="simulated", actor="system",
        )  # fmt: skip
        units = [
            unit(agency, f"S{a}", psu, ssu) for a, agency in enumerate(agencies) for psu in range(communes)
            for ssu in range(2)
        ]  # fmt: skip
        await opening.load_sample(connection, opened.id, units, actor="system")
        invited = [each.id for each in units for _ in range(people)]
        tokens = await invitations.make(connection, opened.id, invited, actor="system") if invited else []
        layout = await opening.layout(connection, instrument_id)
    return Field(tenant_id=tenant_id, round=opened, layout=layout, agencies=agencies, units=units, tokens=tokens)


def answered(layout: AnswerLayout, form: str = "short", value: int = 4) -> list[int | None]:
    """Everything that a form asks, with one answer for each scored item and the rest skipped."""
    answers = layout.blank()
    asked = set(layout.form(form).groups)
    for place in layout.places.values():
        if place.group.code in asked:
            code = value if place.group.area else -4
            answers[place.first : place.first + place.length] = [code] * place.length
    return answers


def submission(field: Field, place: int = 0, **changes: object) -> Submission:
    """The response to one of the round's invitations."""
    values: dict[str, object] = {
        "client_id": uuid4(), "answers": tuple(answered(field.layout)), "day": TODAY,
        "token_hash": invitations.token_hash(field.tokens[place]),
    }  # fmt: skip
    return Submission(**{**values, **changes})
