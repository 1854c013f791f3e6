"""The workers' processes: a message is a hint, the job's row decides, the work is the market's."""

from labelmarket.application.labels import BlobStoreFull
from labelmarket.application.measuring import Measuring
from labelmarket.application.ports import Job, LogConflict, Unavailable
from labelmarket.bootstrap.work import THREADS
from labelmarket.workers.claims import BEAT_EVERY_S
from simulation.broker import Hand
from simulation.files import SimulatedFiles
from simulation.process import Outside, Process
from simulation.scheduler import Park, Steps, sleep_s

TROUBLES = (BlobStoreFull, LogConflict, Unavailable)


class Work(Process):
    """Claims, beats, runs and gives back as `workers.claims.Claims` does."""

    def __init__(self, name: str, outside: Outside, deadly: set[str]) -> None:
        super().__init__(name, outside)
        self._deadly = deadly
        self._hands: list[Hand] = []

    def run(self) -> None:
        files = SimulatedFiles(self)
        self._measuring = Measuring(market=self.market, files=files, blobs=files)
        self._hands = [Hand(self.scheduler) for _ in range(THREADS)]
        for number, hand in enumerate(self._hands):
            hand.task = self.spawn(f"hand {number}", self._work(hand))

    def kill(self) -> None:
        super().kill()
        self.outside.broker.gone(self._hands)

    def _work(self, hand: Hand) -> Steps[None]:
        while True:
            self.outside.broker.ready(hand)
            while hand.job_id is None:
                yield Park(None)
            try:
                yield from self._process_message(hand.job_id)
            except Unavailable as trouble:
                # Only a hint is lost; the row is still there.
                self.scheduler.say(f"skips {hand.job_id}: {trouble}")
            hand.job_id = None

    def _process_message(self, job_id: str) -> Steps[None]:
        worker, jobs = f"{self.name}.{self.lives}", self.database.jobs
        job = yield from self.wire.patiently(
            f"claim {job_id}", lambda: jobs.claim(job_id, worker=worker)
        )
        if job is None:
            return
        beats = self.spawn(f"beats {job_id}", self._beat(job_id, worker))
        try:
            yield from self._run(job)
        except TROUBLES as trouble:
            self.scheduler.say(f"fails at {job_id}: {type(trouble).__name__}")
            yield from self.wire.patiently(
                f"fail {job_id}", lambda: jobs.fail(job_id, worker=worker)
            )
        finally:
            self.scheduler.drop(beats)

    def _run(self, job: Job) -> Steps[None]:
        chance = self.outside.chance
        if job.id in self._deadly or chance.strikes("deadly work"):
            self._deadly.add(job.id)
            if not chance.is_calm:
                self.scheduler.say(f"dies of {job.id}")
                self.scheduler.spawn("the end", self.die())
                yield Park(None)
        yield from self.plainly(lambda: self._measuring.run(job.id, kind=job.kind, args=job.args))

    def _beat(self, job_id: str, worker: str) -> Steps[None]:
        while True:
            yield from sleep_s(BEAT_EVERY_S)
            try:
                yield from self.wire.patiently(
                    "beat", lambda: self.database.jobs.beat(job_id, worker=worker)
                )
            except Unavailable as trouble:
                self.scheduler.say(f"misses a beat: {trouble}")
