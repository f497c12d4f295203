"""What 0039 asks of roles holds for those that were given before."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="5min")
    with unlocked():
        run("alter table grants validate constraint ck_grants_role")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
