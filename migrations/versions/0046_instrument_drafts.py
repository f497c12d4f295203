"""A questionnaire is drafted by one person, approved by another, and published under a decision, as criteria sets are.

Each version of a draft is kept as it was; the state of a draft is that of its newest step. Nobody approves a
questionnaire of which a version is their own, and what was approved is what is published.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

STATES = "'drafting', 'submitted', 'returned', 'approved', 'published', 'withdrawn'"

STEPS = (
    ("drafting", "submitted"),
    ("returned", "submitted"),
    ("submitted", "approved"),
    ("submitted", "returned"),
    ("approved", "returned"),
    ("approved", "published"),
    ("drafting", "withdrawn"),
    ("returned", "withdrawn"),
)
"""What a draft may become from what it is."""

WATCHED = ("instrument_drafts", "instrument_revisions", "instrument_draft_steps", "instrument_decisions")


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    drafts()
    steps()
    rules()
    for table in WATCHED:
        run(f"select watch_table('{table}')")


def drafts() -> None:
    run(
        f"""create table instrument_drafts (
            tenant_id uuid not null,
            id uuid not null,
            family text not null,
            version text not null,
            base_id uuid,
            published_id uuid,
            state text not null default 'drafting',
            created_by text not null,
            created_at timestamptz not null default clock_timestamp(),
            constraint pk_instrument_drafts primary key (tenant_id, id),
            constraint fk_instrument_drafts_tenant foreign key (tenant_id) references tenants (id),
            constraint fk_instrument_drafts_base foreign key (tenant_id, base_id) references instruments (tenant_id, id),
            constraint fk_instrument_drafts_published foreign key (tenant_id, published_id)
                references instruments (tenant_id, id),
            constraint ck_instrument_drafts_names check (
                length(family) between 1 and 100 and length(version) between 1 and 60),
            constraint ck_instrument_drafts_state check (state in ({STATES})),
            constraint ck_instrument_drafts_published check ((state = 'published') = (published_id is not null))
        )""",
        """create unique index uq_instrument_drafts_version on instrument_drafts (tenant_id, family, version)
            where state <> 'withdrawn'""",
        """create table instrument_revisions (
            tenant_id uuid not null,
            draft_id uuid not null,
            number integer not null,
            file_name text not null,
            source text not null,
            document text,
            digest text,
            outline text not null,
            problems text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_instrument_revisions primary key (tenant_id, draft_id, number),
            constraint fk_instrument_revisions_draft foreign key (tenant_id, draft_id)
                references instrument_drafts (tenant_id, id),
            constraint ck_instrument_revisions_number check (number > 0),
            constraint ck_instrument_revisions_digest check ((document is null) = (digest is null)
                and digest ~ '^[0-9a-f]{64}$')
        )""",
    )
    isolate("instrument_drafts", "select, insert, update")
    isolate("instrument_revisions", "select, insert")
    freeze("instrument_revisions")


def steps() -> None:
    run(
        f"""create table instrument_draft_steps (
            tenant_id uuid not null,
            id uuid not null,
            draft_id uuid not null,
            revision integer not null,
            from_state text not null,
            to_state text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            reason text,
            decision_number text,
            decided_on date,
            constraint pk_instrument_draft_steps primary key (tenant_id, id),
            constraint fk_instrument_draft_steps_revision foreign key (tenant_id, draft_id, revision)
                references instrument_revisions (tenant_id, draft_id, number),
            constraint ck_instrument_draft_steps_states check (from_state in ({STATES}) and to_state in ({STATES})),
            constraint ck_instrument_draft_steps_reason check (
                (to_state not in ('returned', 'withdrawn') or reason is not null) and length(reason) between 1 and 2000),
            constraint ck_instrument_draft_steps_decision check ((to_state = 'published') = (decision_number is not null)
                and (decision_number is null) = (decided_on is null) and length(decision_number) between 1 and 200)
        )""",
        "create index ix_instrument_draft_steps_draft on instrument_draft_steps (tenant_id, draft_id, at)",
        """create table instrument_decisions (
            tenant_id uuid not null,
            instrument_id uuid not null,
            draft_id uuid not null,
            revision integer not null,
            decision_number text not null,
            decided_on date not null,
            approved_by text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_instrument_decisions primary key (tenant_id, instrument_id),
            constraint fk_instrument_decisions_instrument foreign key (tenant_id, instrument_id)
                references instruments (tenant_id, id),
            constraint fk_instrument_decisions_revision foreign key (tenant_id, draft_id, revision)
                references instrument_revisions (tenant_id, draft_id, number),
            constraint ck_instrument_decisions_number check (length(decision_number) between 1 and 200)
        )""",
    )
    isolate("instrument_draft_steps", "select, insert")
    freeze("instrument_draft_steps")
    isolate("instrument_decisions", "select, insert")
    freeze("instrument_decisions")


def rules() -> None:
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in STEPS)
    run(
        f"""create function check_instrument_step() returns trigger language plpgsql as $$
        begin
            if (new.from_state, new.to_state) not in ({pairs}) then
                raise exception 'a draft cannot go from % to %', new.from_state, new.to_state
                    using errcode = 'check_violation', constraint = 'ck_instrument_draft_steps_change';
            end if;
            if new.to_state = 'approved' and exists (
                    select from instrument_revisions r where r.tenant_id = new.tenant_id and r.draft_id = new.draft_id
                    and r.by_person = new.by_person) then
                raise exception 'nobody approves a questionnaire that they drafted'
                    using errcode = 'check_violation', constraint = 'ck_instrument_draft_steps_second_person';
            end if;
            if new.revision <> (select max(r.number) from instrument_revisions r
                    where r.tenant_id = new.tenant_id and r.draft_id = new.draft_id) then
                raise exception 'a step is taken with the newest version of a draft'
                    using errcode = 'check_violation', constraint = 'ck_instrument_draft_steps_newest';
            end if;
            return new;
        end $$""",
        """create trigger instrument_draft_steps_checked before insert on instrument_draft_steps
            for each row execute function check_instrument_step()""",
        """create function check_instrument_draft_change() returns trigger language plpgsql as $$
        begin
            if old.state || '>' || new.state is distinct from (
                    select s.from_state || '>' || s.to_state from instrument_draft_steps s
                    where s.tenant_id = new.tenant_id and s.draft_id = new.id order by s.at desc, s.id desc limit 1) then
                raise exception 'a draft goes from % to % by a step that says so', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_instrument_drafts_change';
            end if;
            return new;
        end $$""",
        """create trigger instrument_drafts_change before update of state on instrument_drafts
            for each row when (old.state is distinct from new.state) execute function check_instrument_draft_change()""",
        """create function check_instrument_revision() returns trigger language plpgsql as $$
        begin
            if not exists (select from instrument_drafts d where d.tenant_id = new.tenant_id and d.id = new.draft_id
                    and d.state in ('drafting', 'returned')) then
                raise exception 'a draft is changed while it is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_instrument_revisions_open';
            end if;
            return new;
        end $$""",
        """create trigger instrument_revisions_open before insert on instrument_revisions
            for each row execute function check_instrument_revision()""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
