"""The colours keep the contrasts that were promised, in light and dark; figures keep one width."""

import re

import pytest
from fontTools.ttLib import TTFont

from tests.frontend.frontend_pages import TEMPLATES

STATIC = TEMPLATES / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
TEXT, MARK = 4.5, 3.0


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-F]{6})", block))


LIGHT = colours(TOKENS[TOKENS.index(":root {") : TOKENS.index("@media (prefers-color-scheme")])
DARK = LIGHT | colours(TOKENS[TOKENS.index("@media (prefers-color-scheme") : TOKENS.index("@media print")])
PRINT = LIGHT | colours(TOKENS[TOKENS.index("@media print") :])

PAIRS = [
    *((name, ground, TEXT) for name in ("ink", "ink-2", "ink-3", "accent") for ground in ("paper", "wash")),
    *((name, "wash-2", TEXT) for name in ("ink", "ink-2")),
    *((name, ground, TEXT) for name in ("ok", "warn", "bad", "council") for ground in ("paper", f"{name}-wash")),
    *((name, ground, TEXT) for name in ("ink", "ink-2", "ink-3", "accent") for ground in ("warn-wash", "bad-wash")),
    *((name, "accent-wash", TEXT) for name in ("ink", "ink-2", "ink-3", "accent", "warn", "ok")),
    ("on-accent", "accent", TEXT),
    ("paper", "ink", TEXT),
    *((name, ground, MARK) for name in ("edge", "accent-line") for ground in ("paper", "wash")),
]
STATED = {
    ("ink", "paper"): (17.2, 16.0),
    ("ink-2", "paper"): (8.8, 10.0),
    ("ink-3", "paper"): (5.7, 7.0),
    ("edge", "paper"): (3.6, 4.3),
    ("accent", "paper"): (8.2, 9.0),
    ("accent-line", "paper"): (3.5, 5.2),
    ("ok", "paper"): (6.8, 9.5),
    ("warn", "paper"): (6.6, 9.8),
    ("bad", "paper"): (7.3, 8.6),
    ("council", "paper"): (9.1, 8.8),
}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
@pytest.mark.parametrize(("name", "ground", "least"), PAIRS)
def test_a_colour_can_be_read_on_its_ground(scheme: dict[str, str], name: str, ground: str, least: float) -> None:
    assert contrast(scheme[name], scheme[ground]) >= least


@pytest.mark.parametrize(("pair", "stated"), STATED.items())
def test_a_contrast_is_as_stated(pair: tuple[str, str], stated: tuple[float, float]) -> None:
    assert contrast(LIGHT[pair[0]], LIGHT[pair[1]]) == pytest.approx(stated[0], abs=0.11)
    assert contrast(DARK[pair[0]], DARK[pair[1]]) == pytest.approx(stated[1], abs=0.11)


def advances(weight: int) -> dict[str, int]:
    font = TTFont(STATIC / "fonts" / f"bvp-tabular-{weight}.woff2")
    return {chr(code): font["hmtx"][name][0] for code, name in font.getBestCmap().items()}


def test_figures_have_one_width_in_all_weights() -> None:
    assert advances(400) == advances(500) == advances(600)
    assert len({advances(400)[sign] for sign in "0123456789+−–"}) == 1
    assert advances(400)[","] == advances(400)["."]


def test_the_companion_font_does_not_bear_the_name_of_the_family_it_was_cut_from() -> None:
    for path in (STATIC / "fonts").glob("bvp-tabular-*.woff2"):
        names = TTFont(path)["name"]
        assert all("Be Vietnam" not in str(names.getDebugName(name_id)) for name_id in (1, 3, 4, 6, 16))
        assert names.getDebugName(16) == "BVP Tabular"
