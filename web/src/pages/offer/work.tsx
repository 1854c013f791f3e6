/** Accepted work: begin it, see what is to be labeled, hand labels in. */
import type { ReactElement } from "react";
import { useAction } from "../../api/action";
import type { ResultOf } from "../../api/graphql";
import { texts } from "../../texts";
import { useAnnounce } from "../../ui/announce";
import { Badge, BatchBadge } from "../../ui/badge";
import { Notice, Progress, refusalWords } from "../../ui/bits";
import { atMoment } from "../../ui/format";
import { Parts } from "../project/batch";
import { Deliver } from "./deliver";
import { type Batch, START } from "./document";
import { Items } from "./items";
import { Problems } from "./problems";

type Props = { batch: Batch; refresh: (position: string | null) => void };

export function Work({ batch, refresh }: Props): ReactElement {
  const begun = batch.status === "STARTED" || batch.status === "DELIVERED";
  return (
    <section className="card" aria-labelledby="work">
      <header className="head">
        <h2 id="work">{texts.work.title}</h2>
        <BatchBadge status={batch.status} />
        {batch.overdue && (
          <Badge tone="bad" icon="warn">
            {texts.batch.overdue}
          </Badge>
        )}
      </header>
      <Progress done={batch.deliveredItems} all={batch.items} />
      <p className="quiet">{texts.batch.due(atMoment(batch.deliverBy))}</p>
      {batch.status === "OPEN" && <Start batch={batch} refresh={refresh} />}
      {begun && <Deliver batch={batch} refresh={refresh} />}
      {batch.parts.length > 0 && (
        <>
          <h3>{texts.batch.parts}</h3>
          <Parts parts={batch.parts} />
          {batch.parts.map((part) => (
            <Problems key={part.number} part={part} />
          ))}
        </>
      )}
      {batch.status !== "REVOKED" && batch.status !== "APPROVED" && <Items batchId={batch.id} />}
    </section>
  );
}

const started = (data: ResultOf<typeof START>) => data.startWork;

function Start({ batch, refresh }: Props): ReactElement {
  const start = useAction(START, started);
  const say = useAnnounce();
  const begin = async (): Promise<void> => {
    const payload = await start.run({ batchId: batch.id });
    if (payload === null) return;
    say(texts.work.started);
    refresh(payload.position);
  };
  return (
    <>
      {start.refusal && <Notice tone="bad">{refusalWords(start.refusal)}</Notice>}
      <p className="buttons">
        <button
          type="button"
          className="button button-main"
          disabled={start.busy}
          onClick={() => void begin()}
        >
          {start.busy ? texts.work.starting : texts.work.start}
        </button>
      </p>
    </>
  );
}
