"""The customer of the street scenes: makes its project ready."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from labelmarket.demo.buyer import ME, Buyer
from labelmarket.demo.client import Client
from labelmarket.demo.coco import Picture, class_names, items_of, key_of
from labelmarket.demo.material import Material
from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import Say, step
from labelmarket.demo.vetting import CURRENCY, TASK

UPLOADS_AT_ONCE: Final = 4
ITEMS_PER_FILE_MAX: Final = 500
BARE_ITEMS_PER_FILE_MAX: Final = 50_000

INSTRUCTIONS: Final = """\
Draw a tight box around every object of the classes listed, also where it is partly hidden
or cut by the image's edge. A rider and the bicycle are two objects. Leave out what is only
a reflection or a picture. Many people who cannot be told apart are one box, marked as a crowd.
"""


class Customer(Buyer):
    """Brings images and the true labels of them."""

    def __init__(self, market: Client, *, material: Material, say: Say) -> None:
        super().__init__(market, say=say)
        self._material = material

    def prepare(self) -> None:
        """Make the project with its classes, items, instructions, priorities and gold."""
        with step(ME, f"makes the project “{self._material.title}”", say=self._say):
            self._create()
        pictures = self._material.truth["images"]
        size = ITEMS_PER_FILE_MAX if self._material.has_images else BARE_ITEMS_PER_FILE_MAX
        with step(ME, f"uploads {len(pictures):,} items", say=self._say):
            for some in _chunks(pictures, size=size):
                self._add_items(some)
        with step(ME, "writes the instructions", say=self._say):
            self._do("writeInstructions", {"text": INSTRUCTIONS})
        with step(ME, "ranks accuracy before price before speed", say=self._say):
            self._do("rankPriorities", {"ranking": [["ACCURACY"], ["PRICE"], ["SPEED"]]})
        with step(ME, "uploads the true labels that only it knows", say=self._say):
            upload_id = self._market.upload(self._material.gold, name="gold.json")
            self._read_file("addGold", {"uploadId": upload_id}, select="labels problemCount")

    def _create(self) -> None:
        fields = {
            "name": self._material.title,
            "dataType": "image",
            "tasks": [{"taskType": TASK, "geometry": "box"}],
            "target": {"accuracy": 0.9, "currency": CURRENCY},
        }
        made = self._market.mutate("createProject", fields, select="project { id }")
        self.project_id = made["project"]["id"]
        classes = [{"name": name} for name in class_names(self._material.truth)]
        self._do("defineClasses", {"classes": classes})

    def _add_items(self, pictures: Sequence[Picture]) -> None:
        """Add items, each with its uploaded image where there is one."""
        media: list[Json] = []
        if self._material.has_images:
            keys = [key_of(picture) for picture in pictures]
            with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
                ids = pool.map(self._upload_image, keys)
                media = [
                    {"key": key, "uploadId": upload_id}
                    for key, upload_id in zip(keys, ids, strict=True)
                    if upload_id is not None
                ]
        upload_id = self._market.upload(items_of(pictures), name="items.json")
        fields = {"uploadId": upload_id, "media": media}
        self._read_file("addItems", fields, select="added problemCount")

    def _upload_image(self, key: str) -> str | None:
        content = self._material.image(key)
        return self._market.upload(content, name=key) if content is not None else None


def _chunks(pictures: Sequence[Picture], *, size: int) -> Iterator[Sequence[Picture]]:
    for first in range(0, len(pictures), size):
        yield pictures[first : first + size]
