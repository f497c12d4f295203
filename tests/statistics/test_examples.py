"""The examples in the docstrings of the engine run and give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

from parindex import statistics

MODULES = sorted(module.name for module in pkgutil.iter_modules(statistics.__path__))


@pytest.mark.parametrize("name", ["", *MODULES])
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    module = importlib.import_module(f"parindex.statistics.{name}".rstrip("."))
    found = doctest.testmod(module, extraglobs={"np": np})
    assert found.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    modules = [importlib.import_module(f"parindex.statistics.{name}") for name in MODULES]
    assert sum(len(one.examples) for module in modules for one in finder.find(module)) > 50
