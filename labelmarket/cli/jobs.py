"""`labelmarket jobs`: the jobs that are not tried again, and how to try one again."""

import argparse
import json
import sys
from pathlib import Path

from labelmarket.cli.audit import Verbs
from labelmarket.cli.codes import DONE, FAILED


def add_jobs(verbs: Verbs) -> None:
    words = "look at the jobs that were given up, and have them tried again"
    jobs = verbs.add_parser("jobs", help=words, description=words)
    actions = jobs.add_subparsers(required=True, metavar="ACTION")
    listed = _action(actions, "list", "quarantined jobs, at most a hundred")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(verb=_list)
    release = _action(actions, "release", "try a quarantined job again, from its first attempt")
    release.add_argument("job", metavar="ID", help="as `jobs list` shows it")
    release.set_defaults(verb=_release)


def _action(actions: Verbs, name: str, words: str) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words, description=words)
    action.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the data folder of a running `labelmarket up`, instead of DATABASE_URL",
    )
    return action


def _list(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.quarantine import list_quarantined

    for job in list_quarantined(find_database(arguments.data)):
        line = {
            "job": job.id,
            "kind": job.kind,
            "crashes": job.crashes,
            "errors": job.errors,
            "standsStill": not job.told,
            "error": job.error or "",
        }
        words = f"{job.id}  {job.crashes} crashes, {job.errors} errors  {job.error or ''}"
        print(json.dumps(line, ensure_ascii=False) if arguments.json else words)
    return DONE


def _release(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.quarantine import release_job

    if release_job(find_database(arguments.data), arguments.job):
        print(f"{arguments.job} is tried again")
        return DONE
    print(f"labelmarket: {arguments.job[:200]} is no quarantined job", file=sys.stderr)
    return FAILED
