"""A server whose statements are a script: the wire alone, without parser or analyzer."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.result import Result
from starrocks_embedded.server import Server
from starrocks_embedded.session import Session
from starrocks_embedded.statements.registry import Statement


class Script:
    """Answers by statement text; a result may be a function of the session."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.heard: list[str] = []

    def parse(self, session: Session, text: str) -> list[Statement]:
        return [Statement(text=part.strip()) for part in text.split(";") if part.strip()]

    def execute(self, session: Session, statement: Statement) -> Result:
        self.heard.append(statement.text)
        answer = self.answers.get(statement.text, Result())
        if callable(answer):
            answer = answer(session)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def script(monkeypatch):
    script = Script()
    monkeypatch.setattr(Session, "parse", lambda self, text: script.parse(self, text))
    monkeypatch.setattr(Session, "execute", lambda self, statement: script.execute(self, statement))
    script.answers["fail"] = StarRocksError(5502, "Unknown table 'x'")
    return script


@pytest.fixture
def server(script):
    engine = Engine(password="secret")
    server = Server(engine)
    server.start()
    yield server
    server.stop()
    engine.close()
