"""What of a value goes over the wire."""

from __future__ import annotations

import pytest

from starrocks_embedded import types
from starrocks_embedded.result import Column
from starrocks_embedded.wire.resultset import binary_rows, text_rows


@pytest.mark.parametrize("kind", [types.BITMAP, types.HLL, types.PERCENTILE])
def test_bitmaps_and_their_like_are_shown_as_null(kind: types.Type) -> None:
    columns = [Column("id", types.INT), Column("users", kind)]
    assert text_rows(columns)([(7, [1, 2])]) == [b"\x017\xfb"]
    assert binary_rows(columns)([(7, [1, 2])]) == [b"\0\x08\x07\0\0\0"]
