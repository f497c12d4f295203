"""``parindex score … --what-if AGENCY``: what would give one agency most, as JSON, CSV or text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from parindex.commands.bridge_tables import as_given
from parindex.papers import csv_file
from parindex.text import N_, Language, number, signed, translator

if TYPE_CHECKING:
    from parindex.scoring import CriteriaSet, Scores
    from parindex.scoring.trials.what_if import Gain

_WORDS: Final[Mapping[str, str]] = {
    "heading": N_("%(agency)s: %(points)s/%(max)s điểm, chỉ số %(index)s, hạng %(rank)s"),
    "nothing": N_("Không tiêu chí nào còn có thể thêm điểm."),
    "gain": N_("+%(gain)s điểm"),
    "at_most": N_("tối đa +%(gain)s điểm"),
    "index": N_(", chỉ số %(gain)s"),
    "rank": N_(", hạng %(rank)s"),
}


def _word(key: str, lang: Language, **values: object) -> str:
    return translator(lang)(_WORDS[key], **values)


def text_lines(scores: Scores, agency: str, lang: Language) -> Iterator[str]:
    """For a terminal: where the agency stands, then a leaf at a time with what it needs."""
    from parindex.scoring import place_of
    from parindex.scoring.trials.what_if import what_if
    from parindex.wording.reasons import next_step, sentence

    criteria_set, one = scores.criteria_set, scores.agency(agency)
    places = criteria_set.print_places
    figures = {key: number(getattr(one, key), places, lang) for key in ("points", "max", "index")}
    yield _word("heading", lang, agency=agency, rank=number(one.rank, None, lang), **figures) + "\n"
    gains = what_if(scores, agency)
    if not gains:
        yield _word("nothing", lang) + "\n"
    for gain in gains:
        title = place_of(criteria_set, gain.code).node.title.get(lang)
        yield f"\n{gain.code} {title}: {_gain(gain, criteria_set, lang)}\n"
        said = next_step(criteria_set, gain.code, gain.reason, lang) if not gain.at_most else ""
        yield f"  {said or sentence(criteria_set, gain.code, gain.reason, lang)}\n"


def _gain(gain: Gain, criteria_set: CriteriaSet, lang: Language) -> str:
    places = criteria_set.print_places
    told = _word("at_most" if gain.at_most else "gain", lang, gain=number(gain.total_gain, places, lang))
    if gain.index_gain is not None:
        told += _word("index", lang, gain=signed(gain.index_gain, places, lang))
    return told + ("" if gain.rank is None else _word("rank", lang, rank=gain.rank))


def json_text(scores: Scores, agency: str) -> str:
    """The JSON: the agency as it stands, then every gain."""
    from parindex.scoring import digest, shortest
    from parindex.scoring.trials.what_if import what_if, what_if_document
    from parindex.wording.reasons import sentences

    criteria_set, one = scores.criteria_set, scores.agency(agency)
    numbers = {"points": one.points, "max": one.max, "index": one.index}
    document = {
        "set": criteria_set.family,
        "version": criteria_set.version,
        "digest": digest(criteria_set),
        "agency": agency,
        "status": one.status,
        **{key: None if value is None else shortest(value) for key, value in numbers.items()},
        "class": one.class_,
        "rank": one.rank,
        "what_if": what_if_document(criteria_set, what_if(scores, agency), sentences),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def csv_lines(scores: Scores, agency: str) -> Iterator[str]:
    """A row a gain, with the facts as `name=value`."""
    from parindex.scoring.trials.what_if import what_if, what_if_document

    columns = ("code", "state", "points", "max", "gain", "at_most", "total_gain", "index_gain", "rank")
    rows = what_if_document(scores.criteria_set, what_if(scores, agency))
    table = [[*columns, "facts"]]
    table += [[*(row[key] for key in columns), "; ".join(f"{k}={v}" for k, v in row["facts"].items())] for row in rows]
    yield from csv_file.lines([as_given(value) for value in cells] for cells in table)
