"""Survey rounds, samples, invitations, responses and estimates.

What may tie an answer to a person lies in partitions of its own, one a round: the lock drops them, so that not
even a dead row is left behind. Their keys begin with what tells rows apart: within a partition the round is one
value, and a plan made while the partition was empty would otherwise scan it all through the wrong key.
"""

from parindex.store.tenancy_v1 import TENANT, freeze, isolate, run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTITIONED = (
    "invitations", "responses", "response_texts", "response_links", "response_drafts", "survey_round_secrets",
)  # fmt: skip


def upgrade() -> None:
    rounds()
    sample()
    responses()
    ties()
    estimates()
    contact()
    opening()
    locking()


def rounds() -> None:
    run(
        """create table survey_rounds (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            title_vi text not null,
            title_en text,
            instrument_code text not null,
            instrument_id uuid,
            form text,
            state text not null default 'open',
            min_n integer not null,
            opens_on date not null,
            closes_on date not null,
            information text not null default '1',
            contact text,
            marked text,
            constraint pk_survey_rounds primary key (tenant_id, id),
            constraint fk_survey_rounds_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_survey_rounds_instrument foreign key (tenant_id, instrument_id)
                references instruments (tenant_id, id),
            constraint ck_survey_rounds_state check (state in ('open', 'locked', 'imported')),
            constraint ck_survey_rounds_instrument check ((state = 'imported') = (instrument_id is null)),
            constraint ck_survey_rounds_form check ((form is null) = (instrument_id is null)),
            constraint ck_survey_rounds_min_n check (min_n >= 2),
            constraint ck_survey_rounds_days check (closes_on >= opens_on),
            constraint ck_survey_rounds_marked check (marked in ('illustrative', 'simulated', 'imported'))
        )""",
        "create index ix_survey_rounds_cycle on survey_rounds (tenant_id, cycle_id)",
        """create table survey_locks (
            tenant_id uuid not null,
            survey_round uuid not null,
            decision text not null,
            reason text not null,
            locked_by text not null,
            locked_at timestamptz not null default now(),
            responses bigint not null,
            links bigint not null,
            drafts bigint not null,
            constraint pk_survey_locks primary key (tenant_id, survey_round),
            constraint fk_survey_locks_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id)
        )""",
        """create table survey_round_secrets (
            tenant_id uuid not null,
            survey_round uuid not null,
            secret bytea not null,
            constraint pk_survey_round_secrets primary key (tenant_id, survey_round),
            constraint ck_survey_round_secrets_length check (length(secret) = 32)
        ) partition by list (survey_round)""",
    )
    isolate("survey_rounds", "select, insert")
    isolate("survey_locks", "select, insert")
    freeze("survey_locks")
    isolate("survey_round_secrets", "select, insert")


def sample() -> None:
    run(
        """create table sample_units (
            tenant_id uuid not null,
            survey_round uuid not null,
            id uuid not null,
            agency_id uuid not null,
            stratum text not null,
            psu text not null,
            psu_name text not null,
            ssu text not null,
            ssu_name text not null,
            psu_population integer not null,
            psu_drawn integer not null,
            psu_probability double precision not null,
            ssu_population integer not null,
            ssu_drawn integer not null,
            population integer not null,
            drawn integer not null,
            response_class text not null,
            invited integer,
            answered integer,
            constraint pk_sample_units primary key (tenant_id, id),
            constraint fk_sample_units_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id),
            constraint fk_sample_units_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id),
            constraint uq_sample_units_round unique (id, survey_round, tenant_id),
            constraint uq_sample_units_place unique (tenant_id, survey_round, stratum, psu, ssu),
            constraint ck_sample_units_probability check (psu_probability > 0 and psu_probability <= 1),
            constraint ck_sample_units_psu check (psu_drawn between 1 and psu_population),
            constraint ck_sample_units_ssu check (ssu_drawn between 1 and ssu_population),
            constraint ck_sample_units_drawn check (drawn between 1 and population)
        )""",
    )
    isolate("sample_units", "select, insert")
    run(
        """create table invitations (
            tenant_id uuid not null,
            survey_round uuid not null,
            id uuid not null,
            token_hash bytea not null,
            sample_unit uuid,
            used boolean not null default false,
            constraint pk_invitations primary key (id, survey_round, tenant_id),
            constraint fk_invitations_unit foreign key (tenant_id, survey_round, sample_unit)
                references sample_units (tenant_id, survey_round, id),
            constraint uq_invitations_token unique (token_hash, survey_round, tenant_id),
            constraint ck_invitations_token check (length(token_hash) = 32)
        ) partition by list (survey_round)""",
    )
    isolate("invitations", "select, insert")
    run("grant update (used) on invitations to parindex_app")


