"""How long the market's own learner takes, from labels in the blob store to stored predictions."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers import medians_s
from benchmarks.rows import Row
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.oracles.text_learner import BlobTextLearner
from labelmarket.application.labels import LabelKind
from labelmarket.application.oracles import TextsLearned
from labelmarket.demo.texts import class_names, gold_csv, items_csv, make_messages

SENTENCES = 1_000
LEARNED_S_MAX = 2.0
EXAMPLES = (SENTENCES, 200)
"""All of them with their true class, where most is learned; or few, and the others predicted."""


def learner_rows() -> Iterator[Row]:
    messages = make_messages(count=SENTENCES)
    with tempfile.TemporaryDirectory() as folder:
        blobs = LocalBlobs(Path(folder))
        files = BlobLabelFiles(blobs)
        learner = BlobTextLearner(blobs, texts=files)
        items = (files.read_items(blobs.put(items_csv(messages)), after=(), media={}).digest,)
        for examples in EXAMPLES:
            gold = files.read_labels(
                blobs.put(gold_csv(messages[:examples])),
                items=items,
                classes=class_names(),
                within=None,
                kinds=(LabelKind.ITEM_CLASS,),
            ).digest

            def learn(gold: str = gold) -> TextsLearned:
                return learner.learn(
                    kind=LabelKind.ITEM_CLASS,
                    items=items,
                    classes=class_names(),
                    gold=(gold,),
                    approved=(),
                    wanted=((0, SENTENCES),),
                )

            learned = learn()
            assert learned.known == class_names(), "every class has enough examples"
            took_s = medians_s({"ours": learn})["ours"]
            yield Row(
                work=f"learned from {learned.examples:,} of {SENTENCES:,} sentences, the others "
                f"predicted; {len(learned.known)} classes, warm",
                value=took_s,
                unit="s",
                peer=f"limit {LEARNED_S_MAX:g} s",
                ratio=LEARNED_S_MAX / took_s,
                floor=1.0,
            )
