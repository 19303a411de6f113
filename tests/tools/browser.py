"""Headless Chromium, where it is installed: pages as they look after their scripts have run."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# it stays off the network but for the page that it is asked for
QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCRIPTS_MAY_TAKE = "--virtual-time-budget=20000"


def text(address: str) -> str:
    """The page's document."""
    return _run("--dump-dom", address)


def picture(address: str, file: Path, width: int = 1600, height: int = 800) -> None:
    _run(f"--window-size={width},{height}", f"--screenshot={file}", address)


def _run(*arguments: str) -> str:
    assert CHROMIUM is not None, "Chromium is not installed"
    with tempfile.TemporaryDirectory() as profile:
        command = [CHROMIUM, *QUIETLY, SCRIPTS_MAY_TAKE, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
