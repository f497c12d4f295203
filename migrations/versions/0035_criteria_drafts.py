"""A criteria set is drafted by one person, read and approved by another, and published under a decision.

What was uploaded is kept by its content, each version of a draft as it was; the state of a draft is that of its newest
step. Nobody approves a set of which a version is their own, and what was approved is what is published.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0035"
down_revision = "0034"
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


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    drafts()
    approval()
    rules()
    for table in WATCHED:
        run(f"select watch_table('{table}')")


WATCHED = (
    "criteria_files", "criteria_drafts", "criteria_revisions", "criteria_remarks", "criteria_readings",
    "criteria_draft_steps", "criteria_set_decisions",
)  # fmt: skip


def drafts() -> None:
    run(
        """create table criteria_files (
            tenant_id uuid not null,
            sha256 text not null,
            content bytea not null,
            kept_at timestamptz not null default clock_timestamp(),
            constraint pk_criteria_files primary key (tenant_id, sha256),
            constraint fk_criteria_files_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_criteria_files_content check (sha256 = encode(sha256(content), 'hex'))
        )""",
        f"""create table criteria_drafts (
            tenant_id uuid not null,
            id uuid not null,
            family text not null,
            version text not null,
            tier text not null,
            base_id uuid,
            published_id uuid,
            state text not null default 'drafting',
            created_by text not null,
            created_at timestamptz not null default clock_timestamp(),
            constraint pk_criteria_drafts primary key (tenant_id, id),
            constraint fk_criteria_drafts_tenant foreign key (tenant_id) references tenants (id),
            constraint fk_criteria_drafts_base foreign key (tenant_id, base_id) references criteria_sets (tenant_id, id),
            constraint fk_criteria_drafts_published foreign key (tenant_id, published_id)
                references criteria_sets (tenant_id, id),
            constraint ck_criteria_drafts_names check (
                length(family) between 1 and 100 and length(version) between 1 and 60 and length(tier) between 1 and 60),
            constraint ck_criteria_drafts_state check (state in ({STATES})),
            constraint ck_criteria_drafts_published check ((state = 'published') = (published_id is not null))
        )""",
        """create unique index uq_criteria_drafts_version on criteria_drafts (tenant_id, family, version)
            where state <> 'withdrawn'""",
        """create table criteria_revisions (
            tenant_id uuid not null,
            draft_id uuid not null,
            number integer not null,
            way text not null,
            file_name text not null,
            file_sha256 text,
            document text,
            digest text,
            outline text not null,
            problems text not null,
            cases text not null default '',
            case_count integer not null default 0,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_criteria_revisions primary key (tenant_id, draft_id, number),
            constraint fk_criteria_revisions_draft foreign key (tenant_id, draft_id)
                references criteria_drafts (tenant_id, id),
            constraint fk_criteria_revisions_file foreign key (tenant_id, file_sha256)
                references criteria_files (tenant_id, sha256),
            constraint ck_criteria_revisions_number check (number > 0),
            constraint ck_criteria_revisions_way check (way in ('file', 'clone', 'rule', 'cases', 'appraisers')),
            constraint ck_criteria_revisions_digest check ((document is null) = (digest is null)
                and digest ~ '^[0-9a-f]{64}$')
        )""",
    )
    isolate("criteria_files", "select, insert")
    freeze("criteria_files")
    isolate("criteria_drafts", "select, insert, update")
    isolate("criteria_revisions", "select, insert")
    freeze("criteria_revisions")


def approval() -> None:
    run(
        """create table criteria_remarks (
            tenant_id uuid not null,
            id uuid not null,
            draft_id uuid not null,
            revision integer not null,
            code text not null,
            kind text not null,
            said text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            answer text,
            answered_by text,
            answered_at timestamptz,
            constraint pk_criteria_remarks primary key (tenant_id, id),
            constraint fk_criteria_remarks_revision foreign key (tenant_id, draft_id, revision)
                references criteria_revisions (tenant_id, draft_id, number),
            constraint ck_criteria_remarks_kind check (kind in ('comment', 'dispute')),
            constraint ck_criteria_remarks_said check (said <> '' and length(said) <= 4000 and length(code) <= 60),
            constraint ck_criteria_remarks_answer check ((answer is null) = (answered_by is null)
                and (answer is null) = (answered_at is null) and answer <> '' and length(answer) <= 4000)
        )""",
        "create index ix_criteria_remarks_draft on criteria_remarks (tenant_id, draft_id, at)",
        """create table criteria_readings (
            tenant_id uuid not null,
            draft_id uuid not null,
            person_id uuid not null,
            code text not null,
            line_digest text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_criteria_readings primary key (tenant_id, draft_id, person_id, code),
            constraint fk_criteria_readings_draft foreign key (tenant_id, draft_id)
                references criteria_drafts (tenant_id, id),
            constraint fk_criteria_readings_person foreign key (tenant_id, person_id) references people (tenant_id, id),
            constraint ck_criteria_readings_digest check (line_digest ~ '^[0-9a-f]{64}$' and length(code) <= 60)
        )""",
        f"""create table criteria_draft_steps (
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
            constraint pk_criteria_draft_steps primary key (tenant_id, id),
            constraint fk_criteria_draft_steps_revision foreign key (tenant_id, draft_id, revision)
                references criteria_revisions (tenant_id, draft_id, number),
            constraint ck_criteria_draft_steps_states check (from_state in ({STATES}) and to_state in ({STATES})),
            constraint ck_criteria_draft_steps_reason check (
                (to_state not in ('returned', 'withdrawn') or reason is not null) and length(reason) between 1 and 2000),
            constraint ck_criteria_draft_steps_decision check ((to_state = 'published') = (decision_number is not null)
                and (decision_number is null) = (decided_on is null) and length(decision_number) between 1 and 200)
        )""",
        "create index ix_criteria_draft_steps_draft on criteria_draft_steps (tenant_id, draft_id, at)",
        """create table criteria_set_decisions (
            tenant_id uuid not null,
            criteria_set_id uuid not null,
            draft_id uuid not null,
            revision integer not null,
            decision_number text not null,
            decided_on date not null,
            approved_by text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_criteria_set_decisions primary key (tenant_id, criteria_set_id),
            constraint fk_criteria_set_decisions_set foreign key (tenant_id, criteria_set_id)
                references criteria_sets (tenant_id, id),
            constraint fk_criteria_set_decisions_revision foreign key (tenant_id, draft_id, revision)
                references criteria_revisions (tenant_id, draft_id, number),
            constraint ck_criteria_set_decisions_number check (length(decision_number) between 1 and 200)
        )""",
    )
    isolate("criteria_remarks", "select, insert, update")
    isolate("criteria_readings", "select, insert, update")
    isolate("criteria_draft_steps", "select, insert")
    freeze("criteria_draft_steps")
    isolate("criteria_set_decisions", "select, insert")
    freeze("criteria_set_decisions")


def rules() -> None:
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in STEPS)
    run(
        f"""create function check_criteria_step() returns trigger language plpgsql as $$
        begin
            if (new.from_state, new.to_state) not in ({pairs}) then
                raise exception 'a draft cannot go from % to %', new.from_state, new.to_state
                    using errcode = 'check_violation', constraint = 'ck_criteria_draft_steps_change';
            end if;
            if new.to_state = 'approved' and exists (
                    select from criteria_revisions r where r.tenant_id = new.tenant_id and r.draft_id = new.draft_id
                    and r.by_person = new.by_person) then
                raise exception 'nobody approves a set that they drafted'
                    using errcode = 'check_violation', constraint = 'ck_criteria_draft_steps_second_person';
            end if;
            if new.revision <> (select max(r.number) from criteria_revisions r
                    where r.tenant_id = new.tenant_id and r.draft_id = new.draft_id) then
                raise exception 'a step is taken with the newest version of a draft'
                    using errcode = 'check_violation', constraint = 'ck_criteria_draft_steps_newest';
            end if;
            return new;
        end $$""",
        """create trigger criteria_draft_steps_checked before insert on criteria_draft_steps
            for each row execute function check_criteria_step()""",
        """create function check_criteria_draft_change() returns trigger language plpgsql as $$
        begin
            if old.state || '>' || new.state is distinct from (
                    select s.from_state || '>' || s.to_state from criteria_draft_steps s
                    where s.tenant_id = new.tenant_id and s.draft_id = new.id order by s.at desc, s.id desc limit 1) then
                raise exception 'a draft goes from % to % by a step that says so', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_criteria_drafts_change';
            end if;
            return new;
        end $$""",
        """create trigger criteria_drafts_change before update of state on criteria_drafts
            for each row when (old.state is distinct from new.state) execute function check_criteria_draft_change()""",
        """create function check_criteria_revision() returns trigger language plpgsql as $$
        begin
            if not exists (select from criteria_drafts d where d.tenant_id = new.tenant_id and d.id = new.draft_id
                    and d.state in ('drafting', 'returned')) then
                raise exception 'a draft is changed while it is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_criteria_revisions_open';
            end if;
            return new;
        end $$""",
        """create trigger criteria_revisions_open before insert on criteria_revisions
            for each row execute function check_criteria_revision()""",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
