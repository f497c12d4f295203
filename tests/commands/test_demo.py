"""``parindex demo``: sample data never comes into a real installation."""

from __future__ import annotations

import pytest

from parindex.access.model import ROLES, SYSTEM
from parindex.practice import accounts
from parindex.text import translator
from tests.installations import parindex


@pytest.mark.parametrize(("lang", "told"), [("vi", "bản chạy thử chỉ dùng cơ sở dữ liệu đi kèm"), ("en", "embedded")])
def test_a_demo_beside_a_real_database_is_refused(tmp_path, lang: str, told: str) -> None:
    url = "postgresql://parindex_app@db.example/parindex"
    done = parindex(
        "--lang", lang, "demo", folder=tmp_path,
        DATABASE_URL=url, DATABASE_MIGRATOR_URL=url, DATABASE_SEALER_URL=url,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("DATABASE_URL: ")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_account_of_the_demonstration_is_printed_an_interviewer_among_them() -> None:
    told = accounts.told("http://127.0.0.1:8000", translator("vi")).splitlines()
    assert accounts.PASSWORD in told[0]
    assert [line.split()[0] for line in told[1:]] == [account.login for account in accounts.ACCOUNTS]
    assert {account.role for account in accounts.ACCOUNTS} == set(ROLES) - {SYSTEM}
    assert any(line.split(maxsplit=1)[1].startswith("Điều tra viên") for line in told[1:])
