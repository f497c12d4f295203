"""Cut the companion font of the figures: `BVP Tabular`.

Be Vietnam Pro has no tabular figures, so columns of numbers would not stand under each other. This takes
its digits and the signs that stand between them, gives them one advance width in all three weights, and
writes them under another family name, as the SIL Open Font License asks.

Run from the checkout: ``python script/tabular_digits.py``. It reads and writes
``frontend_templates/static/fonts``.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "frontend_templates" / "static" / "fonts"
FAMILY = "BVP Tabular"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}

DIGIT = 656
"""Advance of a digit and of the signs that hold a digit's place, in thousandths of an em."""

ADVANCES = (
    dict.fromkeys(map(ord, "0123456789+-\u2212\u2013"), DIGIT)
    | dict.fromkeys(map(ord, ".,"), 312)
    | dict.fromkeys(map(ord, " \u00a0\u202f"), 230)
)
"""Advance by code point: figures, plus, hyphen, minus, en dash; point and comma; the spaces."""


def subset(font: TTFont) -> None:
    """Keep only the glyphs of `ADVANCES`, without kerning or hints, which would move them again."""
    options = Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "meta", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=ADVANCES)
    subsetter.subset(font)


def set_advance(font: TTFont, glyph_name: str, advance: int) -> None:
    """Give a glyph its advance and keep its ink where it stood in relation to the middle."""
    glyph = font["glyf"][glyph_name]
    old, left = font["hmtx"][glyph_name]
    shift = (advance - old) // 2
    if glyph.numberOfContours > 0:
        glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(font["glyf"])
        left = glyph.xMin
    font["hmtx"][glyph_name] = (advance, left)


def rename(font: TTFont, style: str) -> None:
    """Write the companion's own name wherever the family's name stood."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {
        1: f"{FAMILY} {style}",
        2: "Regular",
        3: postscript,
        4: f"{FAMILY} {style}",
        6: postscript,
        16: FAMILY,
        17: style,
    }
    kept = [record for record in font["name"].names if record.nameID in (0, 13, 14)]
    font["name"].names = kept
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)


def cut(weight: int, style: str) -> Path:
    """Write the companion of one weight and return where it lies."""
    font = TTFont(FONTS / f"be-vietnam-pro-latin-{weight}-normal.woff2", recalcTimestamp=False)
    subset(font)
    for code, glyph_name in font.getBestCmap().items():
        set_advance(font, glyph_name, ADVANCES[code])
    rename(font, style)
    font.flavor = "woff2"
    path = FONTS / f"bvp-tabular-{weight}.woff2"
    font.save(path)
    return path


def main() -> None:
    """Cut all weights."""
    for weight, style in WEIGHTS.items():
        path = cut(weight, style)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
