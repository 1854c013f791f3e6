"""The workers' processes: a message is a hint, the job's row decides, the work is the market's."""

from functools import partial

from labelmarket.application.exporting import ExportWriting
from labelmarket.application.measuring import PASSING, Measuring
from labelmarket.application.ports import Job, Unavailable
from labelmarket.workers.claims import BEAT_EVERY_S
from simulation.broker import Hand
from simulation.files import NoMachine, SimulatedFiles
from simulation.process import Outside, Process
from simulation.scheduler import Park, Steps, sleep_s

HANDS = 2
"""Threads of a worker's process."""


class WorkFailed(Exception):
    """A job's own error, whatever it is."""


class Work(Process):
    """Claims, beats, runs and gives back as `workers.claims.Claims` does."""

    def __init__(self, name: str, outside: Outside, doomed: set[tuple[str, str]]) -> None:
        super().__init__(name, outside)
        self._doomed = doomed
        self._hands: list[Hand] = []

    def run(self) -> None:
        files, nobody = SimulatedFiles(self), NoMachine()
        self._measuring = Measuring(
            market=self.market,
            files=files,
            blobs=files,
            machine=nobody,
            learner=nobody,
            exports=ExportWriting(market=self.market, blobs=files, files=nobody),
        )
        self._hands = [Hand(self.scheduler) for _ in range(HANDS)]
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
        except (*PASSING, WorkFailed) as trouble:
            self.scheduler.say(f"fails at {job_id}: {type(trouble).__name__}")
            back = jobs.fail if isinstance(trouble, WorkFailed) else jobs.postpone
            yield from self.wire.patiently(f"back {job_id}", partial(back, job_id, worker=worker))
        finally:
            self.scheduler.drop(beats)

    def _run(self, job: Job) -> Steps[None]:
        if self._suffers(job, "deadly work"):
            self.scheduler.spawn("the end", self.die())
            yield Park(None)
        if self._suffers(job, "failing work"):
            raise WorkFailed(job.id)
        yield from self.plainly(lambda: self._measuring.run(job.id, kind=job.kind, args=job.args))

    def _suffers(self, job: Job, fault: str) -> bool:
        """Whether a job has this fault; then it has it at every attempt, until there is calm."""
        if self.outside.chance.strikes(fault):
            self._doomed.add((fault, job.id))
        return (fault, job.id) in self._doomed and not self.outside.chance.is_calm

    def _beat(self, job_id: str, worker: str) -> Steps[None]:
        while True:
            yield from sleep_s(BEAT_EVERY_S)
            try:
                yield from self.wire.patiently(
                    "beat", lambda: self.database.jobs.beat(job_id, worker=worker)
                )
            except Unavailable as trouble:
                self.scheduler.say(f"misses a beat: {trouble}")
