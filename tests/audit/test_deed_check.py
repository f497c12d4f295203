"""What is shown before a deed: what its digest and its ticks are bound to."""

from __future__ import annotations

from datetime import date

import msgspec

from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before, signer_of_one_word

LINE = OddLine(code="unsent", told=said("%(n)s phiếu chưa gửi", n=8))
CHECK = DeedCheck(
    deed="cycle:open", subject="1", title=said("Mở"), about=said("Kỳ"), headline=said("%(n)s đơn vị", n=34),
    numbers=(CheckNumber(value=26, what=said("đã gửi")), CheckNumber(value=5, what=said("còn trống"), steady=False)),
    lines=(LINE,),
)  # fmt: skip


def changed(**changes: object) -> str:
    return msgspec.structs.replace(CHECK, **changes).digest


def test_the_digest_follows_what_is_shown_and_nothing_that_moves_or_is_typed() -> None:
    sent, empty = CHECK.numbers
    assert changed(numbers=(msgspec.structs.replace(sent, value=27), empty)) != CHECK.digest
    assert changed(numbers=(msgspec.structs.replace(sent, names=("Hòa Lâm",)), empty)) != CHECK.digest
    assert changed(lines=()) != CHECK.digest
    assert changed(subject="2") != CHECK.digest
    assert changed(numbers=(sent, msgspec.structs.replace(empty, value=6))) == CHECK.digest
    assert changed(typed=(LINE,)) == CHECK.digest


def test_a_tick_holds_for_what_its_line_says_and_for_what_was_typed() -> None:
    other = msgspec.structs.replace(LINE, told=said("%(n)s phiếu chưa gửi", n=9))
    assert len({LINE.key, other.key, msgspec.structs.replace(LINE, bound="Bùi").key}) == 3
    assert LINE.key == msgspec.structs.replace(LINE, href="/elsewhere").key


def test_what_refuses_a_deed_is_none_of_what_can_be_ticked() -> None:
    stop = msgspec.structs.replace(LINE, code="stop", impossible=True)
    check = msgspec.structs.replace(CHECK, lines=(LINE, stop))
    assert (check.impossible, check.surprising) == ((stop,), (LINE,))


def test_a_decision_is_older_than_its_event_the_day_before_and_not_on_the_day() -> None:
    event = date(2026, 4, 6)
    assert signed_before(date(2026, 4, 5), event, "%(day)s %(event)s") is not None
    assert signed_before(event, event, "%(day)s %(event)s") is None
    assert signed_before(event, None, "%(day)s %(event)s") is None


def test_a_signer_has_two_words_and_a_number_a_figure() -> None:
    assert signer_of_one_word("Bùi") is not None
    assert signer_of_one_word("Bùi Sơn") is None
    assert number_without_figure("QĐ-CCHC") is not None
    assert number_without_figure("7/QĐ-CCHC") is None


def test_a_typed_name_is_not_put_on_record() -> None:
    check = msgspec.structs.replace(CHECK, typed=tuple(filter(None, [signer_of_one_word("Bùi")])))
    assert "Bùi" not in msgspec.json.encode(check.on_record()).decode()
    assert [line["code"] for line in check.on_record()["confirmed"]] == ["unsent", "signer_short"]
