"""`./dev bench [NAME] [--json]`: run one benchmark, or all."""

import argparse
import importlib
import sys

NAMES = ("core", "hold")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    from benchmarks.rows import report  # noqa: PLC0415 - quick help

    rows = [
        row
        for name in ([arguments.name] if arguments.name else NAMES)
        for row in importlib.import_module(f"benchmarks.{name}").rows()
    ]
    return report(rows, as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
