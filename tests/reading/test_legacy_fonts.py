"""Vietnamese for old fonts in files that have no fonts."""

from __future__ import annotations

import pytest

from parindex.reading.csv_rows import BrokenTable
from parindex.reading.tables import read_table


def test_rows_of_a_csv_in_an_old_encoding_are_refused_with_row_and_column() -> None:
    with pytest.raises(BrokenTable) as error:
        read_table("code,name_vi\nA,ChØ ®¹o ®iÒu hµnh\nB,Chỉ đạo\n".encode(), needed=("code", "name_vi"))
    (fault,) = error.value.faults
    assert (fault.code, fault.row, fault.column, fault.values["found"]) == ("cell_old_font", 2, "name_vi", "TCVN3")
