"""Whether the market works again: a change is answered and seen, a part is read."""

import time
from dataclasses import dataclass
from uuid import uuid4

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError
from proofs.people import PATIENCE_S, People, items, launched

ANSWER_S_MAX = 40.0
LOOK_EVERY_S = 0.05
LONG_S = 86_400
OPEN_OFFERS = """
query($p: ID!) { offers(projectId: $p, status: OPEN, first: 5) { nodes { id } } }"""
PARTS = "query($b: ID!) { batch(id: $b) { parts { number state } } }"


class NotBack(Exception):
    """The market did not come back within the bound."""


@dataclass(slots=True)
class Probe:
    """Asks under the same rules as everybody; its mutations are written down, too."""

    customer: Client
    provider: Client
    project_id: str
    batch_id: str

    def answers(self) -> None:
        """Return when a change was carried out, and the views have it."""
        target = {"accuracy": 0.5 + time.monotonic() % 1 / 3}
        fields = {"projectId": self.project_id, "target": target, "idempotencyKey": uuid4().hex}
        document = """mutation($input: ReviseTargetInput!) { reviseTarget(input: $input) {
            project { id } errors { code message path } position } }"""
        self._ask(self.customer, document, input=fields)

    def works(self) -> None:
        """Return when a part that is delivered now was read by a worker."""
        content = items(range(1), width=1 + time.monotonic() % 50)
        deadline = time.monotonic() + ANSWER_S_MAX
        upload = self.provider.upload(content, name="probe.json")
        fields = {"batchId": self.batch_id, "uploadId": upload}
        part = self.provider.mutate("deliverLabels", fields, select="part")["part"]
        while time.monotonic() < deadline:
            parts = self.provider.query(PARTS, b=self.batch_id)["batch"]["parts"]
            if any(p["number"] == part and p["state"] != "READING" for p in parts):
                return
            time.sleep(LOOK_EVERY_S)
        raise NotBack("a part was not read")

    def _ask(self, who: Client, document: str, **variables: object) -> None:
        deadline = time.monotonic() + ANSWER_S_MAX
        while True:
            try:
                answer = who.query(document, **variables)["reviseTarget"]
            except ApiError as error:
                answer = {"errors": [{"code": error.code}]}
            if not answer["errors"]:
                return
            if time.monotonic() >= deadline:
                raise NotBack(f"no answer: {answer['errors']}")
            time.sleep(LOOK_EVERY_S)


def make_probe(people: People) -> Probe:
    """A batch that takes parts for as long as one likes, since one item alone is ever labeled."""
    customer = people.client("CUSTOMER")
    provider, provider_id = people.provider("probe")
    ids = launched(customer, ranked=[provider_id], answer_within_s=LONG_S)
    offers = provider.client.query(OPEN_OFFERS, p=ids["project"])["offers"]["nodes"]
    accepted = provider.mutate("acceptOffer", {"offerId": offers[0]["id"]}, select="batch { id }")
    batch_id = str(accepted["batch"]["id"])
    provider.mutate("startWork", {"batchId": batch_id}, select="batch { id }")
    address = people.operator.address
    return Probe(
        customer=Client(address=address, token=customer.token, patience_s=0.0),
        provider=Client(address=address, token=provider.token, patience_s=PATIENCE_S),
        project_id=ids["project"],
        batch_id=batch_id,
    )
