"""What 0031 asks of rows that stood before it is checked, and codes are found by an index, beside running work."""

from parindex.store.tenancy_v2 import index, limits, run, unlocked

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(
            "alter table agencies validate constraint fk_agencies_parent",
            "alter table agencies validate constraint ck_agencies_validity",
            "alter table agency_successors validate constraint fk_agency_successors_deed",
        )
        index("ix_agencies_code", "agencies (tenant_id, code, valid_from)")
        index("ix_agency_successors_successor", "agency_successors (tenant_id, successor_id)")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
