"""What seeds send, and what the server shows of them."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, write_file

VALUES = r"""id,name,amount,day,seen,ok,big,huge
1,it's,1.50,2024-01-31,2024-01-31 10:20:30,true,12345678901,123456789012345678901
2,back\slash,-0.25,2024-02-01,2024-02-01 00:00:00,false,-1,
3,,,,,,,
"""


class TestSeeds:
    @pytest.fixture(scope="class")
    def seeds(self):
        return {"values.csv": VALUES}

    def types(self, project) -> dict[str, str]:
        rows = project.run_sql(f"desc {project.test_schema}.`values`", fetch="all")
        return {str(row[0]): str(row[1]) for row in rows}

    def test_types_and_values(self, project):
        run_dbt(["seed"])
        assert self.types(project) == {
            "id": "int",
            "name": "varchar(65533)",
            "amount": "double",
            "day": "date",
            "seen": "datetime",
            "ok": "boolean",
            "big": "bigint",
            "huge": "largeint",
        }
        rows = project.run_sql(f"select * from {project.test_schema}.`values` order by id", fetch="all")
        first = [str(value) for value in rows[0]]
        assert first == [
            "1", "it's", "1.5", "2024-01-31", "2024-01-31 10:20:30", "1", "12345678901", "123456789012345678901",
        ]  # fmt: skip
        assert rows[1][1] == "back\\slash"
        assert list(rows[2][1:]) == [None] * 7

    def test_the_second_load_is_one_statement(self, project, statements):
        run_dbt(["seed"])
        with statements.during() as sent:
            run_dbt(["seed"])
        writes = [text for text in sent.texts if "insert" in text.lower() or "create" in text.lower()]
        assert len(writes) == 1
        assert "overwrite" in writes[0]

    def test_a_new_column_comes_with_a_plain_seed(self, project):
        run_dbt(["seed"])
        write_file("id,name,colour\n1,a,red\n", "seeds", "values.csv")
        run_dbt(["seed"])
        assert list(self.types(project)) == ["id", "name", "colour"]
        write_file(VALUES, "seeds", "values.csv")


class TestBigSeed:
    @pytest.fixture(scope="class")
    def seeds(self):
        return {"numbers.csv": "n\n" + "\n".join(map(str, range(30000))) + "\n"}

    def test_thirty_thousand_rows(self, project, statements, server_version):
        for _ in range(2):
            with statements.during() as sent:
                run_dbt(["seed"])
            count, distinct = project.run_sql(
                f"select count(*), count(distinct n) from {project.test_schema}.numbers", fetch="one"
            )
            assert (count, distinct) == (30000, 30000)
        writes = sent.containing("insert")
        assert len(writes) == (1 if server_version.at_least("3.5") else 4)
