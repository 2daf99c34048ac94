"""Every search is explained as the web role, in an agent's scope, on a filled table: an index must serve all of it.

LIKE, full-text and expression indexes fall back to scans under row security; what is used here doesn't. Words of names
are read by the scope's own keys, so that nothing of other councils is.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db.models import QuerySet

from moothall.customers import queries as customers
from moothall.demo.seed import FIRST_UPRN
from moothall.demo.tests.test_load import SCOPE
from moothall.places.models import Property
from moothall.tenancy import scope
from moothall.tenancy.principals import Staff

READ = [["kowalska", "kowalski"], ["ana", "anna"]]
SEARCHES: dict[str, Callable[[], QuerySet[Any] | tuple[str, Any]]] = {
    "phone": lambda: customers.by_phone_query("+441632960123")[:13],
    "name": lambda: customers.named_sql(["kow"], None, 20),
    "two words": lambda: customers.named_sql(["kowal", "ana"], None, 20),
    "misspelt": lambda: customers.readings_sql(["kowalska"], [["kowalska", "kowalski", "kovalska"]], None, 20),
    "two misspelt": lambda: customers.readings_sql(["kowalska", "ana"], READ, None, 20),
    "postcode": lambda: customers.by_postcode_query("LE80ES")[:100],
    "properties": lambda: Property.objects.filter(postcode_key="LE80ES").order_by("street", "number")[:400],
    "uprn": lambda: Property.objects.filter(uprn=FIRST_UPRN).order_by("uprn")[:20],
}
SORTED_BY_INDEX = {"phone", "uprn"}
NAMES = {"name", "two words", "misspelt", "two misspelt"}
Explain = Callable[[str, Any], list[dict[str, Any]]]


@pytest.fixture
def explain(as_web: psycopg.Connection[Any]) -> Explain:
    as_web.execute(SCOPE, ["sam@charnwood.example"])

    def plan(sql: str, values: Any) -> list[dict[str, Any]]:
        found = as_web.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, values).fetchone()
        assert found is not None
        return list(nodes(found[0][0]["Plan"]))

    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


@pytest.mark.parametrize("name", SEARCHES)
def test_an_index_serves_the_search(name: str, explain: Explain) -> None:
    token = scope._current.set(Staff(1))  # only to let the queries be written; the connection has its own scope
    try:
        search = SEARCHES[name]()
        plan = explain(*(search if isinstance(search, tuple) else search.query.sql_with_params()))
    finally:
        scope._current.reset(token)
    reads = [node for node in plan if "Relation Name" in node]
    assert reads
    assert [node["Relation Name"] for node in reads if node["Node Type"] == "Seq Scan"] == []
    assert sum(node["Actual Rows"] for node in plan if node["Node Type"] == "Limit") > 0, "the search found nobody"
    if name in SORTED_BY_INDEX:
        assert [node for node in plan if node["Node Type"] == "Sort"] == []
    if name in NAMES:
        by_word = [node["Index Cond"] for node in plan if node.get("Index Name") == "customers_customertoken_sought"]
        assert by_word and all("scope_key = ANY" in condition for condition in by_word)
    looked_at = max(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in reads)
    assert looked_at < 400


def test_indexes_serve_what_a_misspelt_word_is_read_as(explain: Explain) -> None:
    plan = explain(customers.READINGS, customers.given_to_readings(["kovalska", "an"]))
    reads = [node for node in plan if node.get("Relation Name") == "customers_nameword"]
    assert {node["Node Type"] for node in reads} <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
    assert len(reads) == 3
    assert sum(node["Actual Rows"] for node in reads) > 0, "the search found nobody"
