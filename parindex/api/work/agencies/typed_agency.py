"""An agency as it is typed into a form: what it is, from which day, by which document."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from parindex.agencies import deeds
from parindex.agencies.importing import LARGEST_ORDER
from parindex.agencies.model import TIERS, Basis, NewAgency
from parindex.api.shared.forms import Line
from parindex.api.work.deed_check_view import CheckField
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.errors import FieldError, Refused
from parindex.text import N_, Language, translator

LONGEST_NAME: Final = 300

NameTyped = Annotated[Line, msgspec.Meta(max_length=LONGEST_NAME)]
CountTyped = Annotated[int | None, msgspec.Meta(ge=0, le=LARGEST_ORDER)]
OrderTyped = Annotated[int | None, msgspec.Meta(ge=1, le=LARGEST_ORDER)]

DAY: Final = CheckField(
    name="day", label=N_("Từ ngày"), kind="date", hint=N_("Ngày đầu tiên có hiệu lực, ngày/tháng/năm, ví dụ 01/07/2025")
)
NUMBER: Final = CheckField(name="number", label=N_("Số, ký hiệu văn bản"), hint=N_("Ví dụ: 202/2025/QH15"))
SIGNED: Final = CheckField(name="date", label=N_("Ngày ban hành văn bản"), kind="date", hint=N_("Ngày/tháng/năm"))


class BasisForm(msgspec.Struct, frozen=True, kw_only=True):
    """From which day something holds, and by which document."""

    day: datetime.date
    """First day."""

    number: Line = ""
    """Số, ký hiệu."""

    date: datetime.date | None = None
    """Day of the document."""

    def basis(self, today: datetime.date) -> Basis:
        """The document.

        Raises:
            Refused: ``invalid_fields``.
        """
        return deeds.basis(self.number, self.date, today=today)


class AgencyForm(BasisForm, frozen=True, kw_only=True):
    """An agency that begins."""

    code: Line
    """Official code."""

    name_vi: NameTyped
    """Full name."""

    name_en: NameTyped = ""
    """English name."""

    short_name: NameTyped = ""
    """Name for narrow columns."""

    tier: Line
    """One of ``TIERS``."""

    parent: Line = ""
    """Code of the agency above."""

    region: NameTyped = ""
    """Region."""

    official_order: OrderTyped = None
    """Place in the official list."""

    has_one_stop: Line = ""
    """``true``, ``false`` or empty for not known."""

    population: CountTyped = None
    """People who live in it."""

    def agency(self) -> NewAgency:
        """It.

        Raises:
            Refused: ``invalid_fields`` for a tier that is none.
        """
        if self.tier not in TIERS:
            raise Refused("invalid_fields", fields=(FieldError(field="tier", code="field_empty"),))
        return NewAgency(
            code=self.code, name_vi=self.name_vi, name_en=self.name_en or None, short_name=self.short_name or None,
            tier=self.tier, parent=self.parent or None, region=self.region or None, official_order=self.official_order,
            has_one_stop=said(self.has_one_stop), population=self.population, valid_from=self.day,
        )  # fmt: skip


def said(text: str) -> bool | None:
    """Yes, no, or not known."""
    return {"true": True, "false": False}.get(text)


def agency_fields(lang: Language, values: Mapping[str, Any] | None = None, *, new: bool) -> tuple[CheckField, ...]:
    """The fields of an agency; code and tier only of one that begins."""
    _ = translator(lang)
    tiers = (FieldOption(value="", label=_("Chọn cấp")), *(FieldOption(value=t, label=_(n)) for t, n in TIERS.items()))
    answers = (
        FieldOption(value="", label=_("Chưa biết")),
        FieldOption(value="true", label=_("Có")),
        FieldOption(value="false", label=_("Không")),
    )
    fields = [
        CheckField(name="code", label=N_("Mã định danh"), hint=N_("Theo Quyết định 20/2020/QĐ-TTg, ví dụ H15.50")),
        CheckField(name="name_vi", label=N_("Tên")),
        CheckField(name="name_en", label=N_("Tên tiếng Anh (nếu có)")),
        CheckField(name="short_name", label=N_("Tên gọn (nếu có)")),
        CheckField(name="tier", label=N_("Cấp"), kind="choice", options=tiers),
        CheckField(name="parent", label=N_("Mã cơ quan cấp trên (nếu có)")),
        CheckField(name="region", label=N_("Vùng (nếu có)")),
        CheckField(name="official_order", label=N_("Thứ tự trong danh sách chính thức (nếu có)")),
        CheckField(name="has_one_stop", label=N_("Có bộ phận một cửa"), kind="choice", options=answers),
        CheckField(name="population", label=N_("Dân số (nếu có)")),
    ]
    shown = values or {}
    return tuple(
        msgspec.structs.replace(one, value=_text(shown.get(one.name)))
        for one in fields
        if new or one.name not in ("code", "tier")
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
