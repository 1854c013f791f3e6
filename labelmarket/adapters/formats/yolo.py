"""YOLO and its relatives: one text file for each image, one line for each object."""

import csv
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path, PurePosixPath

from labelmarket.adapters.formats.cells import number, unguarded
from labelmarket.adapters.formats.growing import Box, Growing
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.text_lines import lines, raw_lines
from labelmarket.application.labels import UnreadableFile

SIZES_NAME = "sizes.csv"
DIGITS_MAX = 9
"""A table of file, item, width and height: what the text files themselves cannot say."""

NOT_LABELS = ("classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "labels.txt")


class TextLayout(StrEnum):
    """What the numbers of a line are, after the class, which is a number or a name.

    YOLO: centre and size in shares of the image, then a score where there is one; or a polygon of
    three points or more. The others say the score before the box, if at all: a centre and a size in
    shares, a corner and a size in pixels, or two corners in pixels.
    """

    YOLO = "yolo"
    SCORE_CENTRE = "score-centre"
    SCORE_XYWH = "score-xywh"
    SCORE_XYXY = "score-xyxy"


def is_label_line(path: Path) -> bool:
    """Tell whether the first line of a file is a class and four numbers or more."""
    with path.open("rb") as file:
        head = file.read(4_096).decode("utf-8-sig", errors="replace")
    words = head.strip().split("\n")[0].split()
    try:
        return len(words) >= 5 and len([float(word) for word in words[1:]]) >= 4
    except ValueError:
        return False


def read_text(
    growing: Growing,
    path: Path,
    *,
    name: str,
    item: int,
    names: tuple[str, ...],
    layout: TextLayout = TextLayout.YOLO,
) -> None:
    """Read the lines of one image; a class beyond `names` is a problem where there are names."""
    size = growing.size(item)
    for line, text in lines(path):
        words = text.split()
        if not words:
            continue
        place = f"line {line}"
        try:
            kind = _kind(words[0], names)
            numbers = [number(word, name="a value") for word in words[1:]]
            polygon = layout is TextLayout.YOLO and len(numbers) >= 6 and len(numbers) % 2 == 0
            if polygon:
                ring = [value * size[at % 2] for at, value in enumerate(numbers)]
                growing.label(_sized(item, size), kind, polygons=(ring,))
                continue
            box, score = _box(numbers, layout=layout, size=size)
            growing.label(item, kind, box=box, score=score)
        except BadRow as bad:
            growing.problem(bad, file=name, place=place, item=growing.key(item))
            continue
        growing.check_area(box, item=item, file=name, place=place)


def _kind(word: str, names: tuple[str, ...]) -> str:
    if not word.isdecimal() or not names:
        return word
    if len(word) > DIGITS_MAX or int(word) >= len(names):
        raise BadRow("UNKNOWN_CLASS", f"class {word[:20]} is beyond the {len(names)} names")
    return names[int(word)]


def _box(
    numbers: list[float], *, layout: TextLayout, size: tuple[float, float]
) -> tuple[Box, float]:
    if len(numbers) not in {4, 5}:
        raise BadRow("WRONG_SHAPE", f"a line has a class and 4 or 5 numbers, not {len(numbers)}")
    score = float("nan")
    if len(numbers) == 5:
        score = numbers.pop(4 if layout is TextLayout.YOLO else 0)
    a, b, c, d = numbers
    if layout is TextLayout.SCORE_XYWH:
        return (a, b, c, d), score
    if layout is TextLayout.SCORE_XYXY:
        return (a, b, c - a, d - b), score
    _sized(0, size)
    width, height = size
    return ((a - c / 2) * width, (b - d / 2) * height, c * width, d * height), score


def _sized(item: int, size: tuple[float, float]) -> int:
    if not (size[0] and size[1]):
        raise BadRow(
            "NO_SIZE", "shares of an image need its size: give the images, or a table of sizes"
        )
    return item


def sizes_in(path: Path) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Give file, item, width and height of a table of sizes; three columns name no item.

    Raises UnreadableFile.
    """
    texts = (text for _, text in raw_lines(path))
    try:
        for row in list(csv.reader(texts, strict=True))[1:]:
            file, *other, width, height = row
            [item] = other or [file]
            size = (number(width, name="width"), number(height, name="height"))
            yield unguarded(file), unguarded(item), size
    except (csv.Error, ValueError, BadRow) as error:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"{path.name}: {error}") from None


def class_names(path: Path) -> tuple[str, ...]:
    """Give the names of a list of classes: one a line, or those of a data.yaml."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        return yaml_names([text for _, text in lines(path)])
    return tuple(text.strip() for _, text in lines(path) if text.strip())


def yaml_names(texts: list[str]) -> tuple[str, ...]:
    """Give the value of `names`: a list in one line or in many, or numbers with names."""
    begin = next((at for at, text in enumerate(texts) if text.startswith("names:")), None)
    if begin is None:
        return ()
    inside = texts[begin].removeprefix("names:").strip()
    if inside.startswith(("[", "{")):
        rest = " ".join([inside, *(text.strip() for text in texts[begin + 1 :])])
        inner = rest[1 : rest.find("]" if inside[0] == "[" else "}")]
        found = [part for part in inner.split(",") if part.strip()]
    else:
        found = []
        for text in texts[begin + 1 :]:
            if text.strip() and not text.startswith((" ", "-", "\t", "#")):
                break
            if text.strip() and not text.strip().startswith("#"):
                found.append(text.strip().removeprefix("- "))
    numbered = [part.partition(":") for part in found]
    if found and all(colon and _is_place(head.strip()) for head, colon, _ in numbered):
        found = [tail for _, _, tail in sorted(numbered, key=lambda part: int(part[0]))]
    return tuple(_unquoted(part.strip()) for part in found)


def _is_place(text: str) -> bool:
    return text.isdecimal() and len(text) <= DIGITS_MAX


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text)) if text.startswith('"') else text.strip("'")
    except ValueError:
        return text.strip('"')


def stem(name: str) -> str:
    return PurePosixPath(name).stem
