"""What 0047 says of entries holds for every row, and each is found by the amendment that touched it."""

from parindex.store.tenancy_v2 import index, limits, run, unlocked

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        for name in ("ck_entries_state", "ck_entries_reopened", "fk_entries_reopened_by", "fk_entries_retired_by"):
            run(f"alter table entries validate constraint {name}")
        index("ix_entries_reopened_by", "entries (tenant_id, reopened_by) where reopened_by is not null")
        index("ix_entries_retired_by", "entries (tenant_id, retired_by) where retired_by is not null")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
