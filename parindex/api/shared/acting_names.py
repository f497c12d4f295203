"""How a page names whoever did something in another's place."""

from __future__ import annotations

from collections.abc import Callable


def who_text(name: str | None, of: str | None, translate: Callable[..., str]) -> str | None:
    """A name, with whose right it was where that was delegated.

    >>> who_text("Ksor H'Liên", "Lâm Văn Phúc", lambda text, **values: text % values)
    "Ksor H'Liên (được Lâm Văn Phúc ủy quyền)"
    """
    if name is None or of is None:
        return name
    return translate("%(who)s (được %(of)s ủy quyền)", who=name, of=of)
