"""Roles of 2026 that nobody held yet: who watches field work, who is shown totals only, and accounts of other systems."""

from parindex.store.tenancy_v2 import limits, run

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ROLES = (
    "administrator", "index_manager", "specialist", "focal_point", "leader", "appraiser", "secretary",
    "council_member", "council_chair", "interviewer", "approver", "auditor", "field_supervisor", "steering_reader",
    "system_account",
)  # fmt: skip


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    names = ", ".join(f"'{name}'" for name in ROLES)
    run(
        f"""alter table grants drop constraint ck_grants_role,
            add constraint ck_grants_role check (role in ({names})) not valid"""
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
