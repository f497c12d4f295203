"""The queue of jobs, how far they are, what was scheduled, and the outbox of events."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    jobs()
    schedules()
    outbox()
    across_tenants()


def jobs() -> None:
    """A job is one row for ever: its fence counts how often it was given to a worker.

    How far it is lies in a table of its own, so that telling it never waits for the row of the job.
    """
    run(
        """create table jobs (
            tenant_id uuid not null,
            id uuid not null,
            kind text not null,
            payload jsonb not null,
            unique_key text,
            line text,
            priority smallint not null default 0,
            run_after timestamptz not null default clock_timestamp(),
            state text not null default 'waiting',
            attempts smallint not null default 0,
            most_attempts smallint not null,
            fence bigint not null default 0,
            worker text,
            lease_until timestamptz,
            cancel_asked boolean not null default false,
            asked_by text not null,
            asked_at timestamptz not null default clock_timestamp(),
            started_at timestamptz,
            ended_at timestamptz,
            outcome jsonb,
            error_code text,
            error_values jsonb,
            trace text,
            constraint pk_jobs primary key (tenant_id, id),
            constraint fk_jobs_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_jobs_state check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
            constraint ck_jobs_lease check ((state = 'running') = (lease_until is not null and worker is not null)),
            constraint ck_jobs_end check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
            constraint ck_jobs_error check ((state = 'failed') <= (error_code is not null)),
            constraint ck_jobs_attempts check (most_attempts >= 1 and attempts >= 0),
            constraint ck_jobs_payload check (length(payload::text) <= 2000)
        )""",
        """create unique index uq_jobs_unique_key on jobs (tenant_id, kind, unique_key)
            where state in ('waiting', 'running')""",
        "create unique index uq_jobs_line on jobs (tenant_id, line) where state = 'running'",
        """create index ix_jobs_live on jobs (priority desc, run_after, id) where state in ('waiting', 'running')""",
        "create index ix_jobs_ended on jobs (tenant_id, ended_at) where ended_at is not null",
        """create table job_progress (
            tenant_id uuid not null,
            job_id uuid not null,
            done integer not null,
            total integer not null,
            words text,
            at timestamptz not null default clock_timestamp(),
            constraint pk_job_progress primary key (tenant_id, job_id),
            constraint fk_job_progress_job foreign key (tenant_id, job_id) references jobs (tenant_id, id)
                on delete cascade,
            constraint ck_job_progress_total check (done between 0 and total)
        )""",
    )
    isolate("jobs")
    isolate("job_progress")


def schedules() -> None:
    run(
        """create table job_schedules (
            tenant_id uuid not null,
            schedule text not null,
            tick timestamptz not null,
            constraint pk_job_schedules primary key (tenant_id, schedule),
            constraint fk_job_schedules_tenant foreign key (tenant_id) references tenants (id)
        )"""
    )
    isolate("job_schedules", "select, insert, update")


def outbox() -> None:
    run(
        """create table outbox_events (
            tenant_id uuid not null,
            id uuid not null,
            kind text not null,
            aggregate text not null,
            payload jsonb not null,
            at timestamptz not null default clock_timestamp(),
            handed_at timestamptz,
            constraint pk_outbox_events primary key (tenant_id, id),
            constraint fk_outbox_events_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_outbox_events_payload check (length(payload::text) <= 2000)
        )""",
        "create index ix_outbox_events_open on outbox_events (tenant_id, id) where handed_at is null",
    )
    isolate("outbox_events")


def across_tenants() -> None:
    """What a worker may do beyond one tenant: be given the next job, and learn who has events.

    Everything else it does inside the tenant of its job. A job whose worker vanished for the last time fails here,
    for no worker will ever tell of it.
    """
    run(
        "create policy jobs_queue on jobs to parindex_migrator using (true) with check (true)",
        "create policy outbox_events_queue on outbox_events for select to parindex_migrator using (true)",
        """create function claim_job(p_kinds text[], p_worker text, p_lease interval, p_lost text)
        returns table (tenant_id uuid, id uuid, kind text, payload jsonb, fence bigint, attempts smallint, asked_by text)
        language plpgsql security definer set search_path = public, pg_temp as $$
        #variable_conflict use_column
        declare
            moment timestamptz := clock_timestamp();
        begin
            update jobs j set
                state = case when j.cancel_asked then 'cancelled' else 'failed' end,
                error_code = case when j.cancel_asked then null else p_lost end,
                ended_at = moment, worker = null, lease_until = null
            from (
                select l.tenant_id, l.id from jobs l
                where l.state = 'running' and l.lease_until < moment
                and (l.cancel_asked or l.attempts >= l.most_attempts)
                for update skip locked
            ) lost
            where j.tenant_id = lost.tenant_id and j.id = lost.id;

            return query
            update jobs j set
                state = 'running', attempts = j.attempts + 1, fence = j.fence + 1, worker = p_worker,
                lease_until = moment + p_lease, started_at = moment
            from (
                select c.tenant_id, c.id from jobs c
                where c.state in ('waiting', 'running') and c.kind = any(p_kinds)
                and case c.state when 'waiting' then c.run_after <= moment else c.lease_until < moment end
                and (c.line is null or not exists (
                    select from jobs b where b.tenant_id = c.tenant_id and b.line = c.line and b.id <> c.id
                    and (b.state = 'running' or (b.state = 'waiting' and b.id < c.id))
                ))
                order by c.priority desc, c.run_after, c.id
                limit 1
                for update skip locked
            ) chosen
            where j.tenant_id = chosen.tenant_id and j.id = chosen.id
            returning j.tenant_id, j.id, j.kind, j.payload, j.fence, j.attempts, j.asked_by;
        exception when unique_violation then
            return;
        end $$""",
        """create function tenants_with_events() returns setof uuid
        language sql stable security definer set search_path = public, pg_temp as $$
            select distinct tenant_id from outbox_events where handed_at is null
        $$""",
    )
    for signature in ("claim_job(text[], text, interval, text)", "tenants_with_events()"):
        run(
            f"revoke execute on function {signature} from public",
            f"grant execute on function {signature} to parindex_app",
        )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
