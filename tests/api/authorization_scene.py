"""A market with one of each kind of caller, and real things for them to ask for."""

import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson

from labelmarket.demo.client import Client
from tests.api.people import People, always, coco, until

CLASSES, OF_A_MACHINE = ("cat", "dog"), "fox"
BOX, BESIDE = [10.0, 10.0, 20.0, 20.0], [50.0, 50.0, 20.0, 20.0]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture"
Labels = dict[str, list[tuple[str, list[float]]]]
TRUTH: Labels = {"a.png": [("cat", BOX), ("dog", BESIDE)], "b.png": [("dog", BOX)]}
HALF: Labels = {"a.png": [("cat", BOX), ("dog", BESIDE)], "newt.png": [("cat", BOX)]}
WHOLE: Labels = {**TRUTH, "b.png": [("dog", BOX)], "newt.png": [("cat", BOX)]}
AGAIN: Labels = {**TRUTH, "b.png": [("dog", BESIDE)], "newt.png": [("cat", BOX)]}
WORDS, WORD = "text_categorisation", b"item,label\na,cat\n"
PROVIDERS = ("stranger", "declined", "asked", "holder", "expired", "approved", "revoked")
CLEARANCE, OTHER_CLEARANCE = "ISO27001", "SOC2"
LETTERS = string.ascii_letters
NOBODY_ID = UUID("00000000-0000-4000-8000-00000000dead")
Json = dict[str, Any]


@dataclass(eq=False, slots=True, kw_only=True)
class Caller:
    """One who asks. `things` are what its questions name; `heard` is all that it was told."""

    name: str
    token: str | None
    address: str
    http: httpx.Client
    things: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    known: dict[str, Json] = field(default_factory=dict)

    def read(self, operation: str) -> Json:
        """Ask what always has the same answer; the same question is asked once."""
        if operation not in self.known:
            self.known[operation] = self.ask(operation)
        return self.known[operation]

    def read_ahead(self, operations: list[str]) -> None:
        """Ask several at once; with an error among the answers, each is asked alone later."""
        inner = [one.strip()[1:-1].strip() for one in operations]
        aliased = " ".join(f"q{number}: {one}" for number, one in enumerate(inner))
        answer = self.ask(f"{{ {aliased} }}")
        if "errors" in answer:
            return
        for number, (operation, one) in enumerate(zip(operations, inner, strict=True)):
            name = one[: len(one) - len(one.lstrip(LETTERS))]
            self.known[operation] = {"data": {name: answer["data"][f"q{number}"]}}

    def ask(self, operation: str) -> Json:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.http.post(
            f"{self.address}/graphql", json={"query": operation}, headers=headers
        )
        self.heard.append(answer.text)
        content: Json = orjson.loads(answer.content)
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    callers: dict[str, Caller]
    secrets: dict[str, tuple[str, ...]]
    """By each provider: what nobody but it and the customers may read."""

    @property
    def truth(self) -> Caller:
        """Who is told everything."""
        return self.callers["operator"]

    def head(self) -> str:
        """Where the log ends."""
        return str(self.truth.ask("{ position }")["data"]["position"])


def missing(identity: str) -> str:
    """An id of the same kind of thing, of which there is none."""
    kind = urlsafe_b64decode(identity + "=" * (-len(identity) % 4)).decode().partition(":")[0]
    return urlsafe_b64encode(f"{kind}:{NOBODY_ID}".encode()).decode().rstrip("=")


def bare(identity: str) -> str:
    """What an id stands for, as facts hold it."""
    return urlsafe_b64decode(identity + "=" * (-len(identity) % 4)).decode().partition(":")[2]


