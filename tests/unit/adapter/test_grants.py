"""Grants as projects write them, as the server lists them, and what has to change between the two."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

from dbt.adapters.starrocks.grants import Grant, Grantee, RunGrants, as_config, changes, listed_grants, wanted_grants
from dbt.adapters.starrocks.relation import StarRocksRelation


def relation(name="orders", kind="table"):
    return StarRocksRelation.create(database="default_catalog", schema="shop", identifier=name, type=kind)


class Server:
    """Answers the three questions and counts them."""

    def __init__(self, rows=(), grants_of=None, own="'dbt'@'%' builder", refuse=()):
        self.rows = [
            {"object_name": name, "grantee": grantee, "privilege_type": privileges, "is_grantable": "NO"}
            for name, grantee, privileges in rows
        ]
        self.grants_of = grants_of or {}
        self.own = own
        self.refuse = refuse
        self.asked = []
        self.warnings = []

    def ask(self, macro, arguments):
        self.asked.append(macro)
        if macro in self.refuse:
            raise DbtDatabaseError("Access denied; you need (at least one of) the SELECT privilege(s)")
        if macro == "starrocks__read_grants":
            return self.rows
        if macro == "starrocks__read_own_grantees":
            return [{"own": self.own}]
        return [{"grants": text} for text in self.grants_of.get(str(arguments["grantee"]), [])]

    def run(self):
        return RunGrants(self.ask, self.warnings.append)


def told(found):
    return [(change.verb, change.privileges, str(change.grantee)) for change in found]


@pytest.mark.parametrize(
    ("text", "sql", "written"),
    [
        ("ada", "user 'ada'@'%'", "ada"),
        ("user:ada", "user 'ada'@'%'", "ada"),
        ("ada@10.0.%", "user 'ada'@'10.0.%'", "ada@10.0.%"),
        ("'ada'@'10.0.%'", "user 'ada'@'10.0.%'", "ada@10.0.%"),
        ("'ada'@['example.com']", "user 'ada'@['example.com']", "ada@['example.com']"),
        ("role:analyst", "role 'analyst'", "role:analyst"),
        ("role: analyst", "role 'analyst'", "role:analyst"),
    ],
)
def test_grantees(text, sql, written):
    grantee = Grantee.parse(text)
    assert grantee.sql == sql
    assert str(grantee) == written
    assert Grantee.parse(str(grantee)) == grantee


@pytest.mark.parametrize("text", ["", "role:", "user:", "it's", "@host"])
def test_a_grantee_without_a_name_is_refused(text):
    with pytest.raises(DbtRuntimeError, match="names nobody"):
        Grantee.parse(text)


def test_all_means_the_privileges_of_the_kind():
    assert sorted(g.privilege for g in wanted_grants({"all": "ada"}, "view")) == ["alter", "drop", "select"]
    assert len(wanted_grants({"ALL privileges": ["ada"]}, "table")) == 7


def test_a_privilege_the_kind_does_not_have_is_refused():
    with pytest.raises(DbtRuntimeError, match="'insert' is no privilege on a view"):
        wanted_grants({"insert": ["ada"]}, "view")


def test_rows_of_the_server_read_like_a_config():
    held = listed_grants(
        [
            {"grantee": "user:'ada'@'%'", "privilege_type": "SELECT, DROP"},
            {"grantee": "role:analyst", "privilege_type": "SELECT"},
        ]
    )
    assert as_config(held) == {"drop": ["ada"], "select": ["role:analyst", "ada"]}


def test_one_statement_per_grantee():
    ada = Grantee("user", "ada")
    made = changes("grant", [Grant("select", ada), Grant("insert", ada), Grant("select", Grantee("role", "r"))])
    assert told(made) == [("grant", ("insert", "select"), "ada"), ("grant", ("select",), "role:r")]


class TestReconcile:
    def test_only_the_difference(self):
        server = Server(
            [("orders", "user:'ada'@'%'", "SELECT"), ("orders", "role:old", "SELECT, INSERT")],
            {"role:old": ["GRANT SELECT, INSERT ON TABLE shop.orders TO ROLE 'old'"]},
        )
        found = server.run().reconcile(relation(), {"select": ["ada", "role:new"]})
        assert told(found) == [("revoke", ("insert", "select"), "role:old"), ("grant", ("select",), "role:new")]

    def test_the_schema_is_read_once(self):
        server = Server([("orders", "user:'ada'@'%'", "SELECT"), ("items", "user:'ada'@'%'", "SELECT")])
        run = server.run()
        for name in ("orders", "items", "orders"):
            assert run.reconcile(relation(name), {"select": ["ada"]}) == []
        assert server.asked == ["starrocks__read_grants"]

    def test_what_was_granted_is_known_afterwards(self):
        run = Server().run()
        assert run.reconcile(relation(), {"select": ["ada"]}) != []
        assert run.reconcile(relation(), {"select": ["ada"]}) == []

    def test_a_new_relation_is_not_read(self):
        server = Server()
        assert told(server.run().reconcile(relation(), {"select": ["ada"]}, fresh=True)) == [
            ("grant", ("select",), "ada")
        ]
        assert server.asked == []

    def test_a_grant_on_all_tables_is_left_alone(self):
        server = Server(
            [("orders", "role:reader", "SELECT"), ("items", "role:reader", "SELECT")],
            {"role:reader": ["GRANT SELECT ON ALL TABLES IN DATABASE shop TO ROLE 'reader'"]},
        )
        run = server.run()
        assert run.reconcile(relation(), {"select": ["role:reader"]}) == []
        assert run.reconcile(relation("items"), {"alter": ["ada"]}) == changes(
            "grant", [Grant("alter", Grantee("user", "ada"))]
        )
        assert server.asked.count("starrocks__read_grantee") == 1

    def test_nothing_is_taken_from_the_one_who_runs_dbt(self):
        server = Server([("orders", "user:'dbt'@'%'", "INSERT"), ("orders", "role:builder", "ALTER, DROP")])
        assert told(server.run().reconcile(relation(), {"select": ["ada"]})) == [("grant", ("select",), "ada")]
        assert "starrocks__read_grantee" not in server.asked

    def test_where_show_grants_is_refused_a_row_counts_as_the_relations_own(self):
        server = Server([("orders", "role:old", "SELECT")], refuse=["starrocks__read_grantee"])
        assert told(server.run().reconcile(relation(), {"select": ["ada"]})) == [
            ("revoke", ("select",), "role:old"),
            ("grant", ("select",), "ada"),
        ]

    def test_a_refusal_says_what_to_grant(self):
        server = Server(refuse=["starrocks__read_grants"])
        with pytest.raises(DbtRuntimeError, match="GRANT SELECT ON ALL TABLES IN DATABASE sys TO ROLE"):
            server.run().reconcile(relation(), {"select": ["ada"]})


class TestSuccessor:
    helper = relation("orders__dbt_new_00000000")

    def test_without_a_config_it_gets_what_the_target_has(self):
        server = Server(
            [("orders", "user:'ada'@'%'", "SELECT"), ("orders", "role:builder", "INSERT")],
            {
                "ada": ["GRANT SELECT ON TABLE shop.orders TO USER 'ada'@'%'"],
                "role:builder": ["GRANT INSERT ON TABLE shop.orders TO ROLE 'builder'"],
            },
        )
        found = server.run().successor(self.helper, relation(), {})
        assert told(found) == [("grant", ("insert",), "role:builder"), ("grant", ("select",), "ada")]

    def test_with_a_config_it_gets_that_and_what_dbt_itself_holds(self):
        server = Server(
            [("orders", "user:'ada'@'%'", "SELECT"), ("orders", "role:builder", "INSERT")],
            {
                "ada": ["GRANT SELECT ON TABLE shop.orders TO USER 'ada'@'%'"],
                "role:builder": ["GRANT INSERT ON TABLE shop.orders TO ROLE 'builder'"],
            },
        )
        run = server.run()
        found = run.successor(self.helper, relation(), {"select": ["role:analyst"]})
        assert told(found) == [("grant", ("insert",), "role:builder"), ("grant", ("select",), "role:analyst")]
        assert run.reconcile(relation(), {"select": ["role:analyst"]}) == []

    def test_a_grant_on_all_tables_is_not_copied(self):
        server = Server(
            [("orders", "role:reader", "SELECT")],
            {"role:reader": ["GRANT SELECT ON ALL TABLES IN DATABASE shop TO ROLE 'reader'"]},
        )
        assert server.run().successor(self.helper, relation(), {}) == []

    def test_the_right_to_pass_it_on_goes_along(self):
        server = Server([("orders", "user:'ada'@'%'", "SELECT")], refuse=["starrocks__read_grantee"])
        server.rows[0]["is_grantable"] = "YES"
        (change,) = server.run().successor(self.helper, relation(), {})
        assert change.grantable

    def test_another_kind_gets_only_what_it_can_have(self):
        server = Server([("orders", "user:'ada'@'%'", "SELECT, INSERT")], refuse=["starrocks__read_grantee"])
        found = server.run().successor(relation(kind="view"), relation(), {})
        assert told(found) == [("grant", ("select",), "ada")]

    def test_a_refusal_without_a_config_is_a_warning_said_once(self):
        server = Server(refuse=["starrocks__read_grants"])
        run = server.run()
        assert run.successor(self.helper, relation(), {}) == []
        assert run.successor(self.helper, relation("items"), {}) == []
        assert len(server.warnings) == 1
        assert "are not carried over" in server.warnings[0]


def test_a_dropped_relation_has_no_grants():
    run = Server([("orders", "user:'ada'@'%'", "SELECT")]).run()
    assert run.reconcile(relation(), {"select": ["ada"]}) == []
    run.forget(relation())
    assert told(run.reconcile(relation(), {"select": ["ada"]})) == [("grant", ("select",), "ada")]
