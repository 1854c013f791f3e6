"""The true labels of generated scenes, as a label file."""

from collections.abc import Sequence
from typing import Final

from labelmarket.demo.coco import Annotation, Category, Coco, Picture, Segmentation
from labelmarket.demo.figures import OUTLINES
from labelmarket.demo.scenes import Scene
from labelmarket.demo.street import Figure

CATEGORIES: Final = (
    *("car", "person", "bicycle", "rider", "traffic light", "bus", "dog", "bench", "scooter"),
)


def true_labels(scenes: Sequence[Scene]) -> Coco:
    """Label every figure: boxes cut at the image's edge, cars and buses outlined as well.

    A crowd is one region of persons, marked as a crowd, with its mask in run lengths.
    """
    annotations: list[Annotation] = []
    for image_id, scene in enumerate(scenes, start=1):
        for figure in scene.figures:
            annotations.append(_label(figure, scene, number=len(annotations) + 1, image=image_id))
    return Coco(
        images=[
            Picture(id=number, file_name=scene.name, width=scene.width, height=scene.height)
            for number, scene in enumerate(scenes, start=1)
        ],
        annotations=annotations,
        categories=[
            Category(id=number, name=name) for number, name in enumerate(CATEGORIES, start=1)
        ],
    )


def _label(figure: Figure, scene: Scene, *, number: int, image: int) -> Annotation:
    is_crowd = figure.kind == "crowd"
    left, top = max(figure.x, 0.0), max(figure.y, 0.0)
    right = min(figure.x + figure.w, float(scene.width))
    bottom = min(figure.base, float(scene.height))
    digits = 0 if is_crowd else 2
    x, y = round(left, digits), round(top, digits)
    w, h = round(right - x, digits), round(bottom - y, digits)
    label = Annotation(
        id=number,
        image_id=image,
        category_id=CATEGORIES.index("person" if is_crowd else figure.kind) + 1,
        bbox=[x, y, w, h],
        area=round(w * h, 2),
        iscrowd=int(is_crowd),
    )
    if is_crowd:
        label["segmentation"] = _run_lengths(scene, x=int(x), y=int(y), w=int(w), h=int(h))
    elif figure.kind in OUTLINES:
        label["segmentation"] = [_outline(figure, scene)]
    return label


def _outline(figure: Figure, scene: Scene) -> list[float]:
    flat: list[float] = []
    for u, v in OUTLINES[figure.kind]:
        flat.append(round(min(max(figure.x + u * figure.w, 0.0), scene.width), 2))
        flat.append(round(min(max(figure.y + v * figure.h, 0.0), scene.height), 2))
    return flat


def _run_lengths(scene: Scene, *, x: int, y: int, w: int, h: int) -> Segmentation:
    """Give a filled rectangle as COCO's run lengths, column after column, zeros first."""
    below = scene.height - h
    counts = [x * scene.height + y] + [h, below] * (w - 1) + [h]
    counts.append(scene.width * scene.height - sum(counts))
    return {"size": [scene.height, scene.width], "counts": counts}
