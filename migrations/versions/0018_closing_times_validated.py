"""What 0017 asks of rows that stood before it is checked beside running work."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(
            "alter table cycles validate constraint ck_cycles_closes",
            "alter table sheets validate constraint ck_sheets_closes",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
