"""The audit record cannot be changed unseen."""

import asyncio
import errno
import os

import asyncpg
import pytest

from parindex import audit
from parindex.audit import heads, queries
from parindex.audit import sealer as sealing
from parindex.audit.model import Head, merkle_root


async def write(db, tenant, *subjects):
    async with db.transaction(tenant) as connection:
        for subject in subjects:
            await audit.record(
                connection, actor="system", tag="tenant:tenant:add", subject=subject, after={"n": subject}
            )


async def test_committed_rows_are_chained_and_the_chain_holds(db, sealer, tenant, tmp_path):
    await write(db, tenant, "a", "b")
    head = await sealing.seal(sealer)
    sealing.remember(tmp_path / "head", head)
    await write(db, tenant, "c")
    await sealing.seal(sealer)
    await write(db, tenant, "d")
    report = await sealing.verify(sealer)
    assert (report.blocks, report.unsealed, report.breaks) == (2, 1, ())
    assert await sealing.seal(sealer) is not None
    assert await sealing.seal(sealer) is None


async def test_a_row_that_commits_late_is_sealed_later(db, sealer, tenant):
    await sealing.seal(sealer)
    async with db.transaction(tenant) as slow:
        await audit.record(slow, actor="system", tag="tenant:tenant:add", subject="slow")
        await write(db, tenant, "fast")
        await sealing.seal(sealer)
        assert (await sealing.verify(sealer)).unsealed == 0
    await write(db, tenant, "faster")
    await sealing.seal(sealer)
    report = await sealing.verify(sealer)
    assert (report.unsealed, report.breaks) == (0, ())


@pytest.mark.parametrize(
    ("attack", "why"),
    [
        ("update audit_rows set after = '{\"n\": \"forged\"}' where subject = 'b'", "changed_row"),
        ("update audit_rows set at = at + interval '1 microsecond' where subject = 'b'", "changed_row"),
        ("delete from audit_rows where subject = 'b'", "missing_row"),
        ("update audit_blocks set row_ids = row_ids || gen_random_uuid() where number = 1", "hash"),
        ("delete from audit_blocks where number = 1", "missing_block"),
    ],
)
async def test_tampering_with_a_sealed_row_is_named_by_block(db, sealer, owner, tenant, attack, why):
    await write(db, tenant, "a", "b")
    await sealing.seal(sealer)
    await write(db, tenant, "c")
    await sealing.seal(sealer)
    await owner.execute("set session_replication_role = replica")
    await owner.execute(attack)
    report = await sealing.verify(sealer)
    assert why in {broken.why for broken in report.breaks}


async def test_a_chain_cut_at_its_end_is_noticed_by_the_file_outside(db, sealer, owner, tenant, tmp_path):
    await write(db, tenant, "a")
    sealing.remember(tmp_path / "head", await sealing.seal(sealer))
    await owner.execute("set session_replication_role = replica")
    await owner.execute("delete from audit_blocks")
    report = await sealing.verify(sealer)
    assert report.breaks == ()
    assert (await sealing.compare_heads(sealer, tmp_path / "head", report)).faults == ("ahead",)


