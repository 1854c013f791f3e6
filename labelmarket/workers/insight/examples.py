"""One image, class or label that a check found, put into words."""

from labelmarket.workers.columns import NO_ID
from labelmarket.workers.insight.finding_types import Example
from labelmarket.workers.insight.samples import Samples
from labelmarket.workers.insight.totals import Totals

EXAMPLES_MAX = 20


def of_image(image: str, *, words: str = "") -> Example:
    return {"image": image, "class": None, "id": None, "box": None, "words": words}


def of_class(name: str, *, words: str = "") -> Example:
    return {"image": None, "class": name, "id": None, "box": None, "words": words}


def of_label(totals: Totals, samples: Samples, row: int, *, words: str) -> Example:
    ident = int(samples.ids[row])
    return {
        "image": totals.key(int(samples.items[row])),
        "class": totals.names[samples.classes[row]],
        "id": None if ident == NO_ID else ident,
        "box": samples.boxes[row].tolist(),
        "words": words,
    }
