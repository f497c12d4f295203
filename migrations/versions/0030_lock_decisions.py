"""The day of the decision by which a survey round is locked stands beside its number; locks of earlier versions have none."""

from parindex.store.tenancy_v2 import limits, run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        "alter table survey_locks add column decided_on date",
        """create or replace function check_lock_change() returns trigger language plpgsql as $$
        begin
            if (old.step, new.step) not in (('closed', 'apart'), ('apart', 'severed'))
                or (new.tenant_id, new.survey_round, new.decision, new.decided_on, new.reason, new.locked_by, new.locked_at)
                    is distinct from
                    (old.tenant_id, old.survey_round, old.decision, old.decided_on, old.reason, old.locked_by, old.locked_at)
            then
                raise exception 'a lock only goes on: % to %', old.step, new.step using errcode = 'restrict_violation';
            end if;
            return new;
        end $$""",
        "select watch_table('survey_locks')",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
