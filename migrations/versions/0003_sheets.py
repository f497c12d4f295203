"""Sheets, entries, evidence and appraisal decisions."""

from parindex.store.tenancy import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run()


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
