"""${message}

Before this is merged: lock and statement timeouts are set by env.py; an index on a table in use is created
concurrently in a migration of its own; a new tenant table goes through tenancy.isolate; constraints are named.
"""

from parindex.store.tenancy import isolate, run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "run()"}


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
