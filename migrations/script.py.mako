"""${message}

Rules, which tests/store/test_migrations.py holds:

- ``limits`` first: how long this version may wait for a lock and how long a statement may take. Others wait behind
  whoever waits for a lock, so the first stays at a few seconds.
- Each version is one transaction. An index on a table in use, ``validate constraint`` and the filling of a new column
  stand in a ``with unlocked():`` block, outside of any transaction and written so that they can be run again; nothing
  may follow the block, for what stands before it is committed already.
- A constraint on a table in use is added ``not valid`` here and validated in such a block. A column is added without
  a default that has to be computed. The version before this one goes on working meanwhile.
- A new tenant table goes through ``isolate``; constraints, indexes and triggers are named.
- Nothing of parindex is imported but a frozen ``parindex.store.tenancy_v*``, and values are written out.
- A release never changes a version that an earlier one shipped: tests/store/data/released.txt holds their digests.
"""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    ${upgrades if upgrades else "run()"}


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
