"""What 0041 asks of mergers holds for those that stood."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="5min")
    with unlocked():
        run(
            "alter table cycle_mergers validate constraint ck_cycle_mergers_treatment",
            "alter table cycle_mergers validate constraint ck_cycle_mergers_weights",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
