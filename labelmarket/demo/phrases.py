"""What customers of a shop write about, in the words that go with each matter."""

from collections.abc import Mapping
from typing import Final

CORES: Final[Mapping[str, tuple[str, ...]]] = {
    "delivery": (
        "my parcel has not arrived",
        "the courier left the {thing} at the wrong door",
        "tracking has not moved for {number} days",
        "nobody rang, and the driver took the {thing} away again",
        "the shipment was due {number} days ago",
        "where is the delivery of the {thing}",
    ),
    "billing": (
        "I was charged twice for the {thing}",
        "the invoice shows {number} euros too much",
        "my card was debited before anything was confirmed",
        "please send the receipt for the {thing}",
        "the discount is missing on the bill",
        "the payment failed {number} times",
    ),
    "returns": (
        "I want to send the {thing} back",
        "how do I return the {thing} for a refund",
        "the return label does not print",
        "I sent the {thing} back {number} days ago and see no refund",
        "can I exchange the {thing} for another size",
        "the pickup of my return never happened",
    ),
    "defect": (
        "the {thing} broke after {number} days",
        "the {thing} does not switch on any more",
        "there is a crack in the {thing}",
        "the {thing} makes a loud noise and smells burnt",
        "a screw is missing and the {thing} wobbles",
        "the {thing} stopped working, is there a warranty",
    ),
    "praise": (
        "I am very happy with the {thing}",
        "the {thing} is lovely, thank you",
        "great service, the {thing} works perfectly",
        "my family loves the {thing}",
        "best {thing} I have ever had",
        "thanks for the kind and quick help",
    ),
}
"""Sentences of each class; the words of one class are rare in those of the others."""

THINGS: Final = (
    *("lamp", "kettle", "jacket", "bicycle", "headset", "blender", "chair", "backpack"),
    *("toaster", "tent", "monitor", "suitcase", "drill", "carpet", "watch", "printer"),
)
OPENINGS: Final = (
    *("", "Hello, ", "Hi there, ", "Dear team, ", "Good morning, ", "Again: ", "Hi, "),
    *("To whom it may concern: ", "Good evening, ", "One more time: ", "Quick note: "),
)
CLOSINGS: Final = (
    *(".", "!", ". Regards", ". Please answer soon.", ". Order {order}.", "...", ". Best wishes"),
    *(". Call me at {order}.", " (order {order})", ". I wait for your reply."),
)
JOINTS: Final = (", and ", "; besides, ", ". Also: ", ", though ")
"""What stands between two matters in a message that is about both."""
