"""Survey rounds, samples, invitations and responses."""

from parindex.store.tenancy import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run()


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
