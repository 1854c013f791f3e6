"""A small client of the market's API that outlives a server that is down for a while."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from types import TracebackType
from typing import Final, Self, TypeVar
from uuid import uuid4

import httpx
import orjson

from labelmarket.demo.refusals import (
    TOO_EARLY,
    ApiError,
    Json,
    TryAgain,
    plain,
    refusal,
    refuse,
    wait_named_by,
)

PATIENCE_S: Final = 30.0
CONNECT_S: Final = 3.0
TIMEOUT_S: Final = 10.0
FILE_TIMEOUT_S: Final = 300.0
"""Writing, or reading, a file of the largest size takes the market a while."""
PAUSE_S_FIRST: Final = 0.1
PAUSE_S_MAX: Final = 2.0
_Answer = TypeVar("_Answer")


@dataclass(slots=True, kw_only=True)
class Client:
    """Speaks for one token; may be used by several threads. Use it in a `with` block.

    Every mutation has one idempotency key that all its attempts share, so that one whose
    answer was lost is never carried out twice. `position` is the log's position after
    the last mutation; a query that takes `waitFor` may name it.
    """

    address: str
    token: str
    patience_s: float = PATIENCE_S
    new_key: Callable[[], str] = lambda: uuid4().hex
    position: str | None = None
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.address, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def query(self, document: str, **variables: object) -> Json:
        """Ask, and give the answer's `data`."""
        return self._again(lambda: self._ask(document, variables))

    def mutate(self, name: str, fields: Json, *, select: str, timeout_s: float = TIMEOUT_S) -> Json:
        """Carry out a mutation, and give its payload.

        `fields` are those of its input without the key; `select` names what is wanted
        of the payload beside errors and position.
        """
        keyed = {**fields, "idempotencyKey": self.new_key()}
        return self._mutate(name, keyed, select=select, timeout_s=timeout_s)

    def upload(self, content: bytes, *, name: str) -> str:
        """Upload a file and give the upload's id; a try that fails begins a new upload."""
        return self._again(lambda: self._upload_once(content, name))

    def fetch(self, url: str) -> bytes:
        """Fetch a file from a signed address, which may be relative to the market's."""
        return self._again(lambda: self._send("GET", url).content)

    def _mutate(
        self, name: str, fields: Json, *, select: str, timeout_s: float = TIMEOUT_S
    ) -> Json:
        kind = name[0].upper() + name[1:]
        document = (
            f"mutation($input: {kind}Input!) {{ {name}(input: $input) "
            f"{{ {select} errors {{ code message path }} position }} }}"
        )
        payload: Json = self._again(lambda: self._payload(name, document, fields, timeout_s))
        self.position = payload["position"] or self.position
        return payload

    def _payload(self, name: str, document: str, fields: Json, timeout_s: float) -> Json:
        payload: Json = self._ask(document, {"input": fields}, timeout_s=timeout_s)[name]
        refuse(payload["errors"])
        return payload

    def _upload_once(self, content: bytes, name: str) -> str:
        fields = {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        created = self._mutate("createUpload", fields, select="upload { id url }")
        upload: Json = created["upload"]
        self._send("PUT", upload["url"], content=content, timeout_s=FILE_TIMEOUT_S)
        return str(upload["id"])

    def _ask(self, document: str, variables: Json, *, timeout_s: float = TIMEOUT_S) -> Json:
        body = orjson.dumps({"query": document, "variables": variables})
        headers = {
            "authorization": f"Bearer {self.token}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        answer = self._send("POST", "/graphql", content=body, headers=headers, timeout_s=timeout_s)
        try:
            content = orjson.loads(answer.content)
        except orjson.JSONDecodeError as error:
            raise ApiError(code="NOT_JSON", message="the answer is not JSON") from error
        refuse([plain(error) for error in content.get("errors") or ()])
        data: Json = content["data"]
        return data

    def _send(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> httpx.Response:
        timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
        try:
            answer = self._http.request(
                method, url, content=content, headers=headers, timeout=timeout
            )
        except httpx.TransportError as error:
            message = f"the market does not answer ({type(error).__name__})"
            raise TryAgain(ApiError(code="UNREACHABLE", message=message)) from error
        status = answer.status_code
        if status < 400:
            return answer
        refused = refusal(answer)
        if status >= 500 or status == 429 or refused.code in TOO_EARLY:
            raise TryAgain(refused, after_s=wait_named_by(answer))
        raise refused

    def _again(self, attempt: Callable[[], _Answer]) -> _Answer:
        """Attempt until it succeeds, is refused, or the patience is used up."""
        until = time.monotonic() + self.patience_s
        pause_s = PAUSE_S_FIRST
        while True:
            try:
                return attempt()
            except TryAgain as failed:
                wait_s = max(failed.after_s, pause_s * random.uniform(0.7, 1.3))  # noqa: S311 - spreads retries
                if time.monotonic() + wait_s > until:
                    raise failed.error from failed
            time.sleep(wait_s)
            pause_s = min(2 * pause_s, PAUSE_S_MAX)
