"""Shapes of a survey round: the round, its sample, a submission, an estimate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from parindex.errors import N_, Refused

TAGS: Final[dict[str, str]] = {
    "surveys:instrument:publish": N_("Ban hành phiên bản bộ câu hỏi"),
    "surveys:instrument_draft:save": N_("Lưu một bản của bộ câu hỏi đang soạn"),
    "surveys:instrument_draft:read": N_("Đọc các câu hỏi của bộ câu hỏi đang soạn"),
    "surveys:instrument_draft:comment": N_("Góp ý về một câu hỏi đang soạn"),
    "surveys:instrument_draft:answer": N_("Trả lời góp ý về một câu hỏi đang soạn"),
    "surveys:instrument_draft:move": N_("Trình, phê duyệt, trả lại hoặc ban hành bộ câu hỏi đang soạn"),
    "surveys:round:open": N_("Mở đợt khảo sát"),
    "surveys:round:change": N_("Sửa đợt khảo sát chưa hỏi ai"),
    "surveys:round:delete": N_("Xóa đợt khảo sát chưa hỏi ai cùng kỳ đánh giá"),
    "surveys:sample:load": N_("Ghi nhận các đơn vị mẫu"),
    "surveys:invitations:make": N_("Tạo mã trả lời"),
    "surveys:responses:store": N_("Nhận một loạt phiếu trả lời"),
    "surveys:response:withdraw": N_("Người trả lời rút phiếu"),
    "surveys:round:extend": N_("Gia hạn đợt khảo sát"),
    "surveys:round:close": N_("Đóng tiếp nhận phiếu để khóa đợt khảo sát"),
    "surveys:round:part": N_("Tách dữ liệu của đợt khảo sát để khóa"),
    "surveys:round:coarsen": N_("Bỏ ngày và cách trả lời trong phiếu của đợt đã khóa trước đây"),
    "surveys:round:lock": N_("Khóa đợt khảo sát, hủy liên kết giữa mã trả lời và phiếu"),
    "surveys:responses:export": N_("Tải tệp phiếu trả lời chính xác"),
    "surveys:estimates:compute": N_("Tính kết quả khảo sát"),
    "surveys:estimates:bring": N_("Nhập kết quả khảo sát đã tính từ nơi khác"),
}
"""What this room writes in the audit record."""

Channel = Literal["web", "kiosk", "interview", "phone", "post", "peer"]
RoundState = Literal["open", "locking", "locked", "imported"]


class Round(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One survey among the agencies of a cycle."""

    id: UUID
    """UUIDv7."""

    cycle_id: UUID
    """The cycle that its estimates enter."""

    title_vi: str
    """Name shown."""

    title_en: str | None
    """English name."""

    instrument_code: str
    """Code of the instrument: ``sipas``, ``leaders``."""

    instrument_id: UUID | None
    """The version asked; ``None`` of imported estimates."""

    form: str | None
    """Form of the instrument that is asked."""

    state: RoundState
    """``open`` takes answers until its last day, ``locking`` takes none, ``locked`` is severed from its invitations."""

    min_n: int
    """Cells with fewer answers are suppressed."""

    opens_on: date
    """First day."""

    closes_on: date
    """Last day, until 24:00 in the tenant's zone."""

    information: str
    """Version of the information sheet that respondents agree to."""

    contact: str | None
    """Whom a respondent may ask."""

    marked: str | None
    """``simulated``, ``illustrative`` or ``imported``: shown on every page."""

    def title(self, lang: str) -> str:
        """The name for a reader."""
        return (self.title_en or self.title_vi) if lang == "en" else self.title_vi


class SampleUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place of the last stage (a village), with how it and the people in it were drawn."""

    id: UUID
    """UUIDv7."""

    agency_id: UUID
    """The agency about which people here are asked."""

    stratum: str
    """Stratum of the first stage."""

    psu: str
    """Code of the commune, unique in the stratum."""

    psu_name: str
    """Its name."""

    ssu: str
    """Code of the village, unique in the commune."""

    ssu_name: str
    """Its name."""

    psu_population: int
    """Communes in the stratum."""

    psu_drawn: int
    """Communes drawn in the stratum."""

    psu_probability: float
    """Chance with which the commune came into the sample, 0-1."""

    ssu_population: int
    """Villages in the commune."""

    ssu_drawn: int
    """Villages drawn in the commune, each with the same chance."""

    population: int
    """Adults in the village."""

    drawn: int
    """People drawn in the village, each with the same chance."""

    response_class: str
    """Class in which non-response is adjusted."""

    @property
    def probability(self) -> float:
        """Chance with which a person here came into the sample."""
        return self.psu_probability * (self.ssu_drawn / self.ssu_population) * (self.drawn / self.population)


class UnitProgress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sample unit and what came back from it."""

    unit: SampleUnit
    """The unit."""

    invited: int
    """Invitations made."""

    answered: int
    """Responses."""


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole response, as it is sent."""

    client_id: UUID
    """The sender's name for it: sent twice it is stored once."""

    answers: tuple[int | None, ...]
    """In the instrument's item order, codes of ``surveys.instrument``."""

    texts: Mapping[str, str] = {}
    """Written answers by item code."""

    token_hash: bytes | None = None
    """SHA-256 of the invitation's token."""

    sample_unit: UUID | None = None
    """Where the answer belongs when it comes without an invitation."""

    channel: Channel = "web"
    """How it was given; kept in a table beside the responses, which the lock destroys."""

    day: date
    """The day, and no finer time; the lock keeps a part of the field instead."""

    @property
    def content(self) -> bytes:
        """Digest of everything that a repetition must repeat: not the day, not the channel."""
        return content_digest(self.answers, self.texts, self.token_hash, self.sample_unit)


def content_digest(
    answers: Sequence[int | None], texts: Mapping[str, str], token_hash: bytes | None, sample_unit: UUID | None
) -> bytes:
    """The digest under which a response is kept until the lock."""
    told = msgspec.msgpack.encode((answers, sorted(texts.items()), token_hash, sample_unit))
    return hashlib.sha256(told).digest()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a respondent is told once the response is durable."""

    code: str
    """With which it can be withdrawn until the lock."""

    repeated: bool
    """Whether it had been stored before."""


IntakeOutcome = Receipt | Refused
"""What became of one submission of a batch."""


class SurveyEstimate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measure of one agency, with its error."""

    agency: str
    """Code of the agency."""

    instrument: str
    """Code of the instrument."""

    measure: str
    """``index``, an area ``I``, a criterion ``I.A``, an item ``1``, or a part of answers ``q1.A``."""

    value: Decimal | None
    """0-1, rounded half up to 10 places; ``None`` when suppressed, not held or without answers."""

    se: float | None
    """Standard error of the value."""

    df: int | None
    """Degrees of freedom of the error."""

    n: int | None
    """Responses used."""

    n_eff: float | None
    """Effective sample size (Σw)²/Σw²."""

    suppressed: bool
    """Fewer responses than the round's minimum."""

    not_held: bool = False
    """The survey was not held for this agency."""

    round_id: UUID
    """The round that it comes from."""


class AgencyEstimate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A measure of one agency as one computation stored it."""

    agency: str
    """Code of the agency."""

    name_vi: str
    """Its Vietnamese name."""

    name_en: str | None
    """Its English name."""

    measure: str
    """As in ``SurveyEstimate``."""

    value: Decimal | None
    """0-1; ``None`` when suppressed, not held or without answers."""

    se: float | None
    """Standard error of the value."""

    df: int | None
    """Degrees of freedom of the error."""

    n: int | None
    """Responses used."""

    n_eff: float | None
    """Effective sample size."""

    suppressed: bool
    """Fewer responses than the round's minimum."""


class EstimateRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One computation of a round."""

    id: UUID
    """UUIDv7."""

    survey_round: UUID
    """The round."""

    method: dict[str, Any]
    """What was computed and how: score, weights with their steps, variance."""

    responses: int
    """Responses that entered."""

    computed_at: datetime
    """When."""

    computed_by: str
    """Who."""
