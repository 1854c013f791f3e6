"""`./dev bench [NAME] [--json | --table]`: run one benchmark, or all."""

import argparse
import importlib
import sys

NAMES = ("core", "hold", "metrics", "routing")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_const", const="json", dest="form")
    form.add_argument("--table", action="store_const", const="table", dest="form")
    arguments = parser.parse_args()
    from benchmarks.rows import report  # noqa: PLC0415 - quick help

    names = [arguments.name] if arguments.name else NAMES
    found = (row for name in names for row in importlib.import_module(f"benchmarks.{name}").rows())
    return report(found, form=arguments.form)


if __name__ == "__main__":
    sys.exit(main())
