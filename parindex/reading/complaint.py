"""What is said where a text cannot be taken."""

from __future__ import annotations


class Complaint(Exception):
    """A text that is not taken: a code of the catalogue of errors, and what its sentence names."""

    def __init__(self, code: str, **told: object) -> None:
        super().__init__(code)
        self.code = code
        self.told = told
