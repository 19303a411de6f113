"""StarRocks' Stream Load: rows go to a table in one HTTP request, all of them or none.

A front end answers where to send them (307), a back end takes them. A label is loaded once: a load that is sent again,
because nobody heard how it ended, changes nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

NO_LABEL = re.compile(r"[^-\w.]")
LOADED = ("Success", "Publish Timeout")


class LoadError(Exception):
    """The server did not take the rows; none of them is in the table."""


@dataclass(frozen=True)
class StreamLoad:
    """A front end's HTTP port (8030 unless configured) and who loads."""

    host: str
    port: int
    user: str
    password: str = ""
    timeout: float = 600

    def load(self, database: str, table: str, rows: Iterable[Mapping[str, Any]], label: str) -> int:
        """The number of rows that were loaded; 0 where that label has been loaded before."""
        path = f"/api/{database}/{table}/_stream_load"
        body = json.dumps(list(rows), default=str).encode()
        headers = {
            "Authorization": "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode(),
            "Expect": "100-continue",
            "Content-Length": str(len(body)),
            "label": NO_LABEL.sub("_", label),
            "format": "json",
            "strip_outer_array": "true",
        }
        back_end = self._ask(self.host, self.port, path, headers)
        if back_end.status == 307:
            place = urlsplit(back_end.headers["Location"])
            back_end = self._ask(place.hostname or self.host, place.port or 8040, f"{place.path}", headers, body)
        return _loaded(json.loads(back_end.read()))

    def _ask(
        self, host: str, port: int, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> HTTPResponse:
        connection = HTTPConnection(host, port, timeout=self.timeout)
        connection.putrequest("PUT", path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse()


def _loaded(answer: Mapping[str, Any]) -> int:
    if answer["Status"] in LOADED:
        return int(answer["NumberLoadedRows"])
    if answer["Status"] == "Label Already Exists" and answer.get("ExistingJobStatus") == "FINISHED":
        return 0
    where = f" The rows: {answer['ErrorURL']}" if answer.get("ErrorURL") else ""
    raise LoadError(f"{answer['Status']}: {answer.get('Message') or answer.get('msg')}{where}")