def responses() -> None:
    run(
        """create table responses (
            tenant_id uuid not null,
            survey_round uuid not null,
            id uuid not null,
            client_id uuid not null,
            content bytea,
            day date not null,
            channel text not null,
            sample_unit uuid not null,
            answers smallint[] not null,
            constraint pk_responses primary key (survey_round, id),
            constraint uq_responses_client unique (client_id, survey_round, tenant_id),
            constraint fk_responses_unit foreign key (tenant_id, survey_round, sample_unit)
                references sample_units (tenant_id, survey_round, id),
            constraint ck_responses_channel check (channel in ('web', 'kiosk', 'interview', 'phone', 'post', 'peer')),
            constraint ck_responses_answers check (array_ndims(answers) = 1)
        ) partition by list (survey_round)""",
        """create table response_texts (
            tenant_id uuid not null,
            survey_round uuid not null,
            response_id uuid not null,
            item text not null,
            words text not null,
            constraint pk_response_texts primary key (survey_round, response_id, item),
            constraint fk_response_texts_response foreign key (survey_round, response_id)
                references responses (survey_round, id),
            constraint ck_response_texts_words check (length(words) between 1 and 2000)
        ) partition by list (survey_round)""",
    )
    isolate("responses", "select, insert, delete")
    isolate("response_texts", "select, insert, delete")


def ties() -> None:
    """What joins an invitation and its response until the lock, and answers not yet sent."""
    run(
        """create table response_links (
            tenant_id uuid not null,
            survey_round uuid not null,
            response_id uuid not null,
            invitation_id uuid,
            receipt bytea not null,
            constraint pk_response_links primary key (survey_round, response_id),
            constraint uq_response_links_invitation unique (invitation_id, survey_round, tenant_id),
            constraint uq_response_links_receipt unique (receipt, survey_round, tenant_id),
            constraint fk_response_links_response foreign key (survey_round, response_id)
                references responses (survey_round, id),
            constraint fk_response_links_invitation foreign key (tenant_id, survey_round, invitation_id)
                references invitations (tenant_id, survey_round, id)
        ) partition by list (survey_round)""",
        """create table response_drafts (
            tenant_id uuid not null,
            survey_round uuid not null,
            invitation_id uuid not null,
            answers smallint[] not null,
            texts jsonb not null default '{}',
            constraint pk_response_drafts primary key (invitation_id, survey_round, tenant_id),
            constraint fk_response_drafts_invitation foreign key (tenant_id, survey_round, invitation_id)
                references invitations (tenant_id, survey_round, id)
        ) partition by list (survey_round)""",
    )
    isolate("response_links", "select, insert, delete")
    isolate("response_drafts")


