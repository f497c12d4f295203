"""Where the data folders lie: below the package in the wheel, beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_folder(name: str) -> Path:
    """The folder ``criteria``, ``instruments``, ``migrations`` or ``frontend_templates``.

    Raises:
        FileNotFoundError: neither the wheel nor a checkout has it.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the installation is incomplete: folder {name!r} is missing")
