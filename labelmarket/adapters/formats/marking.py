"""Which labels a machine made: those whose annotator says so."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.application.machine_labels import MACHINE
from labelmarket.workers.columns import NO_ANNOTATOR, LabelColumns

MACHINE_MARKS = "marks of labels that a machine made"


def made_by_machine(labels: LabelColumns) -> NDArray[np.bool_]:
    """Tell of every label whether its annotator is a machine."""
    names = [name.startswith(MACHINE) for name in labels.annotator_names]
    marked: NDArray[np.bool_] = np.array([*names, False])[labels.annotators]
    return marked


def annotator_of(labels: LabelColumns, row: int) -> str:
    """Give the name of who made a label; empty where nobody is named."""
    who = int(labels.annotators[row])
    return "" if who == NO_ANNOTATOR else labels.annotator_names[who]
