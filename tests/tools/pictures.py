"""Makes the pictures of the README: `make pictures` runs the demo, and draws what it said and dbt's documentation."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from urllib.request import urlopen

from tests.tools import browser

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
LINEAGE = "#!/overview?g_v=1"
UP = "The documentation:"
FROM, TO = "4. dbt build again", "What the layers hold"
ROW, COLUMN = 17, 7.9
COLOURS = (
    (re.compile(r"^\d\. .*"), "#79c0ff"),
    (re.compile(r"\bUNCHANGED\b"), "#8b949e"),
    (re.compile(r"\bSUCCESS|\bINSERT \d+|\bPASS\b|score +\d+\.\d"), "#7ee787"),
)


@contextmanager
def demo(port: int) -> Iterator[list[str]]:
    """The demo's lines, while its documentation is up."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "examples/warehouse/demo.py", "--folder", folder, "--serve"]
        with subprocess.Popen(
            [*command, "--docs-port", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            lines: list[str] = []
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if line.startswith(UP):
                    break
            try:
                yield lines
            finally:
                process.send_signal(signal.SIGINT)


def await_page(address: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urlopen(address).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def drawn(lines: list[str]) -> str:
    """Lines of a terminal as SVG."""
    width = int(max(map(len, lines)) * COLUMN) + 32
    height = len(lines) * ROW + 32
    body = "\n".join(
        f'<text x="16" y="{28 + number * ROW}" xml:space="preserve">{_coloured(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n{body}\n</svg>\n'
    )


def _coloured(line: str) -> str:
    text = escape(line)
    for pattern, colour in COLOURS:
        text = pattern.sub(lambda found, colour=colour: f'<tspan fill="{colour}">{found[0]}</tspan>', text)
    return text


def shown(lines: list[str]) -> list[str]:
    """The second build, which is the interesting one: from its title to the report."""
    start = next(number for number, line in enumerate(lines) if line.startswith(FROM))
    end = lines.index(TO)
    return ["$ make demo", "…", *[line for line in lines[start:end] if line]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    if browser.CHROMIUM is None:
        sys.stderr.write("Chromium is not installed; on Debian: apt-get install chromium\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    port = free_port()
    with demo(port) as lines:
        (PICTURES / "run.svg").write_text(drawn(shown(lines)), encoding="utf-8")
        address = f"http://127.0.0.1:{port}/"
        await_page(address)
        browser.picture(address + LINEAGE, PICTURES / "lineage.png")
    sys.stdout.write("".join(f"{file.relative_to(ROOT)}\n" for file in sorted(PICTURES.iterdir())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
