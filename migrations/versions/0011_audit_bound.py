"""Before the audit record is cut into years: that nothing in it is of a later year, looked at beside running work.

Ids are UUIDv7: their first 48 bits are the milliseconds since 1970, so a year is a range of ids.
"""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIRST_ID = """create or replace function first_id_of(p_year integer) returns uuid
    language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
        select (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-0000-0000-000000000000')::uuid
        from (select lpad(to_hex((extract(epoch from make_timestamptz(p_year, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint),
            12, '0') as hex) begun
    $$"""

BOUND = """do $$
    begin
        execute format('alter table audit_rows add constraint ck_audit_rows_first check (id < %L) not valid',
            first_id_of(1 + extract(year from clock_timestamp() at time zone 'UTC')::integer));
    end $$"""
"""Holds until the next version makes it the bound of the first partition; a row of a new year would wait for that."""


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run(
            FIRST_ID,
            "alter table audit_rows drop constraint if exists ck_audit_rows_first",
            BOUND,
            "alter table audit_rows validate constraint ck_audit_rows_first",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
