"""What 0022 asks of rows that stood before it is checked beside running work."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(
            "alter table cycles validate constraint ck_cycles_state",
            "alter table appraisals validate constraint fk_appraisals_correction",
            "alter table appraisals validate constraint ck_appraisals_by_agency",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
