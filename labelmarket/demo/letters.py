"""The customer of the messages: makes its project ready, and has the market learn from it."""

from collections.abc import Sequence
from typing import Final

from labelmarket.demo.buyer import ME, Buyer
from labelmarket.demo.stage import step
from labelmarket.demo.texts import Message, class_names, gold_csv, items_csv
from labelmarket.demo.vetting import CURRENCY, WORDS

MESSAGES: Final = 300
GOLD: Final = 60
"""So many messages the customer has labeled itself: the first that came."""

INSTRUCTIONS: Final = """\
Give each message the one matter that its writer wants something done about. Where it speaks of
two, the first one counts. Thanks alone are praise.
"""


class TextCustomer(Buyer):
    """Brings messages, and the true classes of a few."""

    def prepare(self, messages: Sequence[Message]) -> None:
        with step(ME, "makes the project “Messages to a shop”", say=self._say):
            self._create()
        with step(ME, f"uploads {len(messages):,} messages", say=self._say):
            upload_id = self._market.upload(items_csv(messages), name="messages.csv")
            self._read_file("addItems", {"uploadId": upload_id}, select="added problemCount")
        with step(ME, "writes the instructions", say=self._say):
            self._do("writeInstructions", {"text": INSTRUCTIONS})
        gold = messages[:GOLD]
        with step(ME, f"uploads the {len(gold):,} messages that it labeled itself", say=self._say):
            upload_id = self._market.upload(gold_csv(gold), name="gold.csv")
            self._read_file("addGold", {"uploadId": upload_id}, select="labels problemCount")

    def _create(self) -> None:
        fields = {
            "name": "Messages to a shop",
            "dataType": "text",
            "tasks": [{"taskType": WORDS}],
            "target": {"accuracy": 0.9, "currency": CURRENCY},
        }
        made = self._market.mutate("createProject", fields, select="project { id }")
        self.project_id = made["project"]["id"]
        self._do("defineClasses", {"classes": [{"name": name} for name in class_names()]})
