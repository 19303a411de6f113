"""Writes what the code knows into the documentation: tables between `<!-- generated: NAME -->` and `<!-- end -->`.

`python -m tests.tools.reference` rewrites them (`make docs`); `--check` only says which pages would change."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field
from functools import partial
from pathlib import Path
from typing import Any

from dbt.adapters.starrocks import credentials, incremental_config
from dbt.adapters.starrocks.capabilities import FLOOR, Feature
from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.adapters.starrocks.reference import Reference
from dbt.adapters.starrocks.table_config import columns, indexes, model_config, partition, types
from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig
from dbt.adapters.starrocks.version import ServerVersion
from starrocks_embedded import cli as engine_cli

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(r"(<!-- generated: (?P<name>[^>]+?) -->\n).*?(<!-- end -->)", re.S)

VERSIONS = tuple(ServerVersion(*parts) for parts in ((3, 1), (3, 2), (3, 3, 1), (3, 4), (3, 5), (4, 0), (4, 1)))
YES, NO = "✓", "–"
MATERIALIZATIONS = ROOT / "dbt" / "include" / "starrocks" / "macros" / "materializations"
# of interest to the adapter alone: its users see no difference but in the number of statements
INTERNAL = {
    Feature.OVERWRITE_AUTOMATIC_BY_NAME,
    Feature.INSERT_TIMEOUT,
    Feature.BUCKET_SIZE_RANDOM_ONLY,
    Feature.VALUES_IN_UNION,
    Feature.STAR_EXCLUDE,
}
STRATEGY_FEATURES = {incremental_config.DYNAMIC_OVERWRITE: Feature.DYNAMIC_OVERWRITE}
CORPUS = ROOT / "tests" / "corpus"


# --- what is told
NO_GAP = (
    "No test has the mark at present. [The engine](embedded.md#what-it-does-not-do) lists what it refuses by name.\n"
)


def documented(class_: type[Any]) -> list[tuple[Field[Any], Reference]]:
    """The fields that users set: those they must set, then the others in the order of the code."""
    found = [(field, Reference.of(field)) for field in dataclasses.fields(class_)]
    told = [(field, reference) for field, reference in found if reference is not None]
    return sorted(told, key=lambda each: not each[1].default.startswith("required"))


def since(reference: Reference) -> str:
    told = [
        f"{short(feature.since)} {f'for {what}' if what else ''}".strip() for what, feature in reference.since.items()
    ]
    # where only a part of it came later, the rest was always there
    return "; ".join(told if "" in reference.since else [short(FLOOR), *told])


def short(version: ServerVersion) -> str:
    return f"{version.major}.{version.minor}" + (f".{version.patch}" if version.patch else "")


def default(field: Field[Any], reference: Reference) -> str:
    """The field's own, where the reference says no other."""
    value = None if field.default is MISSING else field.default
    if reference.default or value is None:
        return reference.default or "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


# --- tables


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def options(group: str) -> str:
    rows = [
        (
            f"`{field.name}`",
            about.meaning,
            about.values,
            default(field, about),
            since(about),
            example(field.name, about),
        )
        for field, about in documented(StarRocksConfig)
        if about.group == group
    ]
    return table(("config", "meaning", "values", "default", "since", "example"), rows)


def earlier_spellings() -> str:
    rows = [
        (f"`{field.name}`", about.meaning, about.values, example(field.name, about))
        for field, about in documented(StarRocksConfig)
        if about.group == model_config.EARLIER
    ]
    return table(("config", "what it is now", "values", "example"), rows)


def profile(group: str) -> str:
    rows = [
        (names(field, about), about.meaning, default(field, about), since(about), example(key(field, about), about))
        for field, about in documented(StarRocksCredentials)
        if about.group == group
    ]
    return table(("key", "meaning", "default", "since", "example"), rows)


def key(field: Field[Any], about: Reference) -> str:
    return (about.spelled or (field.name,))[0]


def names(field: Field[Any], about: Reference) -> str:
    return " or ".join(f"`{name}`" for name in about.spelled or (field.name,))


def example(name: str, about: Reference) -> str:
    return f"`{name}: {about.example}`"


def meanings(head: str, told: Mapping[str, str]) -> str:
    return table((head, "meaning"), [(f"`{name}`", text) for name, text in told.items()])


def type_names() -> str:
    """Names of other databases, grouped by what they become."""
    known: dict[str, list[str]] = {}
    for name, ours in types.TRANSLATED.items():
        known.setdefault(ours, []).append(f"`{name}`")
    return table(("you write", "StarRocks has"), [(", ".join(given), f"`{ours}`") for ours, given in known.items()])


