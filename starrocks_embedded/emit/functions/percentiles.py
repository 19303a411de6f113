"""Percentiles: exact ones, and those of a digest, which keeps each value apart until there are thousands."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.analysis.trees import is_constant
from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.aggregates import gathered, tail
from starrocks_embedded.emit.functions.constants import is_null, literal_text, uncast
from starrocks_embedded.errors import failure, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import DOUBLE

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

# Lists are sorted and without NULL. A digest computes in FLOAT: between the middles of two neighbours, each a step wide
# or as wide as its weight, it draws a line. Running sums double their reach in each step: as many steps as a length has
# binary digits.
MACROS.append(
    r"""
percentile_rate(p) AS CASE WHEN p BETWEEN 0 AND 1 THEN p ELSE error('raised: Percentile rate must be between 0 and 1') END
percentile_cont(l, p) AS CASE WHEN len(l) > 0 THEN list_transform([fn.percentile_place(l, p)], lambda u: l[u.i] + u.part * (coalesce(l[u.i + 1], l[u.i]) - l[u.i]))[1] END
percentile_disc(l, p) AS CASE WHEN len(l) > 0 THEN l[CAST(ceil((len(l) - 1) * p) AS BIGINT) + 1] END
percentile_disc_lc(l, p) AS CASE WHEN len(l) > 0 THEN l[least(CAST(floor(len(l) * p) AS BIGINT) + 1, len(l))] END
percentile_place(l, p) AS list_transform([(len(l) - 1) * p], lambda u: struct_pack(i := CAST(floor(u) AS BIGINT) + 1, part := u - floor(u)))[1]
percentile_days(l, p) AS CASE WHEN len(l) > 0 THEN list_transform([fn.percentile_place(l, p)], lambda u: l[u.i] + CAST(trunc(u.part * (coalesce(l[u.i + 1], l[u.i]) - l[u.i])) AS INTEGER))[1] END
percentile_seconds(l, p) AS make_timestamp(1000000 * fn.percentile_days(l, p))
digest_between(a, wa, b, wb) AS greatest(least(a, b), least(greatest(a, b), CASE WHEN a <= b THEN (a * wa + b * wb) / (wa + wb) ELSE (b * wb + a * wa) / (wb + wa) END))
digest_at(l, m, i, x) AS CASE WHEN i = 1 THEN l[1] WHEN i IS NULL THEN l[-1] ELSE fn.digest_between(l[i - 1], m[i] - x, l[i], x - m[i - 1]) END
running_sums(w) AS list_reduce(list_transform(list_filter(list_transform(range(40), lambda k: CAST(1 AS BIGINT) << k), lambda step: step < len(w)), lambda step: struct_pack(step := step, sums := [0.0::DOUBLE])), lambda before, next: struct_pack(step := next.step, sums := list_transform(before.sums, lambda e, i: e + CASE WHEN i > next.step THEN before.sums[i - next.step] ELSE 0 END)), struct_pack(step := CAST(0 AS BIGINT), sums := CAST(w AS DOUBLE[]))).sums
digest_middles(w) AS list_transform([fn.running_sums(w)], lambda sums: list_transform(w, lambda e, i: CAST(sums[i] - e / 2 AS FLOAT)))[1]
digest_of(l, m, total, p) AS list_transform([CAST(p AS FLOAT) * total], lambda x: fn.digest_at(l, m, list_position(list_transform(m, lambda c: c >= x), true), x))[1]
digest_even(l, p) AS CASE WHEN len(l) > 0 THEN list_transform([CAST(p AS FLOAT) * CAST(len(l) AS FLOAT)], lambda x: list_transform([CAST(ceil(x - 0.5) AS BIGINT)], lambda k: CASE WHEN k < 1 THEN l[1] WHEN k >= len(l) THEN l[-1] ELSE fn.digest_between(l[k], CAST(k + 0.5 AS FLOAT) - x, l[k + 1], x - CAST(k - 0.5 AS FLOAT)) END)[1])[1] END
digest_uneven(d, p) AS CASE WHEN len(d) > 0 THEN fn.digest_of(list_transform(d, lambda e: e.v), fn.digest_middles(list_transform(d, lambda e: e.w)), CAST(list_sum(list_transform(d, lambda e: e.w)) AS FLOAT), p) END
digest(l) AS list_sort(list_transform(list_filter(l, lambda e: e IS NOT NULL), lambda e: CAST(e AS FLOAT)))
percentile_of(l, p) AS CASE WHEN p BETWEEN 0 AND 1 THEN CAST(fn.digest_even(fn.digest(l), p) AS DOUBLE) END
"""
)

templates({"percentile_approx_raw": "fn.percentile_of({0}, {1})"})

BY_TYPE = {
    "double": ("percentile_cont", "{0}"),
    "date": ("percentile_days", "{0}"),
    "datetime": ("percentile_seconds", "CAST(floor(epoch({0})) AS BIGINT)"),
}


@rewrite("percentile_cont")
def percentile_cont(emitter: Emitter, call: ast.Call) -> str:
    """Numbers between two neighbours; days and seconds are cut to whole ones."""
    value, rate = emitter.sql(call.args[0]), _rate(emitter, call)
    name, form = BY_TYPE[call.type.name]
    if call.type.name == "double" and literal_text(call.args[1]) is not None:
        return f"quantile_cont({value}, {rate}){tail(emitter, call)}"
    return _of_sorted(emitter, call, form.format(value), f"fn.{name}(l, {rate})")


@rewrite("percentile_disc", "percentile_disc_lc")
def percentile_disc(emitter: Emitter, call: ast.Call) -> str:
    found = _of_sorted(emitter, call, emitter.sql(call.args[0]), f"fn.{call.name}(l, {_rate(emitter, call)})")
    cut = call.type.name == "datetime" and call.name == "percentile_disc"  # it goes through whole seconds
    return f"date_trunc('second', {found})" if cut else found


def _of_sorted(emitter: Emitter, call: ast.Call, value: str, found: str) -> str:
    return (
        f"list_transform([list_sort({gathered(emitter, call, value, f'{value} IS NOT NULL')})], lambda l: {found})[1]"
    )


def _rate(emitter: Emitter, call: ast.Call) -> str:
    """The second argument, a constant. The front end has looked at it where it is written as a number."""
    if is_null(call.args[1]):
        raise unsupported(f"{call.name}() of NULL")
    rate = emitter.cast(call.args[1], DOUBLE)
    return rate if literal_text(call.args[1]) is not None else f"fn.percentile_rate({rate})"


@rewrite("percentile_approx")
def percentile_approx(emitter: Emitter, call: ast.Call) -> str:
    """Of a list of parts, a list."""
    listed = gathered(emitter, call, emitter.sql(call.args[0]))
    return _estimated(emitter, call, call.args[1], f"fn.digest({listed})", "digest_even")


@rewrite("percentile_approx_weighted")
def percentile_approx_weighted(emitter: Emitter, call: ast.Call) -> str:
    """Each value counts as often as its weight says; without a weight it does not."""
    value, weight = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    pair = f"struct_pack(v := CAST({value} AS FLOAT), w := CAST({weight} AS FLOAT))"
    listed = gathered(emitter, call, pair, f"{value} IS NOT NULL AND {weight} IS NOT NULL")
    return _estimated(emitter, call, call.args[2], f"list_sort({listed})", "digest_uneven")


def _estimated(emitter: Emitter, call: ast.Call, part: ast.Expr, digest: str, macro: str) -> str:
    inner = uncast(part)
    parts = inner.items if isinstance(inner, ast.ArrayLiteral) else [part]
    for place, item in enumerate(parts):
        which = "parameter" if parts == [part] else f"array element[{place}]"
        _check_part(call, item, which)
    found = [f"CAST(fn.{macro}(d, {emitter.cast(p, DOUBLE)}) AS DOUBLE)" for p in parts]
    result = found[0] if parts == [part] else f"CASE WHEN len(d) > 0 THEN [{', '.join(found)}] END"
    return f"list_transform([{digest}], lambda d: {result})[1]"


def _check_part(call: ast.Call, part: ast.Expr, which: str) -> None:
    """As a planner checks it; views are made without one."""
    if is_null(part):
        raise unsupported(f"{call.name}() of NULL")
    if not is_constant(part):
        raise failure(f"Type check failed. percentile {which} must be constant in {call.name}")
    text = literal_text(part)
    if text is None:
        raise unsupported(f"{call.name}() of a part that is computed")
    if not 0 <= float(text) <= 1:
        shown = repr(float(text))
        raise failure(f"Type check failed. percentile {which} must be between 0 and 1 in {call.name}, but got: {shown}")
