"""Who serves a database file: a lock beside it, and a run file that says where its holder listens."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any

from starrocks_embedded.errors import StarRocksError, failure

STOP_SECONDS = 10
PASSWORD_VARIABLE = "STARROCKS_EMBEDDED_PASSWORD"


class Held(Exception):
    """Another process serves the file."""


def lock_file(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def run_file(path: Path) -> Path:
    return path.with_name(path.name + ".run")


class Hold:
    """The right to serve a file, for as long as this process lives or until `release`."""

    def __init__(self, path: Path, handle: IO[str]) -> None:
        self.path = path
        self._handle = handle

    def publish(self, facts: dict[str, Any]) -> None:
        """Writes the run file, readable by its owner only: it holds the password."""
        target = run_file(self.path)
        draft = target.with_name(target.name + ".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"pid": os.getpid(), **facts}, file)
        os.replace(draft, target)

    def release(self) -> None:
        run_file(self.path).unlink(missing_ok=True)
        self._handle.close()


def hold(path: Path) -> Hold:
    """Takes the lock, or says who has it."""
    try:
        handle = lock_file(path).open("a+", encoding="utf-8")
    except OSError as error:
        raise _unusable(path, error) from error
    if _lock(handle):
        return Hold(path, handle)
    handle.close()
    facts = _read(path)
    where = f" by process {facts['pid']} on {facts['host']}:{facts['port']}" if facts else " by another process"
    raise Held(f"{path} is served already{where}. Connect there, or stop it: starrocks-embedded stop --path {path}")


def _unusable(path: Path, error: OSError) -> StarRocksError:
    return failure(f"cannot use {path}: {error.strerror or error}. Its folder must exist and be writable.")


def running(path: Path) -> dict[str, Any] | None:
    """What the server of this file wrote about itself, if one is alive."""
    try:
        handle = lock_file(path).open("r+", encoding="utf-8")
    except OSError:
        return None
    with handle:
        return None if _lock(handle) else _read(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        facts = json.loads(run_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def stop(path: Path, facts: dict[str, Any]) -> None:
    """Asks the holder to end and waits until it has let go of the file."""
    os.kill(int(facts["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while running(path) is not None:
        if time.monotonic() > deadline:
            raise failure(f"process {facts['pid']} did not stop within {STOP_SECONDS} seconds")
        time.sleep(0.02)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[str]) -> bool:
        try:
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
