"""Label Studio: a list of tasks, with boxes and polygons in hundredths of the image."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from labelmarket.adapters.formats import json_file
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.problems import BadRow

BOX, POLYGON, CHOICES, BRUSH = "rectanglelabels", "polygonlabels", "choices", "brushlabels"


class Value(msgspec.Struct, gc=False):
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    rotation: float = 0.0
    points: list[tuple[float, float]] = []
    rectanglelabels: list[str] = []
    polygonlabels: list[str] = []
    choices: list[str] = []


class Result(msgspec.Struct, gc=False):
    type: str = ""
    value: Raw = Raw(b"{}")
    original_width: float | None = None
    original_height: float | None = None
    score: float | None = None


class Said(msgspec.Struct, gc=False):
    """One annotation: what one person said about a task."""

    result: list[Raw] | None = None
    completed_by: int | str | dict[str, Any] | None = None
    was_cancelled: bool = False


class Task(msgspec.Struct, gc=False):
    data: dict[str, Any]
    id: int | str | None = None
    annotations: list[Said] | None = None
    completions: list[Said] | None = None
    predictions: list[Any] | None = None


TASK = msgspec.json.Decoder(Task)
RESULT = msgspec.json.Decoder(Result)
VALUE = msgspec.json.Decoder(Value)


def read_label_studio(growing: Growing, path: Path, *, name: str) -> None:
    """Read the tasks of an export. Raises UnreadableFile when it is no list of objects."""
    for at, raw in enumerate(json_file.rows(json_file.list_of(path), name="tasks")):
        text, place = bytes(raw), f"$[{at}]"
        try:
            json_file.check_row(text)
            task = TASK.decode(text)
            item = growing.item(_key(task, keyed_by=growing.keyed_by))
        except msgspec.ValidationError as error:
            growing.problem(BadRow("WRONG_TYPE", str(error)), file=name, place=place)
            continue
        except BadRow as bad:
            growing.problem(bad, file=name, place=place)
            continue
        if all(said.was_cancelled for said in task.annotations or task.completions or ()):
            growing.unlabeled(item, file=name, place=place)
        for _ in task.predictions or ():
            growing.unread("prediction", why="only what people said is read")
        for where, said, result in _results(task, growing):
            try:
                _read_result(growing, result, item=item, annotator=_who(said))
            except BadRow as bad:
                growing.problem(bad, file=name, place=f"{place}.{where}", item=growing.key(item))


def _key(task: Task, *, keyed_by: tuple[str, ...]) -> str:
    for name in keyed_by:
        if isinstance(task.data.get(name), str | int) and task.data[name] != "":
            return str(task.data[name])
    words = [value for value in task.data.values() if isinstance(value, str) and value]
    for name in ("image", "img", "text", "url"):
        if isinstance(task.data.get(name), str) and task.data[name]:
            return str(task.data[name])
    return words[0] if words else str(task.id)


def _results(task: Task, growing: Growing) -> Iterator[tuple[str, Said, Raw]]:
    name = "completions" if task.annotations is None else "annotations"
    for at, said in enumerate(task.annotations or task.completions or ()):
        if said.was_cancelled:
            growing.unread("cancelled annotation", why="its maker took it back")
            continue
        for place, result in enumerate(said.result or ()):
            yield f"{name}[{at}].result[{place}]", said, result


def _who(said: Said) -> str:
    if isinstance(said.completed_by, dict):
        # The number tells people apart; addresses are often made alike before a file is given away.
        return str(said.completed_by.get("id") or said.completed_by.get("email") or "")
    return "" if said.completed_by is None else str(said.completed_by)


def _read_result(growing: Growing, raw: Raw, *, item: int, annotator: str) -> None:
    try:
        result = RESULT.decode(raw)
        if result.type not in {BOX, POLYGON, CHOICES, BRUSH}:
            growing.unread(result.type or "result", why="only boxes, polygons and choices are read")
            return
        if result.type == BRUSH:
            raise BadRow("BRUSH", "brush strokes in Label Studio's own coding are not read")
        value = VALUE.decode(result.value)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", str(error)) from None
    score = float("nan") if result.score is None else result.score
    if result.type == CHOICES:
        for choice in value.choices:
            growing.label(item, choice, score=score, annotator=annotator)
        return
    width, height = _sides(result)
    item = growing.item(growing.key(item), width=width, height=height)
    across, down = width / 100, height / 100
    if result.type == BOX:
        if value.rotation % 360:
            raise BadRow("ROTATED", f"the box is turned by {value.rotation:g} degrees")
        box = (value.x * across, value.y * down, value.width * across, value.height * down)
        for kind in _kinds(value.rectanglelabels):
            growing.label(item, kind, box=box, score=score, annotator=annotator)
        return
    ring = [side for x, y in value.points for side in (x * across, y * down)]
    for kind in _kinds(value.polygonlabels):
        growing.label(item, kind, polygons=(ring,), score=score, annotator=annotator)


def _sides(result: Result) -> tuple[float, float]:
    width, height = result.original_width or 0.0, result.original_height or 0.0
    if not (width > 0.0 and height > 0.0):
        raise BadRow("NO_SIZE", "the result does not say the size of its image")
    return width, height


def _kinds(names: list[str]) -> list[str]:
    if not names:
        raise BadRow("NO_LABEL", "the region has no label")
    return names