class SceneMaker:
    """Plays until every provider stands where its name says, with all work read."""

    def __init__(self, people: People, http: httpx.Client) -> None:
        self.people = people
        self.http = http
        self.owner = self._client("owner", "CUSTOMER")
        self.other = self._client("other", "CUSTOMER")
        self.clients = {name: self._client(name, "PROVIDER") for name in PROVIDERS}
        self.ids = {name: self._applied(client, name) for name, client in self.clients.items()}
        self.orders: dict[str, str] = {}
        self.texts = ""

    def make(self) -> Scene:
        applicant = self._client("applicant", "PROVIDER")
        shared = {"applicant": self._applied(applicant, "applicant", vet=False)}
        self.start = self.people.operator.query("{ position }")["position"]
        shared |= {"project": self._project(), "start": self.start}
        shared |= self._draft()
        offers = {name: self._offer(name) for name in PROVIDERS if name != "stranger"}
        batches = {name: self._work(name, offers[name]) for name in ("approved", "revoked")}
        batches["holder"] = self._work("holder", offers["holder"])
        shared |= {
            "order": self.orders["holder"],
            "exhausted": self.orders["expired"],
            "open": offers["asked"],
            "free": self._offer("free"),
            "words": self._words(),
            "texts": self.texts,
            "live": batches["holder"],
            "spare": self._spare(),
        }
        shared |= {
            f"{name}Export": self._exported(client, batches["holder"])
            for name, client in (("owner", self.owner), ("holder", self.clients["holder"]))
        }
        return self._scene(shared, offers, batches)

    def _scene(
        self, shared: dict[str, str], offers: dict[str, str], batches: dict[str, str]
    ) -> Scene:
        tokens: dict[str, str | None] = {name: c.token for name, c in self.clients.items()}
        tokens |= {"nobody": None, "owner": self.owner.token, "other": self.other.token}
        tokens |= {"operator": self.people.operator.token}
        tokens |= {"auditor": self._token("auditor", "AUDITOR")}
        found: dict[str, Caller] = {}
        for name, token in tokens.items():
            address = self.people.market.address
            found[name] = Caller(name=name, token=token, address=address, http=self.http)
            found[name].things = {
                **shared,
                "provider": self.ids.get(name, self.ids["holder"]),
                "offer": offers.get(name, offers["holder"]),
                "batch": batches.get(name, batches["holder"]),
                "rival": self.ids["asked" if name == "holder" else "holder"],
                "upload": self._upload(name),
            }
        return Scene(callers=found, secrets=self._secrets(offers, batches))

    def _secrets(
        self, offers: dict[str, str], batches: dict[str, str]
    ) -> dict[str, tuple[str, ...]]:
        things: dict[str, list[str | None]] = {
            name: [identity, offers.get(name), batches.get(name)]
            for name, identity in self.ids.items()
        }
        return {
            name: (
                f"{name} works",
                f"{name}@example.org",
                *(text for one in found if one for text in (one, bare(one))),
            )
            for name, found in things.items()
        }

    def _token(self, name: str, role: str) -> str:
        fields = {"name": f"token of {name}", "role": role}
        made = self.people.operator.mutate("createToken", fields, select="secret")
        return str(made["secret"])

    def _spare(self) -> str:
        """A token's id that may be revoked."""
        fields = {"name": "spare", "role": "CUSTOMER"}
        made = self.people.operator.mutate("createToken", fields, select="token { id }")
        return str(made["token"]["id"])

    def _client(self, name: str, role: str) -> Client:
        """One who shares the operator's connections, which are slow to open a dozen times."""
        client = copy(self.people.operator)
        client.token, client.position = self._token(name, role), None
        return client

    def _applied(self, client: Client, name: str, *, vet: bool = True) -> str:
        """A provider that can do the work, but for the stranger, who lacks a clearance."""
        profile = {"workforce": "STAFF", "region": "DE", "contact": f"{name}@example.org"}
        one = "provider { id }"
        applied = client.mutate("applyAsProvider", {"name": f"{name} works", **profile}, select=one)
        identity = str(applied["provider"]["id"])
        clearance = OTHER_CLEARANCE if name == "stranger" else CLEARANCE
        capability = {"taskType": "object_detection", "unitsPerHour": "100", "tools": ["pen"]}
        capabilities = [capability, {"taskType": WORDS, "unitsPerHour": "100"}]
        fields = {"capabilities": capabilities, "clearances": [{"name": clearance}]}
        client.mutate("publishCapabilities", fields, select=one)
        price = {"currency": "EUR", "setup": "1", "perItem": "0.05"}
        rates = [{"taskType": task, **price} for task in ("object_detection", WORDS)]
        client.mutate("publishRateCard", {"rates": rates}, select=one)
        hours = {"timeZone": "Europe/Berlin", "shifts": always(), "itemsPerMonth": 1_000}
        client.mutate("setAvailability", hours, select=one)
        if vet:
            vetting = {"providerId": identity, "note": "vetted"}
            self.people.operator.mutate("vetProvider", vetting, select=one)
        return identity

    def _created(
        self,
        name: str,
        *,
        clearance: str = CLEARANCE,
        also: tuple[str, ...] = (),
        tasks: int = 1,
    ) -> str:
        required = [{"taskType": "object_detection", "clearances": [clearance]}] * tasks
        target = {"accuracy": 0.9, "budget": "100", "currency": "EUR"}
        fields = {"name": name, "dataType": "image", "tasks": required, "target": target}
        made = self.owner.mutate("createProject", fields, select="project { id }")
        project = str(made["project"]["id"])
        named = {"projectId": project}
        one = "project { id }"
        classes = [{"name": kind} for kind in (*CLASSES, OF_A_MACHINE, *also)]
        self.owner.mutate("defineClasses", {**named, "classes": classes}, select=one)
        return project

    def _project(self) -> str:
        """A launched project whose orders, one a task, have brought every provider to its place."""
        ranked = {
            "holder": ["stranger", "holder"],
            "asked": ["declined", "asked"],
            "free": ["asked"],
            "expired": ["expired"],
            "approved": ["approved"],
            "revoked": ["revoked"],
        }
        project = self._created("the owner's project", tasks=len(ranked))
        named, one = {"projectId": project}, "project { id }"
        document = "query($projectId: ID!) { project(id: $projectId) { tasks { id } } }"
        shown = self.owner.query(document, **named)["project"]["tasks"]
        tasks = dict(zip(ranked, (str(task["id"]) for task in shown), strict=True))
        picture = self.owner.upload(PICTURE, name="a.png")
        media = [{"key": key, "uploadId": picture} for key in TRUTH]
        self.owner.mutate(
            "addItems", {**named, "uploadId": self._file(TRUTH), "media": media}, select=one
        )
        self.owner.mutate("addGold", {**named, "uploadId": self._file(TRUTH)}, select=one)
        self.owner.mutate("writeInstructions", {**named, "text": "Label cats."}, select=one)
        self._route(named, task_id=tasks["holder"])
        ranking = {"ranking": [["ACCURACY"], ["PRICE", "SPEED"]]}
        self.owner.mutate("rankPriorities", {**named, **ranking}, select=one)
        for name, order in ranked.items():
            within = 1 if name == "expired" else 3_600
            ranking_ids = [self.ids[one] for one in order]
            self.orders[name] = self.people.order(
                self.owner, project, ranking_ids, task_id=tasks[name], answer_within_s=within
            )
        self.orders["declined"] = self.orders["asked"]
        self.owner.mutate("launchProject", named, select=one)
        return project

    def _route(self, named: dict[str, str], *, task_id: str) -> None:
        """People label the first classes, and a machine the last; it speaks of one task."""
        one = "project { id }"
        metrics = [
            {"className": name, "value": 0.9 if name == OF_A_MACHINE else 0.2, "goldExamples": 40}
            for name in (*CLASSES, OF_A_MACHINE)
        ]
        oracle = {"name": "detector", "metric": "ap", "classMetrics": metrics}
        self.owner.mutate("registerOracle", {**named, **oracle}, select=one)
        foxes: Labels = {key: [(OF_A_MACHINE, BESIDE)] for key in TRUTH}
        predicted = coco(foxes, classes=(*CLASSES, OF_A_MACHINE), score=0.9)
        said = self.owner.upload(predicted, name="said.json")
        for version, many in (("0", 10), ("1", 20)):
            model = {"taskId": task_id, "oracle": "detector", "version": version, "trainedOn": many}
            self.owner.mutate("addPredictions", {**named, **model, "uploadId": said}, select=one)
        self.owner.mutate("applyRoutingThreshold", {**named, "threshold": 0.5}, select=one)
        choice = {"className": CLASSES[0], "route": "HUMAN"}
        self.owner.mutate("overrideClassRoute", {**named, **choice}, select=one)

    def _draft(self) -> dict[str, str]:
        """A project of which nothing is fixed yet, and one that only the stranger could do."""
        draft = self._created("the owner's draft", also=("plant",))
        order = self.people.order(self.owner, draft, [self.ids["stranger"]])
        sketch = self._created("a sketch", clearance=OTHER_CLEARANCE)
        sketched = self.people.order(self.owner, sketch, [], items=1)
        return {"draft": draft, "draftOrder": order, "sketch": sketch, "sketchOrder": sketched}

    def _file(self, labels: Labels) -> str:
        return self.owner.upload(coco(labels, classes=CLASSES), name="labels.json")

    def _upload(self, name: str) -> str:
        """A file of the caller's own; whoever may not upload names the owner's."""
        client = {**self.clients, "other": self.other}.get(name, self.owner)
        return client.upload(coco(HALF, classes=CLASSES, score=0.9), name="labels.json")

    def _offer(self, name: str) -> str:
        """The offer that a provider was sent for this order, once it stands as it should."""
        client = self.clients[{"free": "asked", "words": "holder"}.get(name, name)]
        document = "{ offers { nodes { id orderId status } } }"
        wanted = {"declined": "OPEN", "expired": "EXPIRED"}.get(name, "OPEN")
        found = until(
            lambda: [
                str(one["id"])
                for one in client.query(document)["offers"]["nodes"]
                if one["orderId"] == self.orders[name] and one["status"] == wanted
            ]
        )
        if name == "declined":
            refused = {"offerId": found[0], "reason": "CAPACITY", "note": "full"}
            client.mutate("declineOffer", refused, select="offer { id }")
        return str(found[0])

    def _work(self, name: str, offer: str) -> str:
        """An accepted batch: half delivered; or all of it, and approved or taken back."""
        client = self.clients[name]
        accepted = client.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")
        batch = str(accepted["batch"]["id"])
        client.mutate("startWork", {"batchId": batch}, select="batch { id }")
        self._deliver(name, batch, labels=HALF if name == "holder" else WHOLE)
        named = {"batchId": batch}
        if name == "approved":
            self.owner.mutate("approveBatch", named, select="batch { id }")
        if name == "revoked":
            rework = {**named, "reason": "wrong", "deliverWithinSeconds": 3_600}
            self.owner.mutate("requestRework", rework, select="batch { id }")
            self._deliver(name, batch, labels=AGAIN)
            taken_back = {**named, "reason": "wrong again"}
            self.owner.mutate("revokeBatch", taken_back, select="batch { id }")
        return batch

    def _words(self) -> str:
        """A batch of the holder's in which whole items were compared with gold."""
        fields = {"name": "words", "dataType": "text", "tasks": [{"taskType": WORDS}]}
        made = self.owner.mutate("createProject", fields, select="project { id }")
        named = {"projectId": str(made["project"]["id"])}
        classes = [{"name": kind} for kind in CLASSES]
        self.owner.mutate("defineClasses", {**named, "classes": classes}, select="project { id }")
        for taken, table in (("addItems", b"id,text\na,It purrs\n"), ("addGold", WORD)):
            upload = self.owner.upload(table, name="table.csv")
            self.owner.mutate(taken, {**named, "uploadId": upload}, select="project { id }")
        self.owner.mutate("teachLearner", named, select="project { id }")
        learners = "query($projectId: ID!) { project(id: $projectId) { learners { taskId } } }"
        until(lambda: self.owner.query(learners, **named)["project"]["learners"])
        self.texts = named["projectId"]
        self.orders["words"] = self.people.order(
            self.owner, named["projectId"], [self.ids["holder"]]
        )
        self.owner.mutate("launchProject", named, select="project { id }")
        holder = self.clients["holder"]
        accepted = holder.mutate(
            "acceptOffer", {"offerId": self._offer("words")}, select="batch { id }"
        )
        batch = str(accepted["batch"]["id"])
        self._deliver("holder", batch, labels=WORD)
        return batch

    def _exported(self, client: Client, batch: str) -> str:
        """An export of a batch that is written."""
        fields = {"batchId": batch, "format": "VOC"}
        asked = client.mutate("exportLabels", fields, select="export { id }")["export"]
        document = "query($id: ID!) { export(id: $id) { status } }"
        until(lambda: client.query(document, id=asked["id"])["export"]["status"] == "READY")
        return str(asked["id"])

    def _deliver(self, name: str, batch: str, *, labels: Labels | bytes) -> None:
        """Deliver a file, and wait until the report tells of it."""
        client = self.clients[name]
        content = labels if isinstance(labels, bytes) else coco(labels, classes=CLASSES)
        upload = client.upload(content, name="labels")
        client.mutate("deliverLabels", {"batchId": batch, "uploadId": upload}, select="part")
        document = "query($b: ID!) { batch(id: $b) { reportReady status } }"
        wanted = "STARTED" if labels is HALF else "DELIVERED"
        until(
            lambda: (
                (found := client.query(document, b=batch)["batch"])["reportReady"]
                and found["status"] == wanted
            )
        )
