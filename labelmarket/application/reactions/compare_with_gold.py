"""When gold was added, or models found more of it, batches of before are compared with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from labelmarket.application.access import EVERYTHING
from labelmarket.application.commands.batches import CompareWithGold
from labelmarket.application.ports import WaitFor
from labelmarket.application.view import PAGE_MAX, Entry, Reads, topics_of
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.work import Command
from labelmarket.domain.project_facts import GoldMeasured


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareBatchesWithGold:
    """Reads the batch sheet once it is as far as the fact; later reports see the gold anyway."""

    batches: Reads[BatchRow]
    wait_for: WaitFor
    name = "compare_with_gold"
    topics = topics_of(GoldMeasured)

    def react(self, entry: Entry, /) -> Iterable[Command]:
        fact = entry.fact
        if not isinstance(fact, GoldMeasured):
            return
        self.wait_for(entry.position)
        after = 0
        while page := self.batches.page(
            EVERYTHING, first=PAGE_MAX, after=after, project_id=fact.originator_id
        ):
            for batch in page:
                if batch.report_digest is not None:
                    yield CompareWithGold(
                        batch_id=batch.id,
                        gold_files=fact.parts,
                        gold_report=fact.report_digest,
                    )
            after = page[-1].born
