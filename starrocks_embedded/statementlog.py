"""The statement log: one JSON line for each statement that ran, for people who wonder what a tool sends."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from starrocks_embedded.errors import StarRocksError
    from starrocks_embedded.session import Session


class StatementLog:
    """Silent without a path. Lines are whole and in the order of completion."""

    def __init__(self, path: Path | None = None) -> None:
        self._file: IO[str] | None = path.open("a", encoding="utf-8", buffering=1) if path else None
        self._mutex = threading.Lock()

    def answered(self, session: Session, text: str, began: float, rows: int, comment: str = "") -> None:
        if self._file is not None:
            self._write(session, text, comment, began, {"rows": rows})

    def failed(self, session: Session, text: str, began: float, error: StarRocksError, comment: str = "") -> None:
        if self._file is not None:
            self._write(session, text, comment, began, {"error": [error.code, error.message]})

    def _write(self, session: Session, text: str, comment: str, began: float, outcome: dict[str, object]) -> None:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
            "connection": session.id,
            "user": session.user,
            "database": session.database_name,
            "milliseconds": round((time.time() - began) * 1000, 3),
            "sql": text.removeprefix(comment).strip(),
            **({"comment": comment} if comment else {}),
            **outcome,
        }
        with self._mutex:
            if self._file is not None:
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        with self._mutex:
            if self._file is not None:
                self._file.close()
                self._file = None
