"""Scenes as images: a sky, houses, trees and a road, and the figures in front of them."""

import random
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from labelmarket.demo.figures import FIGURES
from labelmarket.demo.pen import COLOURS, DARK, GLASS, GREY, WOOD, Colour, Pen
from labelmarket.demo.scenes import Scene

SCALE: Final = 2
"""Images are drawn this many times larger and then reduced, which smooths every edge."""
JPEG_QUALITY: Final = 82

SKIES: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((120, 178, 228), (214, 234, 244)),
    ((88, 142, 206), (246, 214, 182)),
    ((150, 160, 176), (214, 216, 220)),
    ((70, 92, 150), (238, 164, 132)),
)
WALLS: Final[tuple[Colour, ...]] = (
    *((206, 176, 148), (182, 120, 96), (222, 208, 176), (150, 156, 166), (190, 158, 170)),
)


def render(scene: Scene) -> bytes:
    """Draw a scene as a JPEG; the same scene gives the same bytes."""
    size = scene.width * SCALE, scene.height * SCALE
    image = Image.new("RGB", size, (150, 168, 122))
    draw = ImageDraw.Draw(image)
    _backdrop(image, draw, scene)
    for figure in scene.figures:
        if figure.kind == "traffic light":
            middle = (figure.x + figure.w / 2) * SCALE
            foot = (scene.horizon + 0.12 * scene.height) * SCALE
            draw.line([(middle, figure.base * SCALE), (middle, foot)], fill=GREY, width=3 * SCALE)
    for figure in scene.figures:
        x, y, w, h = (side * SCALE for side in (figure.x, figure.y, figure.w, figure.h))
        colour = COLOURS[figure.tone % len(COLOURS)]
        FIGURES[figure.kind](Pen(draw=draw, x=x, y=y, w=w, h=h), colour)
    out = BytesIO()
    image.reduce(SCALE).save(out, format="JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _backdrop(image: Image.Image, draw: ImageDraw.ImageDraw, scene: Scene) -> None:
    # The standard generator is used so that a backdrop never shifts what numpy's draws place.
    dice = random.Random(scene.backdrop)  # noqa: S311 - a picture, not a secret
    horizon = scene.horizon * SCALE
    _sky(image, horizon, *dice.choice(SKIES))
    _houses(draw, dice, width=image.width, horizon=horizon)
    _trees(draw, dice, width=image.width, horizon=horizon)
    _road(draw, width=image.width, height=image.height, horizon=horizon)


def _sky(image: Image.Image, horizon: float, top: Colour, bottom: Colour) -> None:
    ramp = Image.linear_gradient("L").resize((image.width, max(1, round(horizon))))
    sky = Image.composite(
        Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp
    )
    image.paste(sky, (0, 0))


def _houses(draw: ImageDraw.ImageDraw, dice: random.Random, *, width: int, horizon: float) -> None:
    left = -dice.uniform(0, 0.1) * width
    while left < width:
        wide = dice.uniform(0.12, 0.24) * width
        tall = dice.uniform(0.35, 0.85) * horizon
        pen = Pen(draw=draw, x=left, y=horizon - tall, w=wide, h=tall * 1.08)
        pen.bar(0, 0.10, 1, 1, dice.choice(WALLS))
        pen.patch([(0, 0.11), (0.5, 0), (1, 0.11)], (122, 74, 62))
        for floor in range(3):
            for column in range(3):
                top, side = 0.20 + 0.24 * floor, 0.12 + 0.28 * column
                pen.bar(side, top, side + 0.16, top + 0.14, GLASS)
        left += wide * dice.uniform(1.0, 1.25)


def _trees(draw: ImageDraw.ImageDraw, dice: random.Random, *, width: int, horizon: float) -> None:
    for _ in range(dice.randint(2, 6)):
        tall = dice.uniform(0.35, 0.7) * horizon
        x = dice.uniform(0, 0.94) * width
        pen = Pen(draw=draw, x=x, y=horizon * 1.04 - tall, w=tall * 0.6, h=tall)
        pen.bar(0.44, 0.55, 0.56, 1, WOOD)
        green = (58 + dice.randint(0, 40), 116 + dice.randint(0, 40), 66)
        pen.oval(0, 0.08, 0.7, 0.6, green)
        pen.oval(0.3, 0, 1, 0.66, green)


def _road(draw: ImageDraw.ImageDraw, *, width: int, height: int, horizon: float) -> None:
    ground = height - horizon
    pen = Pen(draw=draw, x=0, y=horizon + 0.06 * ground, w=width, h=0.94 * ground)
    pen.patch([(0.30, 0), (0.70, 0), (1.45, 1), (-0.45, 1)], (188, 186, 182))
    pen.patch([(0.36, 0), (0.64, 0), (1.25, 1), (-0.25, 1)], (98, 100, 106))
    for start in (0.04, 0.20, 0.44, 0.76):
        end = start + 0.06 + 0.12 * start
        pen.patch(
            [
                (0.5 - 0.008 * (start + 0.2), start),
                (0.5 + 0.008 * (start + 0.2), start),
                (0.5 + 0.012 * (end + 0.2), end),
                (0.5 - 0.012 * (end + 0.2), end),
            ],
            (232, 232, 226),
        )
    draw.line([(0, horizon), (width, horizon)], fill=DARK, width=1)
