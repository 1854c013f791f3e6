/** Work that a provider took on, and its parts as they arrive. */
import type { ReactElement } from "react";
import { texts } from "../../texts";
import { Badge, BatchBadge } from "../../ui/badge";
import { Progress } from "../../ui/bits";
import { atMoment } from "../../ui/format";
import type { BatchLine } from "./document";

export function Batch({ batch }: { batch: BatchLine }): ReactElement {
  return (
    <section className="batch">
      <p className="step-head">
        <span className="strong">{batch.provider?.name ?? texts.offer.somebody}</span>
        <BatchBadge status={batch.status} />
        {batch.overdue && (
          <Badge tone="bad" icon="warn">
            {texts.batch.overdue}
          </Badge>
        )}
      </p>
      <Progress done={batch.deliveredItems} all={batch.items} />
      <p className="under">
        {texts.batch.due(atMoment(batch.deliverBy))}, {texts.labels(batch.labels)}
      </p>
      <Parts parts={batch.parts} />
    </section>
  );
}

type Part = BatchLine["parts"][number];

export function Parts({ parts }: { parts: readonly Part[] }): ReactElement {
  if (parts.length === 0) return <p className="quiet">{texts.batch.noParts}</p>;
  return (
    <ul className="parts" aria-label={texts.batch.parts}>
      {parts.map((part) => (
        <li key={part.number} className="part">
          <span className="strong">{texts.batch.part(part.number)}</span>
          <PartState part={part} />
        </li>
      ))}
    </ul>
  );
}

function PartState({ part }: { part: Part }): ReactElement {
  if (part.state === "REFUSED") {
    return (
      <>
        <Badge tone="bad" icon="no">
          {texts.batch.refused}
        </Badge>
        <span>{part.refusedMessage}</span>
      </>
    );
  }
  if (part.state === "READING") {
    return (
      <Badge tone="busy" icon="wait">
        {texts.batch.reading}
      </Badge>
    );
  }
  return (
    <>
      <Badge tone="good" icon="done">
        {texts.batch.measured}
      </Badge>
      <span>
        {texts.items(part.items)}, {texts.labels(part.labels)},{" "}
        <span className={part.problemCount > 0 ? "warn" : "quiet"}>
          {texts.batch.problems(part.problemCount)}
        </span>
      </span>
    </>
  );
}
