"""A successor may have the weighted mean of those it was formed from: by what, of whom, and what each counts.

``parts`` are the agencies that ended, and the successor where it had a sheet of its own; ``weights`` stand beside them, whole
numbers or one by another, as they were on the day before the merger.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        "alter table cycle_mergers add column weighted_by text, add column parts uuid[], add column weights text[]",
        "alter table cycle_mergers drop constraint ck_cycle_mergers_treatment",
        """alter table cycle_mergers add constraint ck_cycle_mergers_treatment
            check (treatment in ('inherit', 'alone', 'weighted')) not valid""",
        """alter table cycle_mergers add constraint ck_cycle_mergers_weights check (
            case when treatment = 'weighted' then
                weighted_by in ('months', 'population') and cardinality(successors) = 1
                and cardinality(parts) > 1 and cardinality(weights) = cardinality(parts)
            else weighted_by is null and parts is null and weights is null end is true) not valid""",
        "select watch_table('cycle_mergers')",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
