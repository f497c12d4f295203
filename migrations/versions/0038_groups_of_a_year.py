"""A year may rank its agencies also within groups: those that share the value of an attribute.

Empty for the years that are there, which means no groups: a row that says no more stays as recorded.
"""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    with unlocked():
        run(
            "alter table cycles add column if not exists group_by text",
            "alter table cycles drop constraint if exists ck_cycles_group_by",
            "alter table cycles add constraint ck_cycles_group_by check (group_by ~ '^[a-z][a-z0-9_]*$') not valid",
            "alter table cycles validate constraint ck_cycles_group_by",
            "select watch_table('cycles')",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
