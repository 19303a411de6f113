"""What the generator of the documentation reads out of the code and the tests."""

from __future__ import annotations

from tests.tools import reference


def test_generated_parts_are_replaced_and_nothing_else():
    page = "before\n<!-- generated: features -->\nold\n<!-- end -->\nafter\n"
    found = reference.rendered(page)
    assert found == f"before\n<!-- generated: features -->\n{reference.features()}<!-- end -->\nafter\n"
    assert reference.rendered(found) == found


def test_bars_in_cells_are_escaped():
    assert reference.table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |\n"


def test_reasons_of_strict_marks():
    source = "@pytest.mark.notimpl(reason='no FILES() yet')\ndef test(): ...\n"
    assert reference._reasons(source) == ["no FILES() yet"]
    assert reference._reasons("def test(): ...") == []


def test_every_version_of_the_table_is_one_that_the_engine_can_be():
    from starrocks_embedded.version import Version

    assert [str(Version.parse(str(version))) for version in reference.VERSIONS] == [str(v) for v in reference.VERSIONS]
    assert reference.VERSIONS[0] == reference.FLOOR
