"""`labelmarket token`: operators' tokens, for whoever may reach the database."""

import argparse
import json
import re
from pathlib import Path
from uuid import UUID

from labelmarket.cli.audit import Verbs
from labelmarket.cli.codes import DONE

_TOKEN = re.compile(r"lm_([0-9a-f]{32})(?:_.*)?")


def add_token(verbs: Verbs) -> None:
    words = "operators' tokens, with direct access to the database"
    token = verbs.add_parser("token", help=words, description=words)
    actions = token.add_subparsers(required=True, metavar="ACTION")
    create = _action(actions, "create", "issue an operator's token; it is shown this once")
    create.add_argument("--name", default="operator")
    create.set_defaults(verb=_create)
    listed = _action(actions, "list", "all tokens, without their secrets")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(verb=_list)
    revoke = _action(actions, "revoke", "refuse a token from now on")
    revoke.add_argument("token", type=_token_id, metavar="ID", help="as `token list` shows it")
    revoke.set_defaults(verb=_revoke)


def _action(actions: Verbs, name: str, words: str) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words, description=words)
    action.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the data folder of a running `labelmarket up`, instead of DATABASE_URL",
    )
    return action


def _create(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.tokens import issue_token

    print(issue_token(find_database(arguments.data), name=arguments.name))
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.tokens import list_tokens

    for one in list_tokens(find_database(arguments.data)):
        line = {
            "id": str(one.id),
            "role": one.role.value,
            "state": one.state,
            "expiresAt": one.expires_at.isoformat(),
            "name": one.name,
        }
        print(json.dumps(line, ensure_ascii=False) if arguments.json else "  ".join(line.values()))
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.database import find_database
    from labelmarket.bootstrap.tokens import revoke_token

    revoke_token(find_database(arguments.data), arguments.token)
    print(f"{arguments.token} is refused from now on")
    return DONE


def _token_id(text: str) -> UUID:
    """A token's id; the whole token or its beginning will do."""
    match = _TOKEN.fullmatch(text)
    try:
        return UUID(match[1] if match else text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no id of a token") from None
