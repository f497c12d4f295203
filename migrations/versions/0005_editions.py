"""Computed years and published editions."""

from parindex.store.tenancy import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run()


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
