"""What falls due in a `follow` process: timers to give, and messages to send for jobs."""

from datetime import datetime, timedelta
from functools import partial

from labelmarket.application import measuring, timing
from labelmarket.application.ports import Job, LogConflict, Unavailable
from labelmarket.application.work import TooEarly
from labelmarket.bootstrap.timers import EARLY_S_MAX
from simulation.broker import BrokerAway
from simulation.process import Process
from simulation.scheduler import Steps, sleep_s


def fire_due(process: Process) -> Steps[int]:
    """Give the commands of due timers, as `bootstrap.timers.fire_due` does."""
    timers = process.database.timers
    due = yield from process.wire.once("take timers", partial(timers.take, by=process.life()))
    if not due:
        return 0
    yield from _wait_for_clock(process, max(timer.due_at for timer in due))
    failed = yield from process.plainly(lambda: timing.give_all(process.market, due))
    for timer_id, trouble in failed.items():
        if not isinstance(trouble, (LogConflict, TooEarly, Unavailable)):
            raise trouble
        process.scheduler.say(f"{timer_id} waits: {type(trouble).__name__}")
    if failed:
        yield from process.wire.patiently("give back", partial(timers.give_back, list(failed)))
    return len(due)


def _wait_for_clock(process: Process, last_at: datetime) -> Steps[None]:
    now = yield from process.clock.read()
    if now < last_at:
        yield from process.clock.set()
    early = last_at - process.clock.reading()
    if early > timedelta():
        yield from sleep_s(min(early.total_seconds(), EARLY_S_MAX))


def see_to_jobs(process: Process) -> Steps[int]:
    """Tell of jobs that are given up, then send messages for those that wait."""
    jobs, wire = process.database.jobs, process.wire
    for job in (yield from wire.once("given up", jobs.untold)):
        try:
            yield from _give_up(process, job)
        except (LogConflict, Unavailable) as trouble:
            process.scheduler.say(f"{job.id} is not given up yet: {type(trouble).__name__}")
    return (yield from send_waiting(process))


def _give_up(process: Process, job: Job) -> Steps[None]:
    told = yield from process.plainly(
        lambda: measuring.give_up(process.market, job.id, kind=job.kind, args=job.args)
    )
    if told:
        tell = partial(process.database.jobs.tell, job.id)
        yield from process.wire.patiently("told", tell)


def send_waiting(process: Process) -> Steps[int]:
    """Send a message for each job that waits unheard, as `bootstrap.follow.send_waiting` does."""
    jobs, wire = process.database.jobs, process.wire
    waiting = yield from wire.once("jobs to send", jobs.to_send)
    for number, (job_id, _) in enumerate(waiting):
        try:
            yield from process.outside.broker.enqueue(job_id)
        except BrokerAway:
            unsent = [job for job, _ in waiting[number:]]
            yield from wire.patiently("not sent", partial(jobs.not_sent, unsent))
            raise
    return 0
