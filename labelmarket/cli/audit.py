"""`labelmarket audit` and `labelmarket views`: look at the log, check it, fold it anew."""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from labelmarket.cli.codes import DONE, FAILED, WRONG

if TYPE_CHECKING:
    from labelmarket.bootstrap.audit import Audit

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Act = Callable[["Audit", argparse.Namespace], int]

FIRST_DEFAULT = 100
FIRST_MAX = 1_000_000
POSITION_MAX = 2**63 - 1
TELL_EVERY_S = 1.0
CODES = (
    "Exit codes: 0 done; 1 it could not be done, or something is wrong with the log; "
    "2 the words or the surroundings are wrong."
)


def add_audit(verbs: Verbs) -> None:
    words = "look at the log of facts, check it, fold it anew"
    audit = verbs.add_parser("audit", help=words, description=words)
    actions = audit.add_subparsers(required=True, metavar="ACTION")
    log = _action(actions, "log", _log, "facts in order, one line each; --json: one object a line")
    log.add_argument("--after", type=_position, default=0, metavar="POSITION")
    log.add_argument("--first", type=_number, default=FIRST_DEFAULT, metavar="N")
    log.add_argument("--type", action="append", default=[], dest="topics", metavar="TOPIC")
    log.add_argument("--aggregate", type=_id, metavar="ID")
    log.add_argument("--project", type=_id, metavar="ID")
    show = _action(actions, "show", _show, "one fact whole, or all facts of one aggregate")
    show.add_argument("thing", type=_position_or_id, metavar="POSITION|AGGREGATE-ID")
    _action(actions, "verify", _verify, "recompute the hash chain, and check streams and order")
    again = _action(actions, "replay", _replay, "fold all views up to a position, to look at them")
    again.add_argument("--to", type=_position, required=True, metavar="POSITION")
    again.add_argument("--into", required=True, metavar="SCHEMA", help="a new one, or a replay's")
    anew = _action(actions, "rebuild", _rebuild, "fold views anew, and swap them in while in use")
    anew.add_argument("views", nargs="*", metavar="VIEW", help="all, if none is named")
    _action(actions, "digests", _digests, "a SHA-256 of each view's rows, to compare")


def add_views(verbs: Verbs) -> None:
    words = "tend the views that the feed keeps"
    views = verbs.add_parser("views", help=words, description=words)
    actions = views.add_subparsers(required=True, metavar="ACTION")
    words = "let a quarantined view go on, after what ails it was mended"
    free = actions.add_parser("release", help=words, description=words, epilog=CODES)
    _add_common(free)
    free.add_argument("view", metavar="VIEW")
    free.set_defaults(verb=_release)


def _action(actions: Verbs, name: str, act: Act, words: str) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words, description=words, epilog=CODES)
    _add_common(action)
    action.set_defaults(verb=lambda arguments: _on_database(act, arguments))
    return action


def _add_common(action: argparse.ArgumentParser) -> None:
    action.add_argument("--json", action="store_true", help="JSON on stdout")
    action.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the data folder of a running `labelmarket up`, instead of DATABASE_URL",
    )


