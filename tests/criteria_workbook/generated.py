"""Criteria sets made at random, of every rule and with every kind of text, and workbooks made of plain rows."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from hypothesis import strategies as st

from parindex.reading.legacy_fonts import converted
from parindex.reading.text import invisible, plain_blanks

Tree = dict[str, Any]

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="ÐðƉɖ").filter(
    lambda letter: invisible(letter) is None and plain_blanks(letter) == letter
)
"""Every boundary writes Đ, đ and the plain blank where a file has what only looks like them, and refuses what nobody sees."""
texts = st.one_of(
    st.sampled_from(
        [
            "Ban hành kế hoạch",
            "=1+1",
            "-3%",
            '"trích dẫn"',
            "1.10",
            "1,5",
            "a\nb",
            " x ",
            "\x07",
            "Chung",
            "Có",
            "true",
            "Tổng cộng",
        ]
    ),
    st.text(LETTERS, min_size=1, max_size=12).filter(
        lambda text: bool(text.strip()) and converted(text)[0] == text  # "ñÖ" reads as VNI: a file of it is converted
    ),
)
names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda name: (
        name
        not in {
            "max",
            "min",
            "round",
            "if",
            "and",
            "or",
            "not",
            "true",
            "false",
            "judged",
            "decided",
            "not_applicable",
            "not_held",
        }
    )
)
words = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True).filter(
    lambda word: word not in {"not_held", "not_applicable"}
)
slugs = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,6}", fullmatch=True)
WHEN_ZERO = st.sampled_from(["not_applicable", "full", "zero"])
EXCESS = st.sampled_from([None, "refuse", "allow"])
decimals = st.decimals(min_value=Decimal("0.000000000001"), max_value=999_999, places=12, allow_nan=False)


def number(value: Decimal | int) -> str:
    text = f"{Decimal(value):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def text(draw: Any, *, optional: bool = False) -> Tree | None:
    """A text, at times with English."""
    if optional and draw(st.booleans()):
        return None
    told: Tree = {"vi": draw(texts)}
    if draw(st.booleans()):
        told["en"] = draw(texts)
    return told


def given(**values: Any) -> Tree:
    return {key: value for key, value in values.items() if value is not None}


def declared(draw: Any, kind: str) -> Tree:
    """One input."""
    options = labels = most = None
    if kind == "choice":
        options = draw(
            st.lists(
                texts.map(str.strip).filter(lambda one: one != "not_applicable"), min_size=1, max_size=3, unique=True
            )
        )
        labels = {option: text(draw) for option in options if draw(st.booleans())} or None
    if kind == "percent" and draw(st.booleans()):
        most = number(draw(st.integers(1, 1000)))
    return given(
        type=kind,
        label=text(draw, optional=True),
        unit=text(draw, optional=True),
        options=options,
        option_labels=labels,
        most=most,
    )


def points(draw: Any, maximum: Decimal) -> str:
    """Points of at most the maximum."""
    return number(maximum * draw(st.integers(0, 4)) / 4 if maximum < 100 else maximum)


def steps(draw: Any, maximum: Decimal) -> list[Tree]:
    ats = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=4)))
    at_most = draw(st.booleans())
    ordered = ats if at_most else ats[::-1]
    return [{"to" if at_most else "from": number(Decimal(at) / 100), "points": points(draw, maximum)} for at in ordered]


def ends(draw: Any, maximum: Decimal) -> Tree:
    low, high = draw(st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True))
    return {
        "from": {"at": number(Decimal(low) / 100), "points": points(draw, maximum)},
        "to": {"at": number(Decimal(high) / 100), "points": points(draw, maximum)},
    }


def estimate(draw: Any, maximum: Decimal, *, options: bool) -> Tree:
    reading = draw(st.sampled_from(["share", "bands", "linear", *(["options"] if options else [])]))
    told: Tree = {"as": reading}
    if reading == "bands":
        told["steps"] = steps(draw, maximum)
    elif reading == "linear":
        told |= ends(draw, maximum)
    elif reading == "options":
        told["shares"] = {
            one: number(Decimal(draw(st.integers(0, 4))) / 4)
            for one in draw(st.lists(words, min_size=1, max_size=3, unique=True))
        }
    return told


def worth(draw: Any, maximum: Decimal) -> str:
    return "not_applicable" if draw(st.integers(0, 4)) == 0 else points(draw, maximum)


def parts(draw: Any, pair: Tree) -> Tree:
    """Two inputs, at times the first a part of the second."""
    (first, one), (second, other) = pair.items()
    return {first: {**one, "part_of": second} if draw(st.booleans()) else one, second: other}


def rule(draw: Any, maximum: Decimal, shared: Mapping[str, str]) -> tuple[Tree, Tree]:  # noqa: PLR0911, PLR0912 - one return a kind
    """A rule with the inputs of its leaf."""
    kind = draw(
        st.sampled_from(
            [
                "yes_no",
                "choice",
                "checklist",
                "each",
                "deduct",
                "ratio",
                "bands",
                "linear",
                "by",
                "days",
                "formula",
                "survey",
                "external",
                "judged",
            ]
        )
    )
    own = draw(st.lists(names.filter(lambda name: name not in shared), min_size=3, max_size=3, unique=True))
    numeric = draw(st.sampled_from(["count", "decimal", "percent"]))
    pair = {own[0]: declared(draw, "count"), own[1]: declared(draw, "decimal")}
    if kind == "yes_no":
        return {"yes_no": own[0]}, {own[0]: declared(draw, "boolean")}
    if kind == "choice":
        one = declared(draw, "choice")
        if draw(st.booleans()):
            return {"choice": own[0], "points": {option: worth(draw, maximum) for option in one["options"]}}, {
                own[0]: one
            }
        shares = {option: number(Decimal(draw(st.integers(0, 4))) / 4) for option in one["options"]}
        return {"choice": own[0], "shares": shares}, {own[0]: one}
    if kind == "checklist":
        return {"checklist": {name: number(draw(decimals)) for name in own}}, {
            name: declared(draw, "boolean") for name in own
        }
    if kind in {"each", "deduct"}:
        return {kind: own[0], "points": number(draw(decimals))}, {own[0]: declared(draw, numeric)}
    if kind == "ratio":
        told = given(
            ratio=own[:2],
            target=draw(st.sampled_from([None, "0.95", "2"])),
            floor=draw(st.sampled_from([None, "0.5"])),
            when_zero=draw(WHEN_ZERO),
            over=draw(EXCESS),
        )
        return told, parts(draw, pair)
    if kind in {"bands", "linear"}:
        shape = {"steps": steps(draw, maximum)} if kind == "bands" else ends(draw, maximum)
        if draw(st.booleans()):
            return given(**{kind: own[:2]}, **shape, when_zero=draw(WHEN_ZERO), over=draw(EXCESS)), parts(draw, pair)
        return {kind: own[0], **shape}, {own[0]: declared(draw, "decimal")}
    if kind == "by":
        days = sorted(draw(st.sets(st.dates(date(1900, 1, 1), date(2100, 12, 31)), min_size=1, max_size=3)))
        return {"by": own[0], "steps": [{"until": day.isoformat(), "points": points(draw, maximum)} for day in days]}, {
            own[0]: declared(draw, "date")
        }
    if kind == "days":
        most = sorted(draw(st.sets(st.integers(0, 400), min_size=1, max_size=3)))
        dates = {name: declared(draw, "date") for name in own[:2]}
        return {"days": own[:2], "steps": [{"to": str(days), "points": points(draw, maximum)} for days in most]}, dates
    if kind == "formula":
        branches = [{"when": f"{own[0]} == 0", "points": "0.50"}, {"points": f"min(max, {own[0]} / 4)"}]
        return {"formula": branches if draw(st.booleans()) else branches[1:]}, {own[0]: declared(draw, "count")}
    if kind == "survey":
        return {
            "survey": {"instrument": draw(words), "measure": draw(words)},
            **estimate(draw, maximum, options=True),
        }, {}
    if kind == "external":
        return {"external": {"index": draw(words)}, **estimate(draw, maximum, options=False)}, {}
    return {"judged": True}, {}


def leaf(draw: Any, code: str, attributes: Sequence[str], shared: Mapping[str, str]) -> Tree:
    maximum = draw(st.sampled_from([Decimal("0.5"), Decimal(2), Decimal("6.25"), Decimal("1234.000000000001")]))
    told, inputs = rule(draw, maximum, shared)
    return given(
        code=code, title=text(draw), max=number(maximum), rule=told, inputs=inputs or None,
        evidence=draw(st.sampled_from([None, "optional", "none"])), guidance=text(draw, optional=True), **node(draw, attributes),
        confirmed_by=draw(st.none() | slugs), evidence_from=draw(st.sampled_from([None, "2025-01-01"])),
        evidence_to=draw(st.sampled_from([None, "2025-01-01", "2026-03-31"])),
    )  # fmt: skip


def node(draw: Any, attributes: Sequence[str]) -> Tree:
    return given(
        needs=draw(st.sampled_from([None, *attributes])),
        may_be_inapplicable=draw(st.sampled_from([None, True])),
        appraiser=draw(st.none() | slugs),
    )


def criterion(draw: Any, code: str, depth: int, attributes: Sequence[str], shared: Mapping[str, str]) -> Tree:
    if depth > 3 or draw(st.booleans()):
        return leaf(draw, code, attributes, shared)
    parts = [
        criterion(draw, f"{code}.{n}", depth + 1, attributes, shared) for n in range(1, draw(st.integers(1, 2)) + 1)
    ]
    return given(
        code=code, title=text(draw), criteria=parts, guidance=text(draw, optional=True), **node(draw, attributes)
    )


@st.composite
def sets(draw: Any) -> Tree:
    """The document of a whole set."""
    attributes = draw(st.lists(names.filter(lambda name: name != "ranked"), max_size=2, unique=True))
    codes = draw(st.permutations(["1", "2", "A", "10", "1A"]))
    areas = []
    for number_, code in enumerate(codes[: draw(st.integers(1, 3))]):
        parts = [
            criterion(draw, f"{code}.{n}", 2, attributes, {"dossiers": "count"})
            for n in range(1, draw(st.integers(1, 3)) + 1)
        ]
        if number_ == 0:
            parts[0] = given(
                code=f"{code}.1", title=text(draw), max="2.5", inputs={"done": declared(draw, "count")},
                rule={"ratio": ["done", "dossiers"], "when_zero": "zero"},
            )  # fmt: skip
        open_ = draw(st.sampled_from([None, None, True]))
        areas.append(given(code=code, title=text(draw), criteria=parts, open=open_, **node(draw, attributes)))
    adjustments = {
        part: {
            "cap": number(draw(decimals)),
            "items": [leaf(draw, f"{part[0].upper()}{n}", attributes, {"dossiers": "count"}) for n in range(1, 3)],
        }
        for part in draw(st.sets(st.sampled_from(["bonus", "penalty"])))
    }
    classes = sorted(draw(st.sets(decimals, max_size=3)), reverse=True)
    return given(
        set=draw(slugs), version=draw(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,6}", fullmatch=True)), title=text(draw),
        status=draw(st.sampled_from(["illustrative", "official"])), tier=draw(slugs),
        years=draw(st.lists(st.integers(1900, 2200), min_size=1, max_size=3, unique=True)),
        supersedes=draw(st.sampled_from([None, "1.10", "2025.1"])),
        extends=draw(st.none() | st.fixed_dictionaries({
            "set": slugs, "version": st.sampled_from(["1.10", "2026.1", "true"]), "digest": st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        })),
        legal_basis=[given(number=draw(texts), date=draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat)), issuer=draw(st.none() | texts)) for _ in range(draw(st.integers(0, 2)))] or None,
        print_places=draw(st.sampled_from([None, 0, 4])), compare=draw(st.sampled_from([None, "printed"])),
        ties=draw(st.sampled_from([None, "dense"])), no_survey=draw(st.sampled_from([None, "zero", "refuse"])),
        classes=[{"name": f"{draw(texts)} {at}", "from": number(least)} for at, least in enumerate(classes)] or None,
        attributes={name: declared(draw, "boolean") for name in attributes} | {"vung": declared(draw, "choice"), "ten": declared(draw, "text")},
        inputs={"dossiers": declared(draw, "count")}, areas=areas, adjustments=adjustments or None,
    )  # fmt: skip


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    merged: Sequence[tuple[str, str, Any]] = (),
    *,
    unseen: str | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook of plain rows; `merged` are ranges of a sheet with what they hold, `unseen` columns, `hidden` sheets."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif isinstance(value, bool):
                        sheet.write_boolean(at, column, value)
                    elif value is not None:
                        sheet.write_number(at, column, value)
            for _, where, value in (one for one in merged if one[0] == name):
                sheet.merge_range(where, value)
            if unseen is not None:
                sheet.set_column(unseen, None, None, {"hidden": True})
            if name in hidden:
                sheet.hide()
    return written.getvalue()
