"""Loads what the learner is made of before somebody waits for it."""

from importlib import import_module
from threading import Thread
from typing import Final

MODULES: Final = ("scipy.sparse", "sklearn.feature_extraction.text", "sklearn.linear_model")
"""All that learning imports; 1 to 2 seconds of one core, once in each process."""


def load_library() -> bool:
    """Load scikit-learn; False where the extra is not installed."""
    try:
        for name in MODULES:
            import_module(name)
    except ImportError:
        return False
    return True


def load_in_background() -> Thread:
    """Load while the process does other things; a job that comes meanwhile waits for the rest.

    The thread is no daemon: a process that ended in the middle of a library's own code may crash.
    """
    thread = Thread(target=load_library, name="load the learner")
    thread.start()
    return thread
