"""The process that carries on: views, reactions, timers, and messages for waiting jobs."""

import logging
import signal
import threading

from dramatiq import Broker

from labelmarket.adapters.postgres import feed, reactions
from labelmarket.adapters.postgres.feed import ViewFollower
from labelmarket.adapters.postgres.jobs import PostgresJobs
from labelmarket.adapters.postgres.keys import forget_old_keys
from labelmarket.adapters.postgres.reactions import ReactionFollower
from labelmarket.adapters.postgres.renewal import RenewedView
from labelmarket.adapters.valkey.broker import open_broker
from labelmarket.adapters.valkey.fitness import warn_if_unfit
from labelmarket.application.market import Market
from labelmarket.application.measuring import give_up
from labelmarket.application.reaction import Reaction
from labelmarket.application.view import R, View
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.bootstrap.loops import Loop, run_all
from labelmarket.bootstrap.reactions import reactions_of
from labelmarket.bootstrap.timers import timer_loop
from labelmarket.settings import Settings
from labelmarket.workers.actors import message_for

CONNECTIONS_MAX = 30
FORGET_EVERY_S = 600.0

log = logging.getLogger(__name__)


def follow(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM. Any number of these processes may run at once."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    warn_if_unfit(settings.redis_url)
    with open_core(settings.database_url, name="follow", connections_max=CONNECTIONS_MAX) as core:
        run_all(loops_of(core, settings, stopping), stopping)
    return 0


def loops_of(core: Core, settings: Settings, stopping: threading.Event) -> list[Loop]:
    """Everything that follows the log."""
    return [
        *(_view_loop(core, view, settings, stopping) for view in VIEWS),
        *(_reaction_loop(core, reaction) for reaction in reactions_of(core)),
        timer_loop(core, stopping),
        _job_loop(core, settings),
        Loop(
            name="old keys",
            step=lambda: forget_old_keys(core.pool),
            ring=core.bell.ring_for(),
            idle_s=FORGET_EVERY_S,
        ),
    ]


def _view_loop(core: Core, view: View[R], settings: Settings, stopping: threading.Event) -> Loop:
    renewed = RenewedView(
        ViewFollower(core.pool, view, core.mapper),
        view,
        core.mapper,
        database_url=settings.database_url,
        keep_on=lambda: not stopping.is_set(),
    )
    return Loop(
        name=f"view {view.name}",
        step=renewed.advance,
        ring=core.bell.ring_for("facts"),
        full=feed.BATCH_MAX,
    )


def _reaction_loop(core: Core, reaction: Reaction) -> Loop:
    follower = ReactionFollower(core.pool, reaction, market=core.market, mapper=core.mapper)
    follower.register()
    return Loop(
        name=f"reaction {reaction.name}",
        step=follower.advance,
        ring=core.bell.ring_for("facts"),
        failed=follower.tell,
        full=reactions.BATCH_MAX,
    )


def _job_loop(core: Core, settings: Settings) -> Loop:
    jobs = PostgresJobs(core.pool, worker="follow")
    broker = open_broker(settings.redis_url)

    def step() -> int:
        give_up_quarantined(core.market, jobs)
        return send_waiting(jobs, broker)

    return Loop(name="job messages", step=step, ring=core.bell.ring_for("jobs"))


def give_up_quarantined(market: Market, jobs: PostgresJobs) -> None:
    """Tell those who wait for jobs that are not tried again; a failure stops no other."""
    for job in jobs.quarantined():
        if job.told:
            return
        try:
            if give_up(market, job.id, kind=job.kind, args=job.args):
                jobs.told(job.id)
        except Exception as error:
            log.warning("job %s is not given up yet: %s: %s", job.id, type(error).__name__, error)


def send_waiting(jobs: PostgresJobs, broker: Broker) -> int:
    """Send a message for each job that waits unheard; give 0, there is no hurry for more."""
    waiting = jobs.to_send()
    for number, (job_id, queue) in enumerate(waiting):
        try:
            broker.enqueue(message_for(queue, job_id))
        except ValueError as error:
            log.warning("job %s is never sent: %s", job_id, error)
        except Exception:
            jobs.not_sent([unsent for unsent, _ in waiting[number:]])
            raise
    return 0
