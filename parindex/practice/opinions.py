"""Simulated answers: people of a village resemble each other, and provinces differ a little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parindex.surveys.model import SampleUnit
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.questionnaire.instrument import SKIPPED

CUTS: Final = (-2.9, -1.6, 0.0, 2.3)
"""Where the latent satisfaction passes from one of the five answers to the next."""

CENTRE: Final = 1.98
"""Latent satisfaction of an average province: about 84 % satisfied."""

SPREAD: Final = {"province": 0.32, "commune": 0.28, "village": 0.18, "person": 0.95, "item": 0.30}
"""Standard deviations of the latent effects."""

REMARKS: Final = (
    "Cần rút ngắn thời gian chờ ở bộ phận một cửa.",
    "Công chức hướng dẫn tận tình, dễ hiểu.",
    "Mong có thêm máy tính để nộp hồ sơ trực tuyến.",
    "Biển chỉ dẫn còn nhỏ, khó thấy.",
    "Nên thông báo kết quả qua tin nhắn.",
)


def answer(
    layout: AnswerLayout, form: str, units: Sequence[SampleUnit], counts: Sequence[int], random: np.random.Generator
) -> NDArray[np.int16]:
    """(n, positions) answers of everybody; 0 where the form does not ask.

    Args:
        layout: Of the instrument.
        form: Form that is asked.
        units: Sample units.
        counts: People who answer in each.
        random: Seeded generator.
    """
    village = np.repeat(np.arange(len(units)), counts)
    latent = _latent(units, random)[village] + random.normal(0, SPREAD["person"], len(village))
    asked = set(layout.form(form).groups)
    answers = np.zeros((len(village), layout.length), dtype=np.int16)
    for place in layout.places.values():
        if place.group.code not in asked:
            continue
        part = slice(place.first, place.first + place.length)
        if place.group.area is not None:
            noise = random.logistic(0, 1, len(village)) + random.normal(0, SPREAD["item"])
            given = np.searchsorted(CUTS, latent + noise).astype(np.int16) + 1
            answers[:, part] = np.where(random.random(len(village)) < 0.015, SKIPPED, given)[:, None]
        elif place.item.write is not None:
            answers[:, part] = np.where(random.random((len(village), 1)) < 0.02, 1, SKIPPED)
        else:
            options = np.array(sorted(place.codes), dtype=np.int16)
            given = options[random.integers(0, len(options), (len(village), place.length))]
            left_out = random.random((len(village), 1)) < 0.03
            answers[:, part] = np.where(left_out, SKIPPED, given)
    return answers


def _latent(units: Sequence[SampleUnit], random: np.random.Generator) -> NDArray[np.float64]:
    """(units,) satisfaction of a village: its province's, its commune's and its own."""
    provinces = {name: random.normal(0, SPREAD["province"]) for name in dict.fromkeys(u.stratum for u in units)}
    communes = {name: random.normal(0, SPREAD["commune"]) for name in dict.fromkeys(u.psu for u in units)}
    own = random.normal(0, SPREAD["village"], len(units))
    return np.array([CENTRE + provinces[u.stratum] + communes[u.psu] for u in units]) + own
