"""Constraints of 0009 are validated beside running work; can be run again."""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

VALIDATE = """do $$
    declare
        waiting record;
    begin
        for waiting in select k.conrelid::regclass::text as relation, k.conname as name from pg_constraint k
                where not k.convalidated and k.connamespace = 'public'::regnamespace and k.contype in ('c', 'f') loop
            execute format('alter table %s validate constraint %I', waiting.relation, waiting.name);
            commit;
        end loop;
    end $$"""


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(VALIDATE)


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
