"""The lock of a survey round goes step by step, and no other round waits for it.

1. ``closed``: nobody answers any more (``close_survey_round``).
2. ``apart``: the round's partitions are detached, beside running work; that cannot stand in a transaction.
3. ``severed``: what has to stay is written anew, the rest is dropped, the new partitions are attached, all in one
   transaction over tables that nobody else can reach (``sever_survey_round``, ``attach_survey_round``).

Foreign keys join the partitions of one round, not their parents: a key between the parents, or to the sample that
all rounds share, would lock the other side whenever a partition comes or goes. That a response belongs to the sample
of its round is asked by a trigger.
"""

from parindex.store.tenancy_v2 import limits, run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTITIONED = (
    "invitations", "responses", "response_texts", "response_links", "response_drafts", "survey_round_secrets",
)  # fmt: skip
KEYS = (
    ("response_texts", "fk_response_texts_response", "survey_round, response_id", "responses", "survey_round, id"),
    ("response_links", "fk_response_links_response", "survey_round, response_id", "responses", "survey_round, id"),
    ("response_links", "fk_response_links_invitation", "tenant_id, survey_round, invitation_id", "invitations",
     "tenant_id, survey_round, id"),
    ("response_drafts", "fk_response_drafts_invitation", "tenant_id, survey_round, invitation_id", "invitations",
     "tenant_id, survey_round, id"),
)  # fmt: skip


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    steps()
    keys()
    sample()
    opening()
    closing()
    severing()
    attaching()
    existing()


def steps() -> None:
    """How far a lock is; locks of earlier versions were done at once."""
    run(
        "alter table survey_rounds drop constraint ck_survey_rounds_state",
        """alter table survey_rounds add constraint ck_survey_rounds_state
            check (state in ('open', 'locking', 'locked', 'imported')) not valid""",
        "alter table survey_locks add column step text not null default 'severed'",
        "alter table survey_locks alter column step set default 'closed'",
        "alter table survey_locks add column step_at timestamptz not null default now()",
        "alter table survey_locks alter column responses drop not null",
        "alter table survey_locks alter column links drop not null",
        "alter table survey_locks alter column drafts drop not null",
        """alter table survey_locks add constraint ck_survey_locks_step check (step in ('closed', 'apart', 'severed')
            and (step = 'severed') = (responses is not null and links is not null and drafts is not null)) not valid""",
        "drop trigger survey_locks_frozen on survey_locks",
        """create function check_lock_change() returns trigger language plpgsql as $$
        begin
            if (old.step, new.step) not in (('closed', 'apart'), ('apart', 'severed'))
                or (new.tenant_id, new.survey_round, new.decision, new.reason, new.locked_by, new.locked_at)
                    is distinct from
                    (old.tenant_id, old.survey_round, old.decision, old.reason, old.locked_by, old.locked_at)
            then
                raise exception 'a lock only goes on: % to %', old.step, new.step using errcode = 'restrict_violation';
            end if;
            return new;
        end $$""",
        """create trigger survey_locks_goes_on before update on survey_locks
            for each row execute function check_lock_change()""",
        """create trigger survey_locks_frozen before delete on survey_locks
            for each row execute function refuse_change()""",
        "create index ix_survey_locks_under_way on survey_locks (tenant_id) where step <> 'severed'",
    )


def keys() -> None:
    run(*(f"alter table {table} drop constraint {name}" for table, name, *_ in KEYS))
    run(
        "alter table responses drop constraint fk_responses_unit",
        "alter table invitations drop constraint fk_invitations_unit",
    )


def sample() -> None:
    """One look at the sample a statement. Units are never deleted, so looking once is enough."""
    run(
        """create function check_sample_unit() returns trigger language plpgsql as $$
        begin
            if exists (
                select from arrived a where a.sample_unit is not null and not exists (
                    select from sample_units u
                    where u.id = a.sample_unit and u.survey_round = a.survey_round and u.tenant_id = a.tenant_id)
            ) then
                raise exception 'no such unit in the sample of the round'
                    using errcode = 'foreign_key_violation', constraint = 'fk_' || tg_table_name || '_unit';
            end if;
            return null;
        end $$""",
        *(
            f"""create trigger {table}_unit after insert on {table} referencing new table as arrived
            for each statement execute function check_sample_unit()"""
            for table in ("responses", "invitations")
        ),
    )


