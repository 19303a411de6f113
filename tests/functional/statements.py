"""The server's log of statements, read back by tests that count what the adapter sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Statement:
    sql: str
    connection: int
    user: str
    database: str
    milliseconds: float
    comment: str = ""
    rows: int | None = None
    error: tuple[int, str] | None = None

    @classmethod
    def read(cls, line: str) -> Statement:
        fields: dict[str, Any] = json.loads(line)
        error = fields.get("error")
        return cls(
            fields["sql"].strip(),
            fields["connection"],
            fields["user"],
            fields["database"],
            fields["milliseconds"],
            fields.get("comment", ""),
            fields.get("rows"),
            (error[0], error[1]) if error else None,
        )


class Sent(list[Statement]):
    """Statements in the order of their completion."""

    @property
    def texts(self) -> list[str]:
        return [statement.sql for statement in self]

    @property
    def connections(self) -> set[int]:
        return {statement.connection for statement in self}

    def containing(self, *words: str) -> Sent:
        """Those that hold all the words, whatever their case."""
        return Sent(s for s in self if all(word.lower() in s.sql.lower() for word in words))


class Statements:
    """The log from the moment this was made."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.began = self._end()

    def all(self) -> Sent:
        return self._since(self.began)

    @contextmanager
    def during(self) -> Iterator[Sent]:
        """What is sent inside the block, filled in when it ends."""
        start, sent = self._end(), Sent()
        try:
            yield sent
        finally:
            sent.extend(self._since(start))

    def record(self, path: Path, case: str) -> None:
        """Appends what was sent to a file, as a case of that name."""
        lines = [{"sql": s.sql, "user": s.user, "database": s.database} for s in self.all()]
        if lines:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"case": case, "statements": lines}, ensure_ascii=False) + "\n")

    def _end(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _since(self, position: int) -> Sent:
        if not self.log.exists():
            return Sent()
        with self.log.open("rb") as file:
            file.seek(position)
            return Sent(Statement.read(line) for line in file.read().decode("utf-8").splitlines())
