"""The command line: one verb, one thing; what it needs is loaded when it is asked for.

Exit codes: 0 done; 1 it could not be done; 2 the words or the surroundings are wrong.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from labelmarket.cli.audit import Verbs, add_audit, add_views
from labelmarket.cli.codes import DONE, INTERRUPTED, WRONG
from labelmarket.cli.convert import add_convert
from labelmarket.cli.evaluate import add_evaluate
from labelmarket.cli.jobs import add_jobs
from labelmarket.cli.reactions import add_reactions
from labelmarket.cli.report import add_report
from labelmarket.cli.token import add_token
from labelmarket.cli.troubles import leave_stdout, told
from labelmarket.settings import (
    DEFAULT_PORT,
    SettingMissing,
    Settings,
    database_url_in,
    environment,
)

SCENARIOS = ("cascade", "human-and-machine")
Verb = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    verb: Verb = arguments.verb
    try:
        return verb(arguments)
    except SettingMissing as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has seen enough.
        leave_stdout()
        return DONE
    except Exception as error:
        trouble = told(error)
        if trouble is None:
            raise
        code, line = trouble
        print(f"labelmarket: {line}", file=sys.stderr)
        return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="labelmarket", description="A self-hosted marketplace for data labeling."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_up(verbs)
    for name, verb, words in (
        ("serve", _serve, "answer clients (DATABASE_URL, REDIS_URL)"),
        ("follow", _follow, "carry on: views, reactions, timers, job messages"),
        ("work", _work, "do jobs: read and measure labels"),
        ("migrate", _migrate, "bring the database to the newest schema"),
    ):
        verbs.add_parser(name, help=words, description=words).set_defaults(verb=verb)
    add_report(verbs)
    add_evaluate(verbs)
    add_convert(verbs)
    add_token(verbs)
    _add_demo(verbs)
    add_audit(verbs)
    add_views(verbs)
    add_reactions(verbs)
    add_jobs(verbs)
    return parser


def _add_up(verbs: Verbs) -> None:
    words = "run everything, with PostgreSQL and Valkey brought along"
    up = verbs.add_parser("up", help=words, description=words)
    up.add_argument("--data", type=Path, default=Path("labelmarket-data"), metavar="DIR")
    up.add_argument("--port", type=int, default=DEFAULT_PORT)
    up.add_argument("--host", default="127.0.0.1")
    up.set_defaults(verb=_up)


def _add_demo(verbs: Verbs) -> None:
    words = "play a whole market on this machine, and leave it running"
    demo = verbs.add_parser("demo", help=words, description=words)
    demo.add_argument("--once", action="store_true", help="play, and stop")
    demo.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    demo.add_argument(
        "--scenario",
        choices=SCENARIOS,
        default=SCENARIOS[0],
        help="what is played: offers going down a list, or labels shared by machine and people",
    )
    demo.add_argument("--coco", type=Path, metavar="FILE", help="play on this COCO label file")
    demo.add_argument("--images", type=Path, metavar="DIR", help="the images of that file")
    demo.add_argument("--data", type=Path, metavar="DIR", help="keep the market's data there")
    demo.add_argument("--port", type=int, help=f"default {DEFAULT_PORT}, with --once any free one")
    demo.set_defaults(verb=_demo)


def _up(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.market import run_up

    return run_up(data=arguments.data, host=arguments.host, port=arguments.port)


def _serve(_arguments: argparse.Namespace) -> int:
    from labelmarket.web.process import serve

    return serve(Settings.read(environment()))


def _follow(_arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.follow import follow

    return follow(Settings.read(environment()))


def _work(_arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.work import work

    return work(Settings.read(environment()))


def _migrate(_arguments: argparse.Namespace) -> int:
    from labelmarket.migrations.runner import migrate

    for name in migrate(database_url_in(environment())):
        print(name)
    return DONE


def _demo(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.demo import run_demo

    if arguments.scenario != SCENARIOS[0] and (arguments.coco or arguments.images):
        print("labelmarket: --coco and --images go with the first scenario alone", file=sys.stderr)
        return WRONG
    return run_demo(
        coco=arguments.coco,
        images=arguments.images,
        data=arguments.data,
        port=arguments.port,
        once=arguments.once,
        as_json=arguments.json,
        scenario=arguments.scenario,
    )
