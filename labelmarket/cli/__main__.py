"""Runs the command line as `python -m labelmarket.cli`."""

import sys

from labelmarket.cli import main

sys.exit(main())
