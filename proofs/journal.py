"""A client that writes down, before and after, what it asks: what was promised cannot be lost."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import orjson

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError, Json

NO_ANSWER = frozenset({"UNREACHABLE", "NOT_YET", "UNAVAILABLE", "TOO_SLOW", "INTERNAL", "HTTP_502"})
"""Codes that leave open whether it was done, or say that it was done and not seen."""


class Journal:
    """Lines of a file, each on the disk before anything else happens."""

    def __init__(self, place: Path) -> None:
        self._lock = threading.Lock()
        self._file = place.open("ab")

    def write(self, line: Json) -> None:
        with self._lock:
            self._file.write(orjson.dumps(line) + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class JournaledClient:
    """Asks like the plain client, and keeps a record of every mutation."""

    def __init__(self, *, address: str, token: str, journal: Journal, patience_s: float) -> None:
        self.token = token
        self._journal = journal
        self._key = ""
        self.client = Client(
            address=address, token=token, patience_s=patience_s, new_key=lambda: self._key
        )

    def mutate(self, name: str, fields: Json, *, select: str) -> Json:
        """Raises `ApiError` when it was refused, or never answered. For one thread."""
        self._key = uuid4().hex
        line = {"key": self._key, "token": self.token, "name": name}
        self._journal.write({**line, "fields": fields, "select": select})
        try:
            payload = self.client.mutate(name, fields, select=select)
        except ApiError as error:
            if error.code not in NO_ANSWER:
                self._journal.write({"key": self._key, "refused": error.code})
            raise
        self._journal.write({"key": self._key, "answer": payload})
        return payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A mutation and what became of it; neither answer nor refusal means that nobody knows."""

    key: str
    token: str
    name: str
    fields: Json
    select: str
    answer: Json | None
    refused: str | None

    @property
    def acknowledged(self) -> bool:
        return self.answer is not None


def read_journal(place: Path) -> Iterator[Promise]:
    """What the clients hold against the market."""
    asked: dict[str, Json] = {}
    ended: dict[str, Json] = {}
    for line in place.read_bytes().splitlines():
        said = orjson.loads(line)
        (asked if "name" in said else ended)[said["key"]] = said
    for key, said in asked.items():
        end = ended.get(key, {})
        yield Promise(
            key=key,
            token=said["token"],
            name=said["name"],
            fields=said["fields"],
            select=said["select"],
            answer=end.get("answer"),
            refused=end.get("refused"),
        )