def types_without_counterpart() -> str:
    rows: dict[str, list[str]] = {}
    for name, instead in types.WITHOUT_COUNTERPART.items():
        rows.setdefault(instead, []).append(f"`{name}`")
    return table(("you write", "instead"), [(", ".join(given), instead) for instead, given in rows.items()])


def features() -> str:
    rows = [
        (feature.label, short(feature.since), feature.before, f"`{feature.name.lower()}`")
        for feature in sorted(Feature, key=lambda feature: feature.since)
    ]
    return table(("feature", "since", "on older servers", "name"), rows)


def feature_table() -> str:
    """Rows that hold on every version come first, together; then one for each feature, oldest first."""
    heads = [f"{version.major}.{version.minor}" for version in VERSIONS]
    made = [f"`{name}`" for name in materializations() if name != "unit"]
    rows = [(f"{', '.join(made)}, unit tests", FLOOR)]
    strategies = [name for name in incremental_config.STRATEGIES if name not in STRATEGY_FEATURES]
    rows.append((f"incremental by {', '.join(f'`{name}`' for name in strategies)}", FLOOR))
    later = [(feature.label, feature.since) for feature in Feature if feature not in INTERNAL]
    rows += sorted(later, key=lambda row: row[1])
    return table(
        ("", *heads),
        [(label[:1].upper() + label[1:], *(YES if v >= first else NO for v in VERSIONS)) for label, first in rows],
    )


def materializations() -> list[str]:
    """Those that have a file of the adapter's; dbt's own need none."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(MATERIALIZATIONS.rglob("*.sql")))
    found = re.findall(r"{%-?\s*materialization\s+(\w+)", text)
    return sorted(found, key=["view", "table", "incremental", "snapshot", "seed", "materialized_view", "unit"].index)


def gaps() -> str:
    """What tests say is not there yet. Their marks are strict, so that none outlives its cause."""
    found = []
    for path in sorted(CORPUS.glob("*.sql")):
        found += re.findall(r"^-- gap: (.+)$", path.read_text(encoding="utf-8"), re.M)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        found += _reasons(path.read_text(encoding="utf-8"))
    return "".join(f"* {reason}\n" for reason in found) or NO_GAP


def _reasons(source: str) -> list[str]:
    """Of the marks `notimpl` in a file of tests."""
    if "notimpl" not in source:
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    marks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "notimpl"]
    return [ast.literal_eval(word.value) for mark in marks for word in mark.keywords if word.arg == "reason"]


def serve_options() -> str:
    """The command's own help."""
    commands = next(action for action in engine_cli._parser()._actions if isinstance(action.choices, dict))
    serve = commands.choices["serve"]
    told = [action for action in serve._actions if action.dest != "help"]
    return table(("option", "meaning"), [(_flag(action), str(action.help)) for action in told])


def _flag(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return f"`{action.option_strings[0]}{value}`"


WRITERS: dict[str, Callable[[], str]] = {
    **{f"configs of {group}": partial(options, group) for group in (model_config.TABLES, model_config.INCREMENTAL)},
    f"configs of {model_config.MATERIALIZED_VIEWS}": partial(options, model_config.MATERIALIZED_VIEWS),
    f"configs of {model_config.SESSION}": partial(options, model_config.SESSION),
    model_config.EARLIER: earlier_spellings,
    **{
        f"profile, {group}": partial(profile, group)
        for group in (credentials.WHERE, credentials.WHO, credentials.HOW, credentials.TASKS)
    },
    "column_options": partial(meanings, "option", columns.OPTION_MEANINGS),
    "settings of indexes": partial(meanings, "setting", indexes.SETTING_MEANINGS),
    "settings of partition_by": partial(meanings, "setting", partition.SETTING_MEANINGS),
    "names of types": type_names,
    "types without a counterpart": types_without_counterpart,
    "options of serve": serve_options,
    "features": features,
    "features by version": feature_table,
    "gaps": gaps,
}


def rendered(text: str) -> str:
    """A page with its generated parts as the code has them now."""

    def replaced(found: re.Match[str]) -> str:
        return f"{found[1]}{WRITERS[found['name']]()}{found[3]}"

    return BLOCK.sub(replaced, text)


def outdated() -> list[Path]:
    return [path for path in PAGES if rendered(path.read_text(encoding="utf-8")) != path.read_text(encoding="utf-8")]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a page would change")
    check = parser.parse_args(arguments).check
    found = outdated()
    for path in found:
        print(f"{'outdated' if check else 'written'}: {path.relative_to(ROOT)}")  # noqa: T201
        if not check:
            path.write_text(rendered(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
