"""How an answer came lies in a table of its own until the lock; after it no answer has a day.

The lock makes three parts of the days of each stratum, each with at least the round's minimum of answers, and counts the
ways in which answers came; that table goes with the links. The parts are as even as the days allow; where three are not
to be had there are two, and where two are not, the answers of the stratum have none.

``responses.channel`` is what the version before this one still writes; the lock reads it where there is nothing else.
Version 0028 moves what stands there.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PARTITIONED = (
    "invitations", "responses", "response_texts", "response_links", "response_paradata", "response_drafts",
    "survey_round_secrets",
)  # fmt: skip
TIES = ("response_links", "response_drafts", "response_paradata", "survey_round_secrets")
"""What a lock drops."""
OF_PEOPLE = ("invitations", "responses", "response_links", "response_drafts")
KEYS = (
    ("response_texts", "fk_response_texts_response", "survey_round, response_id", "responses", "survey_round, id"),
    ("response_links", "fk_response_links_response", "survey_round, response_id", "responses", "survey_round, id"),
    ("response_paradata", "fk_response_paradata_response", "survey_round, response_id", "responses",
     "survey_round, id"),
    ("response_links", "fk_response_links_invitation", "tenant_id, survey_round, invitation_id", "invitations",
     "tenant_id, survey_round, id"),
    ("response_drafts", "fk_response_drafts_invitation", "tenant_id, survey_round, invitation_id", "invitations",
     "tenant_id, survey_round, id"),
)  # fmt: skip


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    responses()
    paradata()
    counts()
    parts()
    opening()
    deleting()
    severing()
    existing()


def responses() -> None:
    run(
        "alter table responses alter column day drop not null",
        "alter table responses alter column channel drop not null",
        "alter table responses add column part text",
        """alter table responses add constraint ck_responses_part
            check (part in ('early', 'middle', 'late')) not valid""",
    )


def paradata() -> None:
    run(
        """create table response_paradata (
            tenant_id uuid not null,
            survey_round uuid not null,
            response_id uuid not null,
            channel text not null,
            constraint pk_response_paradata primary key (survey_round, response_id),
            constraint ck_response_paradata_channel
                check (channel in ('web', 'kiosk', 'interview', 'phone', 'post', 'peer'))
        ) partition by list (survey_round)""",
    )
    isolate("response_paradata", "select, insert, delete")


def counts() -> None:
    """What a lock keeps of how answers came; ``merged`` stands for ways that too few took."""
    run(
        """create table fieldwork_counts (
            tenant_id uuid not null,
            survey_round uuid not null,
            stratum text not null,
            channel text not null,
            responses bigint not null,
            constraint pk_fieldwork_counts primary key (tenant_id, survey_round, stratum, channel),
            constraint fk_fieldwork_counts_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id),
            constraint ck_fieldwork_counts_channel
                check (channel in ('web', 'kiosk', 'interview', 'phone', 'post', 'peer', 'merged')),
            constraint ck_fieldwork_counts_responses check (responses > 0)
        )""",
    )
    isolate("fieldwork_counts", "select")
    freeze("fieldwork_counts")
    run("select watch_table('fieldwork_counts')")


def parts() -> None:
    """The most even cut of each stratum's days into three parts, else two, of at least so many answers each.

    The units of the round stand in a temporary table, ``lock_units``, and what is joined with it is analysed: a plan
    made in ignorance reads all answers once a unit.
    """
    run(
        """create function list_lock_units(p_round uuid) returns void
        language plpgsql set search_path = public, pg_temp as $$
        begin
            create temporary table lock_units on commit drop as
                select u.id as unit, u.stratum from sample_units u where u.survey_round = p_round;
            analyze lock_units;
        end $$""",
        "revoke execute on function list_lock_units(uuid) from public",
        """create function field_parts(p_round uuid, p_responses regclass)
        returns table (stratum text, day date, part text)
        language plpgsql set search_path = public, pg_temp as $$
        declare
            least_answers integer := (select r.min_n from survey_rounds r where r.id = p_round);
        begin
            return query execute format('with counted as (
                select u.stratum, r.day, count(*) as n from %s r join lock_units u on u.unit = r.sample_unit
                where r.day is not null group by 1, 2
            ), run as (
                select c.stratum, c.day, sum(c.n) over (partition by c.stratum order by c.day) as upto,
                    sum(c.n) over (partition by c.stratum) as total from counted c
            ), cuts as (
                select a.stratum, a.day as first, b.day as second, 3 as parts,
                    least(a.upto, b.upto - a.upto, a.total - b.upto) as fewest
                from run a join run b on b.stratum = a.stratum and b.day > a.day
                union all
                select a.stratum, a.day, a.day, 2, least(a.upto, a.total - a.upto) from run a
            ), best as (
                select distinct on (c.stratum) c.stratum, c.first, c.second from cuts c where c.fewest >= $1
                order by c.stratum, c.parts desc, c.fewest desc, c.first, c.second
            )
            select c.stratum, c.day, case when b.stratum is null then null when c.day <= b.first then ''early''
                when c.day <= b.second then ''middle'' else ''late'' end
            from counted c left join best b on b.stratum = c.stratum', p_responses) using least_answers;
        end $$""",
        "revoke execute on function field_parts(uuid, regclass) from public",
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


def deleting() -> None:
    """The draft of a year goes with its rounds, as in version 0016."""
    partitions = ", ".join(f"'{name}'" for name in (*TIES, "response_texts", "responses", "invitations"))
    of_people = ", ".join(f"'{name}'" for name in OF_PEOPLE)
    run(
        f"""create or replace function delete_draft_year(p_cycle uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '3s' as $$
        declare
            round_id uuid;
            suffix text;
            parent text;
            held boolean;
        begin
            perform from cycles c where c.id = p_cycle and c.state = 'draft' for update;
            if not found then
                raise exception 'no draft of a year %', p_cycle using errcode = 'no_data_found';
            end if;
            for round_id in select r.id from survey_rounds r where r.cycle_id = p_cycle and r.state = 'open' loop
                suffix := replace(round_id::text, '-', '');
                foreach parent in array array[{partitions}] loop
                    execute format('lock table %I in access exclusive mode', parent || '_' || suffix);
                end loop;
                foreach parent in array array[{of_people}] loop
                    execute format('select exists (select from %I)', parent || '_' || suffix) into held;
                    if held then
                        raise exception 'survey round % asked somebody already', round_id
                            using errcode = 'check_violation', constraint = 'ck_survey_rounds_unasked';
                    end if;
                end loop;
                foreach parent in array array[{partitions}] loop
                    execute format('drop table %I', parent || '_' || suffix);
                end loop;
                delete from sample_units u where u.survey_round = round_id;
                delete from survey_rounds r where r.id = round_id;
            end loop;
            delete from cycle_bodies b where b.cycle_id = p_cycle;
            delete from cycle_agencies a where a.cycle_id = p_cycle;
            delete from cycles c where c.id = p_cycle;
        end $$""",
    )


def severing() -> None:
    """As in version 0009; a response comes out with the part of its stratum's days, and with no way in which it came."""
    dropped = ", ".join(f"'{name}'" for name in (*TIES, "response_texts", "responses", "invitations"))
    run(
        f"""create or replace function sever_survey_round(p_round uuid, out responses bigint, out links bigint, out drafts bigint)
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
            execute format('analyze %I', 'responses_' || suffix);
            execute format('analyze %I', 'response_paradata_' || suffix);
            perform list_lock_units(p_round);
            perform count_fieldwork(p_round, ('responses_' || suffix)::regclass, ('response_paradata_' || suffix)::regclass);
            execute format('create temporary table lock_names on commit drop as
                select r.id as old, gen_random_uuid() as new from %I r', 'responses_' || suffix);
            create unique index on lock_names (old);
            analyze lock_names;
            foreach parent in array array['responses', 'response_texts', 'invitations'] loop
                execute format('create table %I (like %I including defaults including constraints,
                    constraint ck_this_round check (survey_round = %L))', parent || '_new_' || suffix, parent, p_round);
            end loop;
            execute format('insert into %I (tenant_id, survey_round, id, client_id, sample_unit, answers, part)
                select r.tenant_id, r.survey_round, n.new, gen_random_uuid(), r.sample_unit, r.answers, d.part
                from %I r join lock_names n on n.old = r.id join lock_units u on u.unit = r.sample_unit
                left join field_parts(%L, %L) d on d.stratum = u.stratum and d.day = r.day order by n.new',
                'responses_new_' || suffix, 'responses_' || suffix, p_round, 'responses_' || suffix);
            get diagnostics responses = row_count;
            execute format('insert into %I (tenant_id, survey_round, response_id, item, words)
                select t.tenant_id, t.survey_round, n.new, t.item, t.words
                from %I t join lock_names n on n.old = t.response_id order by n.new, t.item',
                'response_texts_new_' || suffix, 'response_texts_' || suffix);
            execute format('insert into %I (tenant_id, survey_round, id, token_hash, sample_unit, used)
                select i.tenant_id, i.survey_round, i.id, i.token_hash, null, i.used from %I i order by i.id',
                'invitations_new_' || suffix, 'invitations_' || suffix);
            drop table lock_names, lock_units;
            update contact.people p set invitation_id = null where p.survey_round = p_round;
            foreach parent in array array[{dropped}] loop
                execute format('drop table %I', parent || '_' || suffix);
            end loop;
            update survey_locks l set step = 'severed', step_at = clock_timestamp(),
                responses = sever_survey_round.responses, links = sever_survey_round.links,
                drafts = sever_survey_round.drafts
            where l.survey_round = p_round;
        end $$""",
        """create function count_fieldwork(p_round uuid, p_responses regclass, p_paradata regclass) returns void
        language plpgsql set search_path = public, pg_temp as $$
        begin
            execute format('insert into fieldwork_counts (tenant_id, survey_round, stratum, channel, responses)
                with counted as (
                    select r.tenant_id, u.stratum, coalesce(p.channel, r.channel, ''merged'') as channel, count(*) as n
                    from %s r join lock_units u on u.unit = r.sample_unit left join %s p on p.response_id = r.id
                    group by 1, 2, 3
                ), judged as (
                    select c.*, c.n < o.min_n as small, o.min_n,
                        sum(c.n) filter (where c.n < o.min_n) over (partition by c.stratum) as few,
                        row_number() over (partition by c.stratum, c.n < o.min_n order by c.n, c.channel) as place
                    from counted c join survey_rounds o on o.id = $1
                )
                select j.tenant_id, $1, j.stratum,
                    case when j.small or (j.few < j.min_n and j.place = 1) then ''merged'' else j.channel end, sum(j.n)
                from judged j group by 1, 2, 3, 4', p_responses, p_paradata) using p_round;
        end $$""",
        "revoke execute on function count_fieldwork(uuid, regclass, regclass) from public",
    )


def existing() -> None:
    """Rounds that were not severed yet get their table; where they are apart already it stands alone, as the others do."""
    run(
        """do $$
        declare
            suffix text;
            tenant uuid;
            asked record;
        begin
            for tenant in select t.id from tenants t loop
                perform set_config('parindex.tenant', tenant::text, true);
                for asked in select r.id, coalesce(l.step = 'apart', false) as apart from survey_rounds r
                        left join survey_locks l on l.tenant_id = r.tenant_id and l.survey_round = r.id
                        where r.tenant_id = tenant and r.state in ('open', 'locking') loop
                    suffix := replace(asked.id::text, '-', '');
                    execute format('create table %I (like response_paradata including defaults including constraints)',
                        'response_paradata_' || suffix);
                    if asked.apart then
                        execute format('alter table %I add constraint %I primary key (survey_round, response_id)',
                            'response_paradata_' || suffix, 'pk_response_paradata_' || suffix);
                    else
                        execute format('alter table response_paradata attach partition %I for values in (%L)',
                            'response_paradata_' || suffix, asked.id);
                    end if;
                    perform isolate_partition('response_paradata_' || suffix);
                    execute format('alter table %I add constraint fk_response_paradata_response
                        foreign key (survey_round, response_id) references %I (survey_round, id)',
                        'response_paradata_' || suffix, 'responses_' || suffix);
                end loop;
            end loop;
            perform set_config('parindex.tenant', '', true);
        end $$"""
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