def _on_database(act: Act, arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.audit import CANNOT, UNFIT, open_audit

    try:
        with open_audit(arguments.data) as audit:
            return act(audit, arguments)
    except CANNOT as error:
        return _complain(error, FAILED)
    except UNFIT as error:
        return _complain(error, WRONG)


def _log(audit: "Audit", arguments: argparse.Namespace) -> int:
    from labelmarket.adapters.postgres.audit import Filter

    wanted = Filter(
        after=arguments.after,
        aggregate_id=arguments.aggregate,
        project_id=arguments.project,
        topics=arguments.topics,
    )
    _print_lines(audit.log(wanted, first=arguments.first), as_json=arguments.json)
    return DONE


def _show(audit: "Audit", arguments: argparse.Namespace) -> int:
    if isinstance(arguments.thing, UUID):
        shown = _print_lines(audit.stream(arguments.thing), as_json=arguments.json)
    elif (fact := audit.fact(arguments.thing)) is not None:
        print(json.dumps(fact, indent=None if arguments.json else 2, ensure_ascii=False))
        shown = 1
    else:
        shown = 0
    return DONE if shown else _complain(f"there is no fact of {arguments.thing}", FAILED)


def _verify(audit: "Audit", arguments: argparse.Namespace) -> int:
    progress = _Progress("examined")
    looked, finding = audit.verify(tell=progress.tell)
    found: dict[str, Any] = {"sound": finding is None, "facts": looked.facts}
    if finding is None:
        found |= {"position": looked.position, "chain": looked.chain.hex()}
        words = f"{looked.facts} facts up to {looked.position} are as they were recorded\n"
        words += f"chain {looked.chain.hex()}"
    else:
        found |= asdict(finding)
        words = "\n".join(f"{finding.position}: {problem}" for problem in finding.problems)
    print(json.dumps(found) if arguments.json else words)
    return DONE if finding is None else FAILED


def _replay(audit: "Audit", arguments: argparse.Namespace) -> int:
    progress = _Progress("folded")
    made = audit.replay(to=arguments.to, schema=arguments.into, tell=progress.tell)
    _print_views([asdict(one) for one in made], arguments, schema=arguments.into)
    return DONE


def _rebuild(audit: "Audit", arguments: argparse.Namespace) -> int:
    progress = _Progress("folded")
    made, failed = audit.rebuild(arguments.views, tell=progress.tell)
    _print_views([asdict(one) for one in made], arguments, seconds=progress.seconds())
    for one in failed:
        _complain(one, FAILED)
    return FAILED if failed else DONE


def _digests(audit: "Audit", arguments: argparse.Namespace) -> int:
    _print_views([asdict(one) for one in audit.digests()], arguments)
    return DONE


def _release(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.audit import CANNOT, UNFIT, release_view

    try:
        released = release_view(arguments.data, arguments.view)
    except (*CANNOT, *UNFIT) as error:
        return _complain(error, WRONG)
    said = {"view": arguments.view, "released": released}
    words = f"{arguments.view} {'goes on' if released else 'was not quarantined'}"
    print(json.dumps(said) if arguments.json else words)
    return DONE


def _print_lines(lines: Iterable[dict[str, Any]], *, as_json: bool) -> int:
    shown = 0
    for shown, line in enumerate(lines, start=1):  # noqa: B007 - counts what was shown
        print(json.dumps(line, ensure_ascii=False) if as_json else _columns(line))
    return shown


def _columns(line: dict[str, Any]) -> str:
    return (
        f"{line['position']:>8}  {line['recordedAt']}  {line['topic']:<24}  "
        f"{line['aggregateId']}  {line['version']:>4}  {line['actor'] or '-'}"
    )


def _print_views(
    views: list[dict[str, Any]],
    arguments: argparse.Namespace,
    **more: Any,  # noqa: ANN401 - JSON
) -> None:
    if arguments.json:
        print(json.dumps({"views": views, **more}))
        return
    for view in views:
        name, *rest = view.items()
        print(f"{name[1]:<18}" + "".join(f"  {key} {value}" for key, value in rest))


def _complain(error: object, code: int) -> int:
    print(f"labelmarket: {str(error).strip()}", file=sys.stderr)
    return code


class _Progress:
    """Tells on stderr how far it is, once a second at the most."""

    def __init__(self, done: str) -> None:
        self._done = done
        self._begun_s = self._told_s = time.monotonic()

    def seconds(self) -> float:
        return round(time.monotonic() - self._begun_s, 3)

    def tell(self, position: int, to: int | None = None) -> None:
        if time.monotonic() - self._told_s >= TELL_EVERY_S:
            self._told_s = time.monotonic()
            end = "" if to is None else f" of {to}"
            print(f"{self._done} up to {position}{end}", file=sys.stderr, flush=True)


def _position(text: str) -> int:
    return _between(text, least=0, most=POSITION_MAX)


def _number(text: str) -> int:
    return _between(text, least=1, most=FIRST_MAX)


def _between(text: str, *, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
    return int(text)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no id") from None


def _position_or_id(text: str) -> int | UUID:
    return _position(text) if text.isdecimal() else _id(text)
