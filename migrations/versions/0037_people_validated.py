"""What 0036 asks of accounts and their links holds for those that were there."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="5min")
    with unlocked():
        run(
            "alter table people validate constraint ck_people_disabled",
            "alter table account_invitations validate constraint ck_account_invitations_purpose",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
