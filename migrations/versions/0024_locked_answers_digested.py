"""The answers of a locked round have one digest, which the lock puts on record: later they are compared with it.

Of all rows together, in the order of their random ids, so it tells of no answer anything.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create function round_digest(p_round uuid, p_table text) returns text
        language plpgsql security definer set search_path = public, pg_temp set extra_float_digits = 1
        set datestyle = 'ISO, YMD' set timezone = 'UTC' as $$
        declare
            suffix text := replace(p_round::text, '-', '');
            place regclass := coalesce(to_regclass(p_table || '_new_' || suffix), to_regclass(p_table || '_' || suffix));
            told text;
        begin
            if p_table not in ('responses', 'response_texts', 'invitations') or place is null then
                raise exception 'no % of survey round %', p_table, p_round using errcode = 'no_data_found';
            end if;
            execute format('select encode(sha256(convert_to(coalesce(string_agg(d.digest, '''' order by d.key, d.digest), ''''),
                    ''UTF8'')), ''hex'')
                from (select %s as key, %s as digest from %s r cross join (select ''''::bytea as k) s) d',
                row_key(p_table::regclass), row_digest(p_table::regclass), place) into told;
            return told;
        end $$""",
        "revoke execute on function round_digest(uuid, text) from public",
        "grant execute on function round_digest(uuid, text) to parindex_app",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
