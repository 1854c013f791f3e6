/** An order: who is ranked, who was asked, and what was taken on. */
import type { ReactElement } from "react";
import { texts } from "../../texts";
import { Badge } from "../../ui/badge";
import { spaced } from "../../ui/format";
import { Hours } from "../providers";
import { Batch } from "./batch";
import { Cascade } from "./cascade";
import type { Order } from "./document";

const tone = {
  PLANNED: "plain",
  RUNNING: "busy",
  FILLED: "busy",
  EXHAUSTED: "bad",
  COMPLETED: "good",
  CANCELLED: "plain",
} as const;

export function OrderCard({ order, number }: { order: Order; number: number }): ReactElement {
  return (
    <article className="card order">
      <header className="head">
        <h3>
          {texts.order.title(number)}
          <span className="under">
            {order.secondOf ? texts.order.second : spaced(order.requirement.taskType)}
          </span>
        </h3>
        <Badge tone={tone[order.status]}>{texts.order.status[order.status]}</Badge>
      </header>
      <div className="columns">
        <Ranking order={order} />
        <Cascade offers={order.offers} />
      </div>
      <h4>{texts.order.batches}</h4>
      {order.batches.length === 0 && <p className="quiet">{texts.order.noBatches}</p>}
      {order.batches.map((batch) => (
        <Batch key={batch.id} batch={batch} />
      ))}
    </article>
  );
}

function Ranking({ order }: { order: Order }): ReactElement {
  return (
    <section>
      <h4>{texts.order.ranked}</h4>
      {order.rankedProviders.length === 0 && <p className="quiet">{texts.order.noRanking}</p>}
      <ol className="ranking">
        {order.rankedProviders.map((provider) => (
          <li key={provider.id}>
            <span className="strong">{provider.name}</span>
            <span className="under">
              {provider.region}, <Hours {...provider} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
