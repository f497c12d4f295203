"""``parindex demo``: sample data never comes into a real installation."""

from __future__ import annotations

import pytest

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
