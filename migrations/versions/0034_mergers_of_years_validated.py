"""The states of sheets that 0033 names hold for every row."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run("alter table sheets validate constraint ck_sheets_state")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
