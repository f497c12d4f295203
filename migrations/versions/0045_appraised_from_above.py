"""A body of a year may be the agency above each agency: a district appraises its communes.

Empty for the years that are there: their bodies are the agencies that they name.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run("alter table cycle_bodies add column above boolean", "select watch_table('cycle_bodies')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
