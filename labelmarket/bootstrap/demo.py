"""`labelmarket demo`: a market of its own, and a play on it through the public API alone."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labelmarket.adapters.embedded.servers import DataFolderBusy
from labelmarket.bootstrap.market import start_up
from labelmarket.bootstrap.sign_in_book import sign_in_book
from labelmarket.bootstrap.tokens import issue_token
from labelmarket.demo.run import Scenario, UnusableFile, check_coco, check_images, run
from labelmarket.demo.sign_in import Introduce, to_nobody
from labelmarket.settings import DEFAULT_PORT

HOST = "127.0.0.1"
HOME = Path(".labelmarket")
DONE, FAILED, WRONG = 0, 1, 2


@dataclass(slots=True, kw_only=True)
class _Performance:
    """The play, begun when the market is ready, in a thread beside the process tree."""

    address: str
    coco: Path | None
    images: Path | None
    once: bool
    as_json: bool
    scenario: Scenario
    introduce: Introduce = to_nobody
    token: str = ""
    code: int = FAILED
    thread: threading.Thread | None = field(default=None, init=False)

    def prepare(self, database_url: str) -> str:
        """Issue the operator's token that the play acts with; it is shown, too."""
        self.token = issue_token(database_url, name="demo operator")
        return self.token

    def hear(self, line: str) -> None:
        """Pass on what the process tree says, and begin when it is ready."""
        print(line, file=sys.stderr, flush=True)
        if "ready at" in line and self.thread is None:
            self.thread = threading.Thread(target=self._perform, name="demo", daemon=True)
            self.thread.start()

    def _perform(self) -> None:
        try:
            self.code = run(
                address=self.address,
                operator_token=self.token,
                coco=self.coco,
                images=self.images,
                once=self.once,
                as_json=self.as_json,
                scenario=self.scenario,
                introduce=self.introduce,
            )
        finally:
            if self.once or self.code != DONE:
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                print(
                    f"the market goes on at {self.address} (Ctrl-C ends it)",
                    file=sys.stderr,
                    flush=True,
                )


def run_demo(
    *,
    coco: Path | None,
    images: Path | None,
    data: Path | None,
    port: int | None,
    once: bool,
    as_json: bool,
    scenario: str = Scenario.CASCADE,
) -> int:
    """Play. Without `--once` the market stays up, with its data below `.labelmarket/demo`."""
    try:
        if coco is not None:
            check_coco(coco)
        if images is not None:
            check_images(images)
    except UnusableFile as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return WRONG
    port = port or (_free_port() if once else DEFAULT_PORT)
    play = _Performance(
        address=f"http://{HOST}:{port}",
        coco=coco,
        images=images,
        once=once,
        as_json=as_json,
        scenario=Scenario(scenario),
    )
    try:
        with _place(data, once=once) as folder, sign_in_book(HOME) as book:
            play.introduce = book.write
            code = start_up(
                data=folder,
                host=HOST,
                port=port,
                announce=play.hear,
                first_run=play.prepare,
                cache=HOME.resolve() / "cache",
                serving=("labelmarket.web.demonstration", str(book.path)),
            )
    except DataFolderBusy as error:
        print(f"labelmarket: a demo is running already: {error}", file=sys.stderr)
        return WRONG
    if code != DONE or play.thread is None:
        return code
    play.thread.join(timeout=10)
    return play.code


@contextmanager
def _place(data: Path | None, *, once: bool) -> Iterator[Path]:
    """The folder that the market keeps its data in; one for `--once` goes afterwards."""
    if data is not None or not once:
        yield data or HOME / "demo"
        return
    HOME.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="once-", dir=HOME))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])
