"""Every table that deeds write tells the audit record what its rows became, so that the record can be compared with it.

A trigger a statement writes one row ``store:rows:write`` a table: the key of each row that changed, and a digest of what
it is now, keyed with a secret of the database; none where the row is gone. Whatever reaches a table past its trigger
differs from the record; what goes through the trigger without a deed stands there without a deed.

A column that is empty has no part in the digest, so a version that adds one changes none; it calls ``watch_table`` again.
Version 0025 sets the triggers on the tables that stood before.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    secret()
    expressions()
    writing()
    watching()


def secret() -> None:
    """Readable by the owner of the tables alone: the record holds no digest that can be guessed from a name."""
    run(
        """create table row_secret (
            sole boolean not null default true,
            secret bytea not null,
            constraint pk_row_secret primary key (sole),
            constraint ck_row_secret_one check (sole),
            constraint ck_row_secret_length check (length(secret) = 32)
        )""",
        """insert into row_secret (secret)
            values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))""",
        """create trigger row_secret_frozen before update or delete on row_secret
            for each row execute function refuse_change()""",
        """create trigger row_secret_kept before truncate on row_secret
            for each statement execute function refuse_change()""",
        "create sequence row_writes",
    )


def expressions() -> None:
    """SQL by which a row ``r`` of a table is named and digested; ``k`` stands for the secret."""
    run(
        """create function row_key(p_table regclass) returns text
        language sql stable set search_path = public, pg_temp as $$
            select 'concat_ws(''/'', ' || string_agg(format('r.%I', a.attname), ', ' order by array_position(
                i.indkey::int2[], a.attnum)) || ')'
            from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
            where i.indrelid = p_table and i.indisprimary and a.attname <> 'tenant_id'
        $$""",
        """create function row_digest(p_table regclass) returns text
        language sql stable set search_path = public, pg_temp as $$
            select 'left(encode(sha256(k || convert_to(concat_ws('','', ' || string_agg(format(
                case
                    when a.atttypid = 'timestamptz'::regtype then '%1$L || extract(epoch from r.%2$I)'
                    when a.atttypid = 'bytea'::regtype then '%1$L || encode(sha256(r.%2$I), ''hex'')'
                    else '%1$L || quote_literal(r.%2$I::text)'
                end, a.attname || '=', a.attname), ', ' order by a.attname) || '), ''UTF8'')), ''hex''), 32)'
            from pg_attribute a
            where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
        $$""",
        """create function new_row_id() returns uuid
        language sql volatile set search_path = pg_catalog, pg_temp as $$
            select (substr(time, 1, 8) || '-' || substr(time, 9, 4) || '-7' || substr(random, 2, 3) || '-' || substr(random, 17, 4)
                || '-' || substr(random, 21, 12))::uuid
            from (select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as time,
                replace(gen_random_uuid()::text, '-', '') as random) made
        $$""",
    )


def writing() -> None:
    """In the tenant of the rows, whoever writes: what an administrator does by hand stands on record as well."""
    run(
        """create function record_rows(p_table text, p_tenants uuid[], p_keys text[], p_digests text[]) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            around text := current_setting('parindex.tenant', true);
            part record;
        begin
            for part in
                select w.tenant, (w.place - 1) / 1000 as number, jsonb_object_agg(w.key, w.digest) as rows
                from unnest(p_tenants, p_keys, p_digests) with ordinality as w (tenant, key, digest, place)
                group by 1, 2 order by 1, 2
            loop
                perform set_config('parindex.tenant', part.tenant::text, true);
                insert into audit_rows (tenant_id, id, actor, tag, subject, after) values (part.tenant, new_row_id(),
                    session_user, 'store:rows:write', p_table,
                    jsonb_build_object('number', nextval('row_writes'), 'rows', part.rows));
            end loop;
            perform set_config('parindex.tenant', coalesce(around, ''), true);
        end $$""",
        "revoke execute on function record_rows(text, uuid[], text[], text[]) from public",
    )


def watching() -> None:
    run(
        """create function watch_table(p_table text) returns void
        language plpgsql set search_path = public, pg_temp as $outer$
        declare
            whose text := case p_table when 'tenants' then 'r.id' else 'r.tenant_id' end;
            named text := row_key(p_table::regclass);
            told text := row_digest(p_table::regclass);
            kind record;
            tenant uuid;
        begin
            execute format($f$create or replace function %1$I() returns trigger
            language plpgsql security definer set search_path = public, pg_temp set extra_float_digits = 1
            set datestyle = 'ISO, YMD' set timezone = 'UTC' as $$
            declare
                k bytea := (select s.secret from row_secret s);
            begin
                if tg_op <> 'DELETE' then
                    perform record_rows(%2$L, array_agg(%3$s), array_agg(%4$s), array_agg(%5$s)) from changed r
                        having count(*) > 0;
                end if;
                if tg_op = 'DELETE' then
                    perform record_rows(%2$L, array_agg(%3$s), array_agg(%4$s), array_agg(null::text)) from gone r
                        having count(*) > 0;
                elsif tg_op = 'UPDATE' then
                    perform record_rows(%2$L, array_agg(%3$s), array_agg(%4$s), array_agg(null::text)) from gone r
                        where (%3$s, %4$s) not in (select %3$s, %4$s from changed r) having count(*) > 0;
                end if;
                return null;
            end $$$f$, 'record_' || p_table, p_table, whose, named, told);
            execute format('revoke execute on function %I() from public', 'record_' || p_table);
            if exists (select from pg_trigger t where t.tgrelid = p_table::regclass and t.tgname = p_table || '_inserted') then
                return;
            end if;
            for kind in select * from (values ('inserted', 'insert', 'new table as changed'),
                ('updated', 'update', 'old table as gone new table as changed'),
                ('deleted', 'delete', 'old table as gone')) as k (name, event, tables)
            loop
                execute format('create trigger %I after %s on %I referencing %s for each statement execute function %I()',
                    p_table || '_' || kind.name, kind.event, p_table, kind.tables, 'record_' || p_table);
            end loop;
            for tenant in select t.id from tenants t loop
                perform set_config('parindex.tenant', tenant::text, true);
                execute format('with s as (select secret as k from row_secret)
                    select record_rows(%1$L, array_agg(%2$s), array_agg(%3$s), array_agg(%4$s))
                    from %1$I r cross join s where %2$s = %5$L having count(*) > 0', p_table, whose, named, told, tenant);
                insert into audit_rows (tenant_id, id, actor, tag, subject)
                    select tenant, new_row_id(), 'system', 'store:rows:begin', p_table;
            end loop;
            perform set_config('parindex.tenant', '', true);
        end $outer$""",
        "revoke execute on function watch_table(text) from public",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
