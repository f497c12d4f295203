"""What an edition's page shows."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from litestar import Request

from parindex.agencies.model import TIERS
from parindex.api.public import rankings_view
from parindex.api.shared.page import lang_of, translate, url
from parindex.publication import open_data, titles
from parindex.publication.model import EditionRow
from parindex.publication.reading import Reading
from parindex.text import Language, local_day, number, translator, words


def context(
    request: Request[Any, Any, Any],
    reading: Reading,
    row: EditionRow,
    history: list[EditionRow],
    content: bytes,
    tables: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Everything that ``public/edition.html`` asks for."""
    _ = translate(request)
    assert reading.signed is not None
    name = f"edition-{row.number}.json"
    whole = hashlib.sha256(content).hexdigest()
    signed = _file(_("Ấn bản đầy đủ, đã ký"), name, f"{row.number}.json", len(content), whole)
    return {
        **frame(row, history, lang_of(request)),
        "edition": {
            **told(row, lang_of(request)),
            "bytes": len(content),
            "signature": reading.signed.signature.value,
            "key": {"id": row.key_id, "href": url("/keys")},
            "audit_head": reading.edition.audit.hash,
            "marked": reading.given.marked,
        },
        "decision": decision(row),
        "seal": rankings_view.seal(reading),
        "made_from": _made_from(reading, lang_of(request)),
        "files": [{**file, "href": url(file["path"])} for file in (signed, *tables)],
    }


def frame(row: EditionRow, history: list[EditionRow], lang: Language) -> dict[str, Any]:
    """What also the page of a retracted edition shows: its history."""
    _ = translator(lang)
    first = min(one.serial for one in history)
    return {
        "signed_name": f"edition-{row.number}.json",
        "retracted": None,
        "history": [
            {
                "number": one.number,
                "href": url(f"/editions/{one.number}"),
                "date": local_day(one.published_at),
                "note": (_("Công bố lần đầu") if one.serial == first else _("Đính chính"))
                + (" · " + _("đã thu hồi") if one.retracted else ""),
                "current": one.number == row.number,
            }
            for one in history
        ],
    }


def told(row: EditionRow, lang: Language) -> dict[str, Any]:
    """An edition in words; what only its content tells is left empty."""
    _ = translator(lang)
    return {
        "number": row.number,
        "title": titles.index(row.family, _) + ", " + titles.short(row.family, row.year, row.tier, _).lower(),
        "year": row.year,
        "tier": _(TIERS[row.tier]),
        "published": row.published_on,
        "ranking_href": url(rankings_view.path_of(row.family, row.year, row.tier)),
        "digest": row.digest,
        "bytes": None,
        "signature": None,
        "key": None,
        "audit_head": None,
        "marked": row.marked,
    }


def decision(row: EditionRow) -> dict[str, Any]:
    """The decision; an imported year's source may tell its day alone."""
    return {
        "number": row.decision_number, "date": row.decision_date, "signer": row.decision_signer, "authority": None,
    }  # fmt: skip


def _made_from(reading: Reading, lang: Language) -> list[dict[str, Any]]:
    _ = translator(lang)
    given, sets = reading.given, reading.computation.rank_sets
    found: list[tuple[str, str, str | None]] = [
        (_("Bộ tiêu chí"), words(reading.criteria_set.title, lang), rankings_view.set_href(reading))
    ]
    for survey in given.surveys:
        version = f" {survey.version}" if survey.version else ""
        told = _(
            "%(title)s%(version)s, %(n)s phiếu",
            title=survey.title,
            version=version,
            n=number(survey.n, 0, lang),
        )
        found.append((_("Khảo sát"), told, None))
    if given.printed:
        found.append((_("Nguồn"), given.printed.source, None))
    if sets is not None and sets.draws:
        told = _("%(draws)s lượt, hạt giống %(seed)s, %(generator)s, %(libraries)s",
                 draws=number(sets.draws, 0, lang), seed=sets.seed, generator=sets.generator, libraries=sets.libraries)  # fmt: skip
        found.append((_("Khoảng hạng"), told, None))
    if reading.edition.previous:
        before = reading.edition.previous.number
        found.append((_("So với ấn bản"), before, url(f"/editions/{before}")))
    found.append((_("Phần mềm"), reading.edition.software, None))
    return [{"label": label, "value": value, "href": href} for label, value, href in found]


@lru_cache(maxsize=32)
def files(reading: Reading, lang: Language) -> tuple[dict[str, Any], ...]:
    """The files of an edition with size and digest; made once, for an edition never changes."""
    _ = translator(lang)
    name = reading.edition.number
    sheet = open_data.ranking_xlsx(reading.edition, _, titles.ranking(reading.given, _))
    made = [
        (_("Bảng xếp hạng"), f"ranking-{name}.csv", f"{name}.csv", open_data.ranking_csv(reading.edition)),
        (
            _("Điểm từng tiêu chí"),
            f"criteria-{name}.csv",
            f"{name}/criteria.csv",
            open_data.criteria_csv(reading.edition),
        ),
        (_("Bảng xếp hạng và điểm từng tiêu chí"), f"ranking-{name}.xlsx", f"{name}.xlsx", sheet),
    ]
    return tuple(
        _file(label, file, path, len(data), hashlib.sha256(data).hexdigest()) for label, file, path, data in made
    )


def _file(label: str, name: str, path: str, size: int, digest: str) -> dict[str, Any]:
    kind = name.rpartition(".")[2].upper()
    return {"label": label, "name": name, "kind": kind, "path": f"/editions/{path}", "size": size, "digest": digest}
