"""The audit record stands in a partition a year, by the time that its ids begin with.

So the key of a row stays what it was, a row is found by its id in one partition, and no other column has to enter the key. What was written before this version, up to
the end of the year of the upgrade, is the first partition as it is: no row is moved, nobody waits for it, and no row
version changes. ``audit_rows_other`` takes what no year takes, so that nothing is ever refused.
"""

from parindex.store.tenancy_v2 import TENANT, limits, run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    years()
    old_rows()
    new_table()


def years() -> None:
    run(
        """create function has_audit_year(p_year integer) returns boolean
        language sql stable strict set search_path = public, pg_temp as $$
            select to_regclass('audit_rows_' || p_year) is not null or exists (
                select from pg_class c where c.oid = to_regclass('audit_rows_first')
                and substring(pg_get_expr(c.relpartbound, c.oid) from 'TO .+([0-9a-f]{8}-[0-9a-f-]{27})')::uuid
                    > first_id_of(p_year))
        $$""",
        """create function open_audit_year(p_year integer) returns boolean
        language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '500ms' as $$
        declare
            child text := 'audit_rows_' || p_year;
        begin
            if has_audit_year(p_year) then
                return false;
            end if;
            perform pg_advisory_xact_lock(7061911);
            if has_audit_year(p_year) then
                return false;
            end if;
            execute format('create table %I (like audit_rows including defaults including constraints,
                constraint ck_this_year check (id >= %L and id < %L),
                constraint %I primary key (tenant_id, id))',
                child, first_id_of(p_year), first_id_of(p_year + 1), 'pk_' || child);
            execute format('create index %I on %I (id)', 'ix_' || child || '_id', child);
            execute format('create index %I on %I (transaction)', 'ix_' || child || '_transaction', child);
            execute format('create index %I on %I (tenant_id, subject, at)', 'ix_' || child || '_subject', child);
            execute format('alter table %I enable row level security', child);
            execute format('alter table %I force row level security', child);
            execute format('create trigger audit_rows_kept before truncate on %I
                for each statement execute function refuse_change()', child);
            execute format('alter table audit_rows attach partition %I for values from (%L) to (%L)',
                child, first_id_of(p_year), first_id_of(p_year + 1));
            execute format('alter table %I drop constraint ck_this_year', child);
            return true;
        end $$""",
        "revoke execute on function open_audit_year(integer) from public",
        "grant execute on function open_audit_year(integer) to parindex_sealer",
    )


def old_rows() -> None:
    """The table as it is becomes a partition; what only the whole has is taken from it."""
    run(
        "drop policy audit_rows_tenant on audit_rows",
        "drop policy audit_rows_sealer on audit_rows",
        "revoke all on audit_rows from parindex_app, parindex_sealer",
        "drop trigger audit_rows_frozen on audit_rows",
        "alter table audit_rows rename to audit_rows_first",
        "alter table audit_rows_first rename constraint pk_audit_rows to pk_audit_rows_first",
        "alter index ix_audit_rows_id rename to ix_audit_rows_first_id",
        "alter index ix_audit_rows_transaction rename to ix_audit_rows_first_transaction",
        "alter index ix_audit_rows_subject rename to ix_audit_rows_first_subject",
    )


def new_table() -> None:
    run(
        """create table audit_rows (
            like audit_rows_first including defaults including constraints,
            constraint pk_audit_rows primary key (tenant_id, id)
        ) partition by range (id)""",
        "alter table audit_rows drop constraint ck_audit_rows_first",
        "create index ix_audit_rows_id on audit_rows (id)",
        "create index ix_audit_rows_transaction on audit_rows (transaction)",
        "create index ix_audit_rows_subject on audit_rows (tenant_id, subject, at)",
        "alter table audit_rows enable row level security",
        "alter table audit_rows force row level security",
        f"""create policy audit_rows_tenant on audit_rows
            using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})""",
        "create policy audit_rows_sealer on audit_rows for select to parindex_sealer using (true)",
        "grant select, insert on audit_rows to parindex_app",
        "grant select on audit_rows to parindex_sealer",
        """create trigger audit_rows_frozen before update or delete on audit_rows
            for each row execute function refuse_change()""",
        """create trigger audit_rows_kept before truncate on audit_rows
            for each statement execute function refuse_change()""",
        """create table audit_rows_other (like audit_rows including defaults including constraints,
            constraint pk_audit_rows_other primary key (tenant_id, id))""",
        "create index ix_audit_rows_other_id on audit_rows_other (id)",
        "create index ix_audit_rows_other_transaction on audit_rows_other (transaction)",
        "create index ix_audit_rows_other_subject on audit_rows_other (tenant_id, subject, at)",
        "alter table audit_rows_other enable row level security",
        "alter table audit_rows_other force row level security",
        """create trigger audit_rows_kept before truncate on audit_rows_other
            for each statement execute function refuse_change()""",
        """do $$
        declare
            bound text := (select substring(pg_get_constraintdef(oid) from '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')
                from pg_constraint where conname = 'ck_audit_rows_first' and conrelid = 'audit_rows_first'::regclass);
            next_year integer;
        begin
            select y into strict next_year from generate_series(2020, 2200) y where first_id_of(y) = bound::uuid;
            execute format('alter table audit_rows attach partition audit_rows_first for values from (minvalue) to (%L)',
                bound);
            perform open_audit_year(next_year);
            perform open_audit_year(next_year + 1);
        end $$""",
        "alter table audit_rows_first drop constraint ck_audit_rows_first",
        "alter table audit_rows attach partition audit_rows_other default",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
