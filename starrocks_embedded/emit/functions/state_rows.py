"""What an aggregate function answers for the rows of a state: they are a list by then, which no aggregate of DuckDB's
takes. It has at least one row; a row's fields are a0, a1, …"""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from starrocks_embedded.emit.functions import MACROS
from starrocks_embedded.emit.functions.aggregates import PLAIN
from starrocks_embedded.errors import unsupported
from starrocks_embedded.types import BIGINT, Type, decimal, duckdb_type

MACROS.append(
    r"""
values_of(l) AS list_transform(l, lambda r: r.a0)
keys_of(l) AS list_transform(l, lambda r: r.a1)
keyed(l) AS list_filter(l, lambda r: r.a1 IS NOT NULL)
of_key(l, k) AS list_transform([k], lambda k: list_filter(l, lambda r: r.a1 = k)[1].a0)[1]
comoment(l) AS list_transform([struct_pack(x := list_avg(fn.values_of(l)), y := list_avg(fn.keys_of(l)))], lambda m: list_sum(list_transform(l, lambda r: (r.a0 - m.x) * (r.a1 - m.y))))[1]
spreads(l) AS len(l) * list_stddev_pop(fn.values_of(l)) * list_stddev_pop(fn.keys_of(l))
correlated(l) AS CASE WHEN len(l) > 1 THEN CASE WHEN fn.spreads(l) = 0 THEN CAST('nan' AS DOUBLE) ELSE fn.comoment(l) / fn.spreads(l) END END
weighted(l) AS list_sort(list_transform(l, lambda r: struct_pack(v := CAST(r.a0 AS FLOAT), w := CAST(r.a1 AS FLOAT))))
"""
)

COUNTED = "len(list_distinct(fn.values_of(l)))"
READERS = {
    **dict.fromkeys(
        ("ndv", "approx_count_distinct", "ds_hll_count_distinct", "ds_theta_count_distinct", "multi_distinct_count"),
        COUNTED,
    ),
    "multi_distinct_sum": "list_sum(list_distinct(fn.values_of(l)))",
    "max_by": "fn.of_key(fn.keyed(l), list_max(fn.keys_of(fn.keyed(l))))",
    "min_by": "fn.of_key(fn.keyed(l), list_min(fn.keys_of(fn.keyed(l))))",
    "min_n": "list_sort(fn.values_of(l))[1:l[1].a1]",
    "max_n": "list_sort(fn.values_of(l))[-l[1].a1:]",
    "covar_pop": "fn.comoment(l) / len(l)",
    "covar_samp": "CASE WHEN len(l) > 1 THEN fn.comoment(l) / (len(l) - 1) END",
    "corr": "fn.correlated(l)",
}
PERCENTILES = {
    "percentile_cont": ("fn.percentile_cont(list_sort(fn.values_of(l)), {part})", "a1"),
    "percentile_disc": ("fn.percentile_disc(list_sort(fn.values_of(l)), {part})", "a1"),
    "percentile_approx": ("fn.digest_even(fn.digest(fn.values_of(l)), {part})", "a1"),
    "percentile_approx_weighted": ("fn.digest_uneven(fn.weighted(l), {part})", "a2"),
}


def answer(function: str, of: Type, result: Type, rows: str) -> str:
    """`of` is the type of the rows' first field."""
    return f"list_transform([{rows}], lambda l: CASE WHEN l IS NOT NULL THEN {_reader(function, of, result)} END)[1]"


def _reader(function: str, of: Type, result: Type) -> str:
    if function == "avg":
        return _mean(of, result)
    if function in PERCENTILES:
        return _percentile(function, result)
    if function in READERS:
        return f"CAST({READERS[function]} AS {duckdb_type(result)})"
    if function in PLAIN:
        return f"list_aggregate(fn.values_of(l), '{PLAIN[function]}')"
    raise unsupported(f"function {function}_merge()")


def _mean(of: Type, result: Type) -> str:
    from starrocks_embedded.emit.expression import decimal_quotient

    if result.is_wide:
        raise unsupported("avg_merge() of decimals with more than 38 digits")
    if not result.is_decimal:
        return "list_avg(fn.values_of(l))"
    return decimal_quotient("list_sum(fn.values_of(l))", decimal(38, of.scale), "len(l)", BIGINT, result)


def _percentile(function: str, result: Type) -> str:
    """The part is what was a constant when the state was made: the same in every row."""
    form, field = PERCENTILES[function]
    if function == "percentile_cont" and result.is_temporal:
        raise unsupported(f"{function}_merge() of {result}")
    if result.name == "array":
        return f"list_transform(l[1].{field}, lambda p: CAST({form.format(part='p')} AS DOUBLE))"
    return f"CAST({form.format(part=f'l[1].{field}')} AS {duckdb_type(result)})"
