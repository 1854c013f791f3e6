"""Which blob an upload ended in: one small file per upload, written once."""

import os
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from labelmarket.adapters.blobs.local import naming_full, sync_folder

NAME_CHARACTERS_MAX = 255


class Upload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finished upload: what it holds, whose it is, how its sender called it."""

    digest: str
    bytes: int
    organisation_id: UUID
    name: str


class UploadSettled(Exception):
    """The upload already ended in another blob; the first one stays."""


class Uploads:
    """Finished uploads below one root; settling the same thing twice changes nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def settle(self, upload_id: UUID, upload: Upload) -> None:
        """Remember, durably, what an upload ended in. Raises UploadSettled and BlobStoreFull."""
        if len(upload.name) > NAME_CHARACTERS_MAX:
            raise ValueError(f"a name has at most {NAME_CHARACTERS_MAX} characters")
        place = self._place(upload_id)
        draft = place.with_name(f"{uuid4().hex}.draft")
        with naming_full():
            place.parent.mkdir(exist_ok=True, mode=0o700)
            try:
                _write(draft, msgspec.json.encode(upload))
                # A link never replaces: of two that settle at once, one is first for ever.
                os.link(draft, place)
            except FileExistsError:
                if self.find(upload_id) != upload:
                    raise UploadSettled(f"upload {upload_id} ended in another blob") from None
            finally:
                draft.unlink(missing_ok=True)
            sync_folder(place.parent)
            sync_folder(self._root)

    def find(self, upload_id: UUID) -> Upload | None:
        try:
            text = self._place(upload_id).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(text, type=Upload)

    def _place(self, upload_id: UUID) -> Path:
        name = upload_id.hex
        return self._root / name[:2] / f"{name}.json"


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