def estimates() -> None:
    run(
        """create table estimate_runs (
            tenant_id uuid not null,
            id uuid not null,
            survey_round uuid not null,
            method jsonb not null,
            responses bigint not null,
            computed_at timestamptz not null default now(),
            computed_by text not null,
            constraint pk_estimate_runs primary key (tenant_id, id),
            constraint fk_estimate_runs_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id)
        )""",
        "create index ix_estimate_runs_round on estimate_runs (tenant_id, survey_round, computed_at)",
        """create table survey_estimates (
            tenant_id uuid not null,
            run_id uuid not null,
            agency_id uuid not null,
            measure text not null,
            value numeric(12, 10),
            se double precision,
            df integer,
            n integer,
            n_eff double precision,
            suppressed boolean not null,
            constraint pk_survey_estimates primary key (tenant_id, run_id, agency_id, measure),
            constraint fk_survey_estimates_run foreign key (tenant_id, run_id) references estimate_runs (tenant_id, id),
            constraint fk_survey_estimates_agency foreign key (tenant_id, agency_id)
                references agencies (tenant_id, id),
            constraint ck_survey_estimates_value check (value between 0 and 1),
            constraint ck_survey_estimates_suppressed check (not suppressed or (value is null and se is null))
        )""",
    )
    run(
        """create table estimate_covariances (
            tenant_id uuid not null,
            run_id uuid not null,
            number integer not null,
            cells jsonb not null,
            matrix double precision[] not null,
            constraint pk_estimate_covariances primary key (tenant_id, run_id, number),
            constraint fk_estimate_covariances_run foreign key (tenant_id, run_id)
                references estimate_runs (tenant_id, id),
            constraint ck_estimate_covariances_square
                check (cardinality(matrix) = jsonb_array_length(cells) * jsonb_array_length(cells))
        )""",
    )
    isolate("estimate_covariances", "select, insert")
    freeze("estimate_covariances")
    isolate("estimate_runs", "select, insert")
    isolate("survey_estimates", "select, insert")
    freeze("estimate_runs")
    freeze("survey_estimates")


def contact() -> None:
    """Names and addresses lie apart: the application's role cannot read them at all."""
    run(
        "create schema contact",
        """create table contact.people (
            tenant_id uuid not null,
            id uuid not null,
            survey_round uuid not null,
            invitation_id uuid,
            name text,
            phone text,
            email text,
            address text,
            constraint pk_contact_people primary key (tenant_id, id),
            constraint fk_contact_people_round foreign key (tenant_id, survey_round)
                references survey_rounds (tenant_id, id)
        )""",
        "alter table contact.people enable row level security",
        "alter table contact.people force row level security",
        f"create policy people_tenant on contact.people using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})",
        "grant usage on schema contact to parindex_contact",
        "grant select, insert, update, delete on contact.people to parindex_contact",
    )


def opening() -> None:
    """Partitions of a round; the application's role owns nothing, so it asks for them here."""
    names = ", ".join(f"'{name}'" for name in PARTITIONED)
    run(
        f"""create function open_survey_round(p_round uuid) returns void
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            parent text;
            child text;
        begin
            if not exists (select from survey_rounds where id = p_round and state = 'open') then
                raise exception 'no open survey round %', p_round using errcode = 'no_data_found';
            end if;
            foreach parent in array array[{names}] loop
                child := parent || '_' || replace(p_round::text, '-', '');
                execute format('create table %I (like %I including defaults including constraints)', child, parent);
                execute format('alter table %I attach partition %I for values in (%L)', parent, child, p_round);
                perform isolate_partition(child);
            end loop;
        end $$""",
        f"""create function isolate_partition(child text) returns void
        language plpgsql set search_path = public, pg_temp as $$
        begin
            execute format('alter table %I enable row level security', child);
            execute format('alter table %I force row level security', child);
            execute format('create policy %I on %I using (tenant_id = {TENANT.replace("'", "''")})', child, child);
        end $$""",
        "revoke execute on function isolate_partition(text) from public",
        "revoke execute on function open_survey_round(uuid) from public",
        "grant execute on function open_survey_round(uuid) to parindex_app",
    )


