"""`labelmarket reactions`: the facts that reactions went on without, and how to try them again."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from labelmarket.cli.audit import Verbs
from labelmarket.cli.codes import DONE, FAILED


def add_reactions(verbs: Verbs) -> None:
    words = "look at the facts that reactions failed on, and have them tried again"
    reactions = verbs.add_parser("reactions", help=words, description=words)
    actions = reactions.add_subparsers(required=True, metavar="ACTION")
    listed = _action(actions, "list", "facts that were set aside, at most a hundred")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(verb=_list)
    _action(actions, "retry", "try all of them again, after a fix").set_defaults(verb=_retry)


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
    from labelmarket.bootstrap.reactions import list_set_aside

    for one in list_set_aside(find_database(arguments.data)):
        words = f"{one.position:>8}  {one.reaction}  {one.error}"
        print(json.dumps(asdict(one), ensure_ascii=False) if arguments.json else words)
    return DONE


def _retry(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.reactions import retry_set_aside

    code = DONE
    for one, error in retry_set_aside(find_database(arguments.data)):
        if error is None:
            print(f"{one.reaction} has heard of {one.position}")
        else:
            words = f"{one.reaction} fails on {one.position}: {type(error).__name__}: {error}"
            print(f"labelmarket: {words}", file=sys.stderr)
            code = FAILED
    return code