async def test_the_application_can_neither_change_nor_seal_rows(db, tenant):
    await write(db, tenant, "a")
    for statement in ("update audit_rows set actor = 'x'", "delete from audit_rows", "delete from audit_blocks"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(tenant) as connection:
                await connection.execute(statement)


async def test_even_the_owner_cannot_change_a_row_without_taking_the_trigger_away(db, owner, tenant):
    await write(db, tenant, "a")
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update audit_rows set actor = 'x'")


async def test_a_change_that_fails_leaves_no_audit_row(db, sealer, tenant):
    await sealing.seal(sealer)
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(tenant) as connection:
            await audit.record(connection, actor="system", tag="tenant:tenant:add", subject="x")
            raise ZeroDivisionError
    assert await sealing.seal(sealer) is None


async def test_the_sealer_seals_within_a_second_and_writes_the_head_outside(db, sealer, tenant, tmp_path):
    task = asyncio.create_task(sealing.run(sealer, tmp_path / "head"))
    await write(db, tenant, "a")
    async with asyncio.timeout(60):
        while (head := heads.read(tmp_path / "head").newest) is None:
            await asyncio.sleep(0.05)
    task.cancel()
    assert head.number >= 1


def test_a_head_cut_short_by_a_crash_is_passed_over(tmp_path):
    (tmp_path / "head").write_bytes(b'{"number":1,"hash":"aa"}\n{"number":2,"ha')
    assert heads.read(tmp_path / "head").newest.number == 1


def test_what_a_full_disk_tore_is_cut_off_before_the_next_head_is_written(tmp_path):
    torn = b'{"number":1,"hash":"aa"}\n{"number":2,"ha'
    (tmp_path / "head").write_bytes(torn)
    heads.remember(tmp_path / "head", Head(number=3, hash="cc"))
    lines = heads.read(tmp_path / "head")
    assert ([head.number for head in lines.heads], lines.torn) == ([1, 3], 0)


def test_a_head_that_a_full_disk_refuses_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    heads.remember(tmp_path / "head", Head(number=1, hash="aa"))
    before = (tmp_path / "head").read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        heads.remember(tmp_path / "head", Head(number=2, hash="bb"))
    assert (tmp_path / "head").read_bytes() == before


async def test_heads_that_could_not_be_written_are_written_when_the_sealer_goes_on(
    db, sealer, tenant, tmp_path, monkeypatch
):
    file, sealing_here, kept = tmp_path / "head", sealing.Sealing(), heads.remember
    full = asyncio.Event()

    def remember(head_file, *given):
        if full.is_set():
            with head_file.open("ab") as torn:
                torn.write(b'{"number":')
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        kept(head_file, *given)

    monkeypatch.setattr(sealing, "remember", remember)
    task = asyncio.create_task(sealing.run(sealer, file, sealing_here))
    async with asyncio.timeout(60):
        await write(db, tenant, "a")
        while heads.read(file).newest is None:
            await asyncio.sleep(0.05)
        full.set()
        await write(db, tenant, "b")
        while not sealing_here.waits:
            await asyncio.sleep(0.05)
        full.clear()
        while sealing_here.waits:
            await asyncio.sleep(0.05)
    task.cancel()
    report = await sealing.verify(sealer)
    assert (await sealing.compare_heads(sealer, file, report)).faults == ()
    assert [head.number for head in heads.read(file).heads] == list(range(1, report.blocks + 1))


async def test_a_head_file_that_was_lost_is_not_made_anew_unseen(db, sealer, tenant, tmp_path):
    await write(db, tenant, "a")
    await sealing.seal(sealer)
    task = asyncio.create_task(sealing.run(sealer, tmp_path / "head"))
    async with asyncio.timeout(60):
        await write(db, tenant, "b")
        while heads.read(tmp_path / "head").newest is None:
            await asyncio.sleep(0.05)
    task.cancel()
    report = await sealing.verify(sealer)
    assert (await sealing.compare_heads(sealer, tmp_path / "head", report)).faults == ("begins_late",)


async def test_the_chain_is_read_in_one_pass_however_many_blocks_there_are(db, sealer, tenant):
    for subject in "abc":
        await write(db, tenant, subject)
        await sealing.seal(sealer)
    asked = []
    async with sealer.transaction(None, snapshot=True) as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))
        assert len([block async for block, _ in queries.sealed(connection)]) == 3
    assert len([query for query in asked if "audit_rows" in query]) <= 1


def test_the_root_depends_on_every_leaf_and_on_their_order():
    leaves = [bytes([i]) * 32 for i in range(5)]
    roots = {merkle_root(leaves), merkle_root(leaves[::-1]), merkle_root(leaves[:4])}
    assert len(roots) == 3
