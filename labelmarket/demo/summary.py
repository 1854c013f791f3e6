"""What the play came to, as one JSON object."""

from dataclasses import dataclass

import orjson

from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import OfferShown


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`report` speaks of the delivered labels, `gold` of the true ones."""

    address: str
    project: str
    offers: tuple[OfferShown, ...]
    items: int
    labels: int
    report: Json
    gold: Json
    facts: int
    seconds: float

    def as_json(self) -> bytes:
        return orjson.dumps(
            {
                "address": self.address,
                "project": self.project,
                "offers": [
                    {
                        "provider": offer.provider,
                        "outcome": offer.outcome or "open",
                        "sentAt": offer.sent_at,
                        "endedAt": offer.ended_at or None,
                    }
                    for offer in self.offers
                ],
                "batch": {"items": self.items, "labels": self.labels},
                "report": self.report,
                "gold": self.gold,
                "facts": self.facts,
                "seconds": round(self.seconds, 3),
            }
        )


def counted(report: Json) -> Json:
    """Key a report's lists by the names of the classes; a pair is `a|b`, in order of names."""
    pairs = {
        "|".join(sorted((pair["a"], pair["b"]))): pair["images"] for pair in report["cooccurrence"]
    }
    return {
        "images": report["images"],
        "labels": report["labels"],
        "classes": _by_name(report["classes"], "labels", "images"),
        "cooccurrence": pairs,
        "density": _by_name(report["density"], "maxInOneImage", "shareOfTopImage", "gini"),
        "location": _by_name(report["location"], "quadrants"),
        "meanBestIou": report["meanBestIou"],
    }


def _by_name(rows: list[Json], *names: str) -> Json:
    return {row["name"]: {name: row[name] for name in names} for row in rows}