def opening() -> None:
    parents = ", ".join(f"'{name}'" for name in PARTITIONED)
    joined = "\n            ".join(
        f"""execute format('alter table %I add constraint {name} foreign key ({columns}) references %I ({others})',
                '{table}_' || suffix, '{other}_' || suffix);"""
        for table, name, columns, other, others in KEYS
    )
    run(
        f"""create or replace function open_survey_round(p_round uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            suffix text := replace(p_round::text, '-', '');
            parent text;
        begin
            if not exists (select from survey_rounds where id = p_round and state = 'open') then
                raise exception 'no open survey round %', p_round using errcode = 'no_data_found';
            end if;
            foreach parent in array array[{parents}] loop
                execute format('create table %I (like %I including defaults including constraints)',
                    parent || '_' || suffix, parent);
                execute format('alter table %I attach partition %I for values in (%L)',
                    parent, parent || '_' || suffix, p_round);
                perform isolate_partition(parent || '_' || suffix);
            end loop;
            {joined}
        end $$""",
    )


def closing() -> None:
    run(
        """create function close_survey_round(p_round uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
        begin
            update survey_rounds r set state = 'locking' where r.id = p_round and r.state = 'open';
            if not found then
                raise exception 'no open survey round %', p_round using errcode = 'no_data_found';
            end if;
        end $$""",
        "revoke execute on function close_survey_round(uuid) from public",
        "grant execute on function close_survey_round(uuid) to parindex_app",
        "drop function lock_survey_round(uuid)",
    )


def severing() -> None:
    """New rows come in random order with new random ids in one transaction, so that no row version tells a day.

    Invitations are rewritten too, and lose their sample unit: a unit with one answer would name its respondent.
    """
    run(
        """create function sever_survey_round(p_round uuid, out responses bigint, out links bigint, out drafts bigint)
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            suffix text := replace(p_round::text, '-', '');
            parent text;
        begin
            perform from survey_locks l where l.survey_round = p_round and l.step = 'apart' for update;
            if not found then
                raise exception 'survey round % is not taken apart', p_round using errcode = 'no_data_found';
            end if;
            execute format('select count(*) from %I', 'response_links_' || suffix) into links;
            execute format('select count(*) from %I', 'response_drafts_' || suffix) into drafts;
            execute format('update sample_units u
                set invited = coalesce(made.invited, 0), answered = coalesce(came.answered, 0)
                from sample_units o
                left join (select i.sample_unit, count(*) as invited from %I i group by i.sample_unit) made
                    on made.sample_unit = o.id
                left join (select r.sample_unit, count(*) as answered from %I r group by r.sample_unit) came
                    on came.sample_unit = o.id
                where o.tenant_id = u.tenant_id and o.id = u.id and u.survey_round = %L',
                'invitations_' || suffix, 'responses_' || suffix, p_round);
            execute format('create temporary table lock_names on commit drop as
                select r.id as old, gen_random_uuid() as new from %I r', 'responses_' || suffix);
            create unique index on lock_names (old);
            analyze lock_names;
            foreach parent in array array['responses', 'response_texts', 'invitations'] loop
                execute format('create table %I (like %I including defaults including constraints,
                    constraint ck_this_round check (survey_round = %L))', parent || '_new_' || suffix, parent, p_round);
            end loop;
            execute format('insert into %I (tenant_id, survey_round, id, client_id, content, day, channel,
                    sample_unit, answers)
                select r.tenant_id, r.survey_round, n.new, gen_random_uuid(), null, r.day, r.channel,
                    r.sample_unit, r.answers
                from %I r join lock_names n on n.old = r.id order by n.new',
                'responses_new_' || suffix, 'responses_' || suffix);
            get diagnostics responses = row_count;
            execute format('insert into %I (tenant_id, survey_round, response_id, item, words)
                select t.tenant_id, t.survey_round, n.new, t.item, t.words
                from %I t join lock_names n on n.old = t.response_id order by n.new, t.item',
                'response_texts_new_' || suffix, 'response_texts_' || suffix);
            execute format('insert into %I (tenant_id, survey_round, id, token_hash, sample_unit, used)
                select i.tenant_id, i.survey_round, i.id, i.token_hash, null, i.used from %I i order by i.id',
                'invitations_new_' || suffix, 'invitations_' || suffix);
            drop table lock_names;
            update contact.people p set invitation_id = null where p.survey_round = p_round;
            foreach parent in array array['response_links', 'response_drafts', 'survey_round_secrets',
                    'response_texts', 'responses', 'invitations'] loop
                execute format('drop table %I', parent || '_' || suffix);
            end loop;
            update survey_locks l set step = 'severed', step_at = clock_timestamp(),
                responses = sever_survey_round.responses, links = sever_survey_round.links,
                drafts = sever_survey_round.drafts
            where l.survey_round = p_round;
        end $$""",
        "revoke execute on function sever_survey_round(uuid) from public",
        "grant execute on function sever_survey_round(uuid) to parindex_app",
    )


