"""Reading an instrument file, its digest, and the files that come with the platform."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from parindex.messages import N_, Message
from parindex.places import data_folder
from parindex.reading.canonical_json import canonical_text
from parindex.reading.causes import shape_cause
from parindex.reading.text import composed
from parindex.surveys.questionnaire.instrument import Instrument
from parindex.surveys.questionnaire.strict_yaml import BrokenDocument, Tree

MOST_ANSWERS: Final = 250
"""Different codes of scored answers that an instrument may have."""

_PLAIN_CODE: Final = N_("cần mã chỉ dùng một lần, gồm chữ, số và dấu chấm")
_CODE = re.compile(r"[0-9A-Za-z]+([.-][0-9A-Za-z]+)*\Z")


def load(name: str, text: str) -> Instrument:
    """Read an instrument.

    Args:
        name: File name, for messages.
        text: The YAML.

    Raises:
        BrokenDocument: with the line of every fault found.
    """
    found, tree = examine(name, text)
    if found is None:
        raise BrokenDocument(name, tree.told())
    return found


def examine(name: str, text: str) -> tuple[Instrument | None, Tree]:
    """An instrument, ``None`` where something is wrong with it, and the tree that tells what. Never raises."""
    tree = Tree(name, text)
    if tree.faults:
        return None, tree
    try:
        instrument = msgspec.convert(_composed(tree.value), Instrument)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        tree.blame(path.strip("`") or "$", shape_cause(what), Message(N_("cần đúng dạng mô tả trong docs/surveys.md")))
        return None, tree
    _check(tree, instrument)
    return None if tree.faults else instrument, tree


def canonical(instrument: Instrument) -> str:
    """The instrument as JSON by RFC 8785: NFC text, sorted keys, defaults left out, list order kept."""
    return canonical_text(msgspec.to_builtins(_Defaultless.of(instrument)))


def digest(instrument: Instrument) -> str:
    """SHA-256 of :func:`canonical`, hexadecimal."""
    return hashlib.sha256(canonical(instrument).encode()).hexdigest()


def from_document(document: str) -> Instrument:
    """The instrument that :func:`canonical` wrote."""
    return msgspec.json.decode(document, type=Instrument)


def bundled(code: str, version: str) -> tuple[Instrument, str]:
    """An instrument that comes with the platform, and its source text."""
    path = data_folder("instruments") / code / f"{version}.yaml"
    text = path.read_text(encoding="utf-8")
    return load(f"{code}/{version}.yaml", text), text


class _Defaultless:
    """Plain values of a Struct without the fields that hold their default."""

    @classmethod
    def of(cls, value: Any) -> Any:
        if isinstance(value, msgspec.Struct):
            return {name: cls.of(field) for name, field in cls._given(value)}
        if isinstance(value, tuple):
            return [cls.of(part) for part in value]
        if isinstance(value, dict):
            return {key: cls.of(part) for key, part in value.items()}
        return value

    @staticmethod
    def _given(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
        for field in msgspec.structs.fields(value):
            found = getattr(value, field.name)
            if found != field.default:
                yield field.name, found


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, list):
        return [_composed(part) for part in value]
    if isinstance(value, dict):
        return {key: _composed(part) for key, part in value.items()}
    return value


def _check(tree: Tree, instrument: Instrument) -> None:
    """What the shape alone does not say."""
    score = instrument.score
    if (score.share_of is None) == (score.mean_of is None):
        tree.blame("$.score", Message(N_("không có đúng một cách tính điểm")), Message(N_("cần share_of hoặc mean_of")))
    if score.mean_of is not None and score.mean_of[0] == score.mean_of[1]:
        tree.blame(
            "$.score.mean_of", Message(N_("hai lần cùng một phương án")), Message(N_("cần hai phương án tính 0 và 1"))
        )
    _check_scales(tree, instrument)
    _check_scores(tree, instrument)
    _check_groups(tree, instrument)
    known = {group.code for group in instrument.groups}
    for name, form in instrument.forms.items():
        for i, code in enumerate(form.groups):
            if code not in known or form.groups.count(code) > 1:
                found = Message(N_("nhóm “%(code)s”"), code=code)
                tree.blame(f"$.forms.{name}.groups[{i}]", found, Message(N_("mỗi nhóm bên dưới nhiều nhất một lần")))
        if form.minutes < 1:
            tree.blame(f"$.forms.{name}.minutes", str(form.minutes), Message(N_("cần ít nhất 1 phút")))


def _check_scales(tree: Tree, instrument: Instrument) -> None:
    for name, options in instrument.scales.items():
        codes = [option.code for option in options]
        if not codes or any(not 1 <= code <= 32767 for code in codes) or len(set(codes)) < len(codes):
            tree.blame(
                f"$.scales.{name}",
                Message(N_("các mã %(codes)s"), codes=codes),
                Message(N_("cần các mã khác nhau từ 1 đến 32767")),
            )


def _check_scores(tree: Tree, instrument: Instrument) -> None:
    """Scored answers of as many kinds as a byte of a packed block tells apart."""
    asked = {item.scale for group in instrument.groups if group.area is not None for item in group.items}
    codes = {option.code for name, options in instrument.scales.items() if name in asked for option in options}
    if len(codes) > MOST_ANSWERS:
        tree.blame(
            "$.scales",
            Message(N_("%(n)s mã phương án được tính điểm"), n=len(codes)),
            Message(N_("nhiều nhất %(most)s mã"), most=MOST_ANSWERS),
        )


def _check_groups(tree: Tree, instrument: Instrument) -> None:
    areas = {area.code for area in instrument.areas}
    codes = Counter(group.code for group in instrument.groups)
    item_codes = Counter(item.code for group in instrument.groups for item in group.items)
    scored_codes = set(areas) | {group.code for group in instrument.groups if group.area} | {"index"}
    for g, group in enumerate(instrument.groups):
        path = f"$.groups[{g}]"
        if codes[group.code] > 1 or not _CODE.match(group.code):
            tree.blame(path, Message(N_("mã nhóm “%(code)s”"), code=group.code), Message(_PLAIN_CODE))
        if group.area is not None and group.area not in areas:
            tree.blame(
                f"{path}.area",
                Message(N_("lĩnh vực “%(code)s”"), code=group.area),
                Message(N_("cần một trong %(known)s"), known=sorted(areas)),
            )
        for i, item in enumerate(group.items):
            place = f"{path}.items[{i}]"
            if item_codes[item.code] > 1 or not _CODE.match(item.code) or (group.area and item.code in scored_codes):
                tree.blame(f"{place}.code", Message(N_("mã câu hỏi “%(code)s”"), code=item.code), Message(_PLAIN_CODE))
            if sum(way is not None for way in (item.scale, item.many, item.write)) != 1:
                tree.blame(
                    place,
                    Message(N_("câu hỏi %(code)s không có đúng một cách trả lời"), code=item.code),
                    Message(N_("cần scale, many hoặc write")),
                )
            if (named := item.scale or item.many) and named not in instrument.scales:
                tree.blame(
                    place,
                    Message(N_("thang “%(code)s”"), code=named),
                    Message(N_("cần một trong %(known)s"), known=sorted(instrument.scales)),
                )
            if group.area is not None and item.scale is None:
                tree.blame(
                    place,
                    Message(N_("câu hỏi %(code)s của nhóm tính điểm không có thang"), code=item.code),
                    Message(N_("cần chọn một mức của thang")),
                )
