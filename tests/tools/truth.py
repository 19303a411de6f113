"""Asks the engine what real servers were asked, and holds the scores against the floors in tests/truth.toml.

The recorded answers are not part of this repository; where the folder is missing this says so and passes.
`python -m tests.tools.truth [--show N] [NAME …]` runs all meters or the named ones."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef]

import starrocks_embedded

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PATIENCE_SECONDS = 1200
FLOORS = ROOT / "tests" / "truth.toml"
TOTAL = re.compile(r"reproduced: (\d+)/(\d+)")
KINDS = re.compile(r"(types|values|refusals) (\d+)/(\d+)")


@dataclass
class Score:
    name: str
    right: int
    asked: int
    floor: float

    @property
    def percent(self) -> float:
        return 100 * self.right / max(1, self.asked)

    @property
    def holds(self) -> bool:
        return self.percent >= self.floor


@dataclass
class Meter:
    """One run of one of the two programs against an engine of its own."""

    name: str
    tool: str
    arguments: list[str]
    version: str
    floors: dict[str, float]

    def run(self, show: int) -> list[Score]:
        with starrocks_embedded.serve(version=self.version, user="root", password="") as server:
            command = [sys.executable, str(SHARED / "tools" / self.tool), *self.arguments]
            command += ["--port", str(server.port), "--show", str(show)]
            try:
                output = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return [
                    Score(f"{self.name}: {kind} (no end in time)", 0, 1, floor) for kind, floor in self.floors.items()
                ]
        if output.returncode:
            raise SystemExit(f"{self.name}: {output.stderr[-2000:]}")
        if show:
            sys.stdout.write(output.stdout)
        return self.scores(output.stdout)

    def scores(self, text: str) -> list[Score]:
        counts: dict[str, tuple[int, int]] = {}
        if self.arguments[0] in ("types", "constants"):
            for kind, right, asked in KINDS.findall(text):
                before = counts.get(kind, (0, 0))
                counts[kind] = (before[0] + int(right), before[1] + int(asked))
        else:
            total = TOTAL.search(text)
            counts["all"] = (int(total[1]), int(total[2])) if total else (0, 1)
        return [Score(f"{self.name}: {k}", *counts.get(k, (0, 1)), floor) for k, floor in self.floors.items()]


def meters() -> list[Meter]:
    found = []
    for name, entry in tomllib.loads(FLOORS.read_text(encoding="utf-8")).items():
        arguments = list(entry["arguments"])
        if entry["tool"] == "recorded.py":
            arguments = ["--sql-dir", str(SHARED / "recorded"), *arguments]
        else:
            arguments += ["--version", entry["version"]]
        found.append(Meter(name, entry["tool"], arguments, entry["version"], entry["floors"]))
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*")
    options.add_argument("--show", type=int, default=0)
    chosen = options.parse_args()
    if not (SHARED / "tools").is_dir():
        sys.stdout.write("truth: the recorded answers are not at hand here; nothing was compared\n")
        return 0
    wanted = [m for m in meters() if not chosen.names or m.name in chosen.names]
    with ThreadPoolExecutor(2) as pool:
        scores = [s for found in pool.map(lambda m: m.run(chosen.show), wanted) for s in found]
    for score in scores:
        verdict = "" if score.holds else "  BELOW THE FLOOR"
        sys.stdout.write(
            f"{score.name:44s} {score.right:6d}/{score.asked:6d} {score.percent:6.1f} %  "
            f"floor {score.floor:5.1f}{verdict}\n"
        )
    return 0 if all(score.holds for score in scores) else 1


if __name__ == "__main__":
    raise SystemExit(main())