def locking() -> None:
    """The lock: links, drafts and secret go with their partitions; responses and invitations are written anew.

    New rows come in random order with new random ids in one transaction. Invitations are rewritten too, for
    their row versions would otherwise tell in which batch, hence on which day, each was used; they lose their
    sample unit, for a unit with one answer would name its respondent.
    """
    run(
        """create function lock_survey_round(p_round uuid, out responses bigint, out links bigint, out drafts bigint)
        language plpgsql security definer set search_path = public, pg_temp as $$
        declare
            suffix text := replace(p_round::text, '-', '');
            parent text;
        begin
            perform pg_advisory_xact_lock(hashtextextended(p_round::text, 0));
            perform from survey_rounds r where r.id = p_round and r.state = 'open' for update;
            if not found then
                raise exception 'no open survey round %', p_round using errcode = 'no_data_found';
            end if;
            select count(*) into links from response_links l where l.survey_round = p_round;
            select count(*) into drafts from response_drafts d where d.survey_round = p_round;

            update sample_units u set invited = coalesce(c.invited, 0), answered = coalesce(c.answered, 0)
            from sample_units o
            left join (
                select i.sample_unit, count(*) as invited from invitations i
                where i.survey_round = p_round group by i.sample_unit
            ) made on made.sample_unit = o.id
            left join (
                select r.sample_unit, count(*) as answered from responses r
                where r.survey_round = p_round group by r.sample_unit
            ) came on came.sample_unit = o.id
            cross join lateral (select made.invited, came.answered) c
            where o.tenant_id = u.tenant_id and o.id = u.id and u.survey_round = p_round;

            create temporary table lock_names on commit drop as
                select r.id as old, gen_random_uuid() as new from responses r where r.survey_round = p_round;
            create unique index on lock_names (old);
            analyze lock_names;

            foreach parent in array array['responses', 'response_texts', 'invitations'] loop
                execute format('create table %I (like %I including defaults including constraints)',
                    parent || '_new_' || suffix, parent);
            end loop;
            execute format('insert into %I (tenant_id, survey_round, id, client_id, content, day, channel,
                    sample_unit, answers)
                select r.tenant_id, r.survey_round, n.new, gen_random_uuid(), null, r.day, r.channel,
                    r.sample_unit, r.answers
                from responses r join lock_names n on n.old = r.id where r.survey_round = %L order by n.new',
                'responses_new_' || suffix, p_round);
            get diagnostics responses = row_count;
            execute format('insert into %I (tenant_id, survey_round, response_id, item, words)
                select t.tenant_id, t.survey_round, n.new, t.item, t.words
                from response_texts t join lock_names n on n.old = t.response_id
                where t.survey_round = %L order by n.new, t.item',
                'response_texts_new_' || suffix, p_round);
            execute format('insert into %I (tenant_id, survey_round, id, token_hash, sample_unit, used)
                select i.tenant_id, i.survey_round, i.id, i.token_hash, null, i.used
                from invitations i where i.survey_round = %L order by i.id',
                'invitations_new_' || suffix, p_round);
            drop table lock_names;
            update contact.people p set invitation_id = null where p.survey_round = p_round;

            foreach parent in array array['response_links', 'response_drafts', 'survey_round_secrets',
                    'response_texts', 'responses', 'invitations'] loop
                execute format('alter table %I detach partition %I', parent, parent || '_' || suffix);
                execute format('drop table %I', parent || '_' || suffix);
            end loop;
            foreach parent in array array['invitations', 'responses', 'response_texts'] loop
                execute format('alter table %I rename to %I', parent || '_new_' || suffix, parent || '_' || suffix);
                execute format('alter table %I attach partition %I for values in (%L)',
                    parent, parent || '_' || suffix, p_round);
                perform isolate_partition(parent || '_' || suffix);
                execute format('create trigger locked before insert or update or delete on %I
                    for each row execute function refuse_change()', parent || '_' || suffix);
                execute format('create trigger locked_whole before truncate on %I
                    for each statement execute function refuse_change()', parent || '_' || suffix);
                execute format('analyze %I', parent || '_' || suffix);
            end loop;
            update survey_rounds r set state = 'locked' where r.id = p_round;
        end $$""",
        "revoke execute on function lock_survey_round(uuid) from public",
        "grant execute on function lock_survey_round(uuid) to parindex_app",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
