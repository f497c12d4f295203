"""A set that was written out is held to the framework that was published."""

from __future__ import annotations

from uuid import UUID

import pytest

from parindex import scoring
from parindex.assessments.criteria import published_sets
from parindex.criteria_workbook import yaml_text
from parindex.errors import Refused
from parindex.store.database import Database
from tests.scoring.law.test_frameworks import ADDED, FRAMEWORK


async def test_a_set_that_changes_what_it_says_it_extends_is_not_published(db: Database, tenant: UUID) -> None:
    framework = scoring.load_bytes(FRAMEWORK.encode(), "khung.yaml")
    whole = yaml_text(scoring.load_bytes(ADDED.encode(), "xa.yaml", framework))
    altered = whole.replace("max: 8", "max: 7")
    assert altered != whole
    async with db.transaction(tenant) as connection:
        await published_sets.publish(connection, framework, source=FRAMEWORK, by="system")
        with pytest.raises(Refused, match="framework_altered"):
            await published_sets.publish(
                connection, scoring.load_bytes(altered.encode(), "xa.yaml"), source=altered, by="system"
            )
        await published_sets.publish(
            connection, scoring.load_bytes(whole.encode(), "xa.yaml"), source=whole, by="system"
        )


async def test_where_the_framework_was_never_published_the_set_stands_alone(db: Database, tenant: UUID) -> None:
    framework = scoring.load_bytes(FRAMEWORK.encode(), "khung.yaml")
    whole = yaml_text(scoring.load_bytes(ADDED.encode(), "xa.yaml", framework))
    async with db.transaction(tenant) as connection:
        await published_sets.publish(
            connection, scoring.load_bytes(whole.encode(), "xa.yaml"), source=whole, by="system"
        )
