"""What was declared before a set was corrected says who declared it and when, and holds the facts that leaves share."""

from parindex.store.tenancy_v2 import limits, run

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        "alter table superseded_entries add column declared_by text",
        "alter table superseded_entries add column declared_at timestamptz",
        "alter table superseded_entries add column shared jsonb",
        "select watch_table('superseded_entries')",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