def attaching() -> None:
    """The last statement before the commit: it locks the parents against other openings and locks, not against use."""
    run(
        """create function attach_survey_round(p_round uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            suffix text := replace(p_round::text, '-', '');
            parent text;
        begin
            perform from survey_locks l join survey_rounds r on r.tenant_id = l.tenant_id and r.id = l.survey_round
            where l.survey_round = p_round and l.step = 'severed' and r.state = 'locking';
            if not found then
                raise exception 'survey round % is not severed', p_round using errcode = 'no_data_found';
            end if;
            execute format('alter table %I add constraint %I primary key (survey_round, id),
                add constraint %I unique (client_id, survey_round, tenant_id)', 'responses_new_' || suffix,
                'pk_responses_' || suffix, 'uq_responses_client_' || suffix);
            execute format('alter table %I add constraint %I primary key (survey_round, response_id, item),
                add constraint fk_response_texts_response foreign key (survey_round, response_id)
                references %I (survey_round, id)', 'response_texts_new_' || suffix, 'pk_response_texts_' || suffix,
                'responses_new_' || suffix);
            execute format('alter table %I add constraint %I primary key (id, survey_round, tenant_id),
                add constraint %I unique (token_hash, survey_round, tenant_id)', 'invitations_new_' || suffix,
                'pk_invitations_' || suffix, 'uq_invitations_token_' || suffix);
            foreach parent in array array['invitations', 'responses', 'response_texts'] loop
                execute format('alter table %I rename to %I', parent || '_new_' || suffix, parent || '_' || suffix);
                perform isolate_partition(parent || '_' || suffix);
                execute format('create trigger locked before insert or update or delete on %I
                    for each row execute function refuse_change()', parent || '_' || suffix);
                execute format('create trigger locked_whole before truncate on %I
                    for each statement execute function refuse_change()', parent || '_' || suffix);
                execute format('analyze %I', parent || '_' || suffix);
            end loop;
            foreach parent in array array['invitations', 'responses', 'response_texts'] loop
                execute format('alter table %I attach partition %I for values in (%L)',
                    parent, parent || '_' || suffix, p_round);
                execute format('alter table %I drop constraint ck_this_round', parent || '_' || suffix);
            end loop;
            update survey_rounds r set state = 'locked' where r.id = p_round;
        end $$""",
        "revoke execute on function attach_survey_round(uuid) from public",
        "grant execute on function attach_survey_round(uuid) to parindex_app",
    )


def existing() -> None:
    """Rounds that exist get the keys between their own partitions; they are validated afterwards."""
    joined = "\n".join(
        f"""if to_regclass('{table}_' || suffix) is not null then
                execute format('alter table %I add constraint {name} foreign key ({columns})
                    references %I ({others}) not valid', '{table}_' || suffix, '{other}_' || suffix);
            end if;"""
        for table, name, columns, other, others in KEYS
    )
    run(
        f"""do $$
        declare
            suffix text;
        begin
            for suffix in select substr(c.relname, 11) from pg_inherits i join pg_class c on c.oid = i.inhrelid
                    where i.inhparent = 'responses'::regclass loop
                {joined}
            end loop;
        end $$"""
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
