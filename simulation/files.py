"""Label files without pixels: an upload's name tells what it covers, or that it is torn."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import BinaryIO, NoReturn

import msgspec

from labelmarket.application.labels import (
    OBJECTS_ONLY,
    Asked,
    BlobStoreFull,
    ClassesRead,
    Item,
    ItemsRead,
    LabelKind,
    LabelsRead,
    Lesson,
    MeasuredPart,
    Ranges,
    Receiving,
    ReportMerged,
    UnreadableFile,
)
from labelmarket.domain.slots import count, intersection, normal
from simulation.process import Process
from simulation.scheduler import Sleep, Steps

SHORT_S = (0.01, 2.0)
LONG_S = (20.0, 100.0)
TORN = "torn"


def upload_of(slots: Ranges, number: int) -> str:
    """The name of an upload that covers these slots."""
    return ",".join(f"{first}-{end}" for first, end in slots) + f"#{number}"


def covered_by(upload: str) -> Ranges:
    pairs = (run.split("-") for run in upload.partition("#")[0].split(",") if run)
    return normal((int(first), int(end)) for first, end in pairs)


class SimulatedFiles:
    """What a worker asks of label files; each call takes its time, and may find the disk full."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def read_labels(
        self,
        upload: str,
        *,
        items: tuple[str, ...],  # noqa: ARG002 - the port's signature
        classes: tuple[str, ...],  # noqa: ARG002
        within: Ranges | None,
        kinds: tuple[LabelKind, ...] = OBJECTS_ONLY,  # noqa: ARG002
        asked: Asked | None = None,  # noqa: ARG002
    ) -> LabelsRead:
        self._work(f"read {upload}")
        if upload.startswith(TORN):
            raise UnreadableFile(code="TORN", message="the file ends in the middle")
        covered = covered_by(upload)
        covered = covered if within is None else intersection(covered, within)
        return LabelsRead(
            digest=f"labels of {upload}",
            labels=count(covered),
            covered=covered,
            problems=(),
            problems_total=0,
        )

    def read_gold(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        kinds: tuple[LabelKind, ...] = OBJECTS_ONLY,
    ) -> LabelsRead:
        """Gold is read by the API."""
        return _nobody_asks(upload, items, classes, gold, kinds)

    def measure(
        self,
        labels: str,
        *,
        items: tuple[str, ...],  # noqa: ARG002 - the port's signature
        classes: tuple[str, ...],  # noqa: ARG002
        gold: tuple[str, ...],  # noqa: ARG002
    ) -> str:
        self._work(f"measure {labels}")
        return f"sums of {labels}"

    def merge(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],  # noqa: ARG002 - the port's signature
        classes: tuple[str, ...],  # noqa: ARG002
        gold: tuple[str, ...],  # noqa: ARG002
        lessons: tuple[Lesson, ...] = (),  # noqa: ARG002
    ) -> ReportMerged:
        self._work(f"merge {len(parts)} parts")
        kept = normal(run for part in parts for run in part.kept or ())
        return ReportMerged(
            digest=sha256(msgspec.json.encode(parts)).hexdigest(),
            items=count(kept),
            labels=count(kept),
            covered=kept,
            problems_total=0,
        )

    def report(self, digest: str) -> bytes:
        self._work(f"report {digest}")
        return b'{"goldBoxes":0,"goldMatched":0}'

    def put(self, data: bytes) -> str:
        self._work("put")
        return sha256(data).hexdigest()

    def _work(self, what: str) -> None:
        self._process.ports.ask(lambda: self._worked(what))

    def _worked(self, what: str) -> Steps[None]:
        chance = self._process.outside.chance
        yield Sleep(chance.within_us(*(LONG_S if chance.strikes("long work") else SHORT_S)))
        self._process.scheduler.step(what)
        if chance.strikes("disk full"):
            raise BlobStoreFull("the disk took no more")

    def read_items(
        self, upload: str, *, after: tuple[str, ...], media: Mapping[str, str]
    ) -> ItemsRead:
        """Items are read by the API."""
        return _nobody_asks(upload, after, media)

    def read_classes(self, upload: str, *, file_name: str) -> ClassesRead:
        """Class names are read by the API."""
        return _nobody_asks(upload, file_name)

    def items(self, manifests: tuple[str, ...], *, first: int, count: int) -> tuple[Item, ...]:
        """Items are shown by the API."""
        return _nobody_asks(manifests, first, count)

    def texts(
        self, manifests: tuple[str, ...], *, ordinals: Sequence[int]
    ) -> tuple[str | None, ...]:
        """Texts are read by learners."""
        return _nobody_asks(manifests, ordinals)

    def read(self, digest: str) -> bytes:
        """Blobs are read by the API."""
        return _nobody_asks(digest)

    def open(self, digest: str) -> BinaryIO:
        """Blobs are read by the API."""
        return _nobody_asks(digest)

    def size(self, digest: str) -> int:
        """Blobs are read by the API."""
        return _nobody_asks(digest)

    def receive(self, *, bytes_max: int, sha256: str | None = None) -> Receiving:
        """Blobs are received by the API."""
        return _nobody_asks(bytes_max, sha256)


def _nobody_asks(*about: object) -> NoReturn:
    raise AssertionError(f"no worker asks for this: {about}")


class NoMachine:
    """Nobody's model says anything here, and nobody exports: there is nothing to be done."""

    def measure(self, *_: object, **__: object) -> NoReturn:
        raise AssertionError("no predictions were added, and no export was asked for")

    weigh = place = count = unite = join = learn = write = measure
