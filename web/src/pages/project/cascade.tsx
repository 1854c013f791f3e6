/** The offers of an order going down the list, each with its end or the time it has left. */
import { type ReactElement, useEffect, useRef } from "react";
import { texts } from "../../texts";
import { useAnnounce } from "../../ui/announce";
import { OfferBadge } from "../../ui/badge";
import { Countdown } from "../../ui/bits";
import { atClock, money } from "../../ui/format";
import type { OfferLine } from "./document";

export function Cascade({ offers }: { offers: readonly OfferLine[] }): ReactElement {
  useSaid(offers);
  const rounds = new Set(offers.map((offer) => offer.round)).size;
  return (
    <section>
      <h4>{texts.order.cascade}</h4>
      {offers.length === 0 && <p className="quiet">{texts.order.noOffers}</p>}
      <ol className="cascade">
        {offers.map((offer) => (
          <li key={offer.id} className={`step step-${offer.status.toLowerCase()}`}>
            <p className="step-head">
              <span className="strong">{offer.provider?.name ?? texts.offer.somebody}</span>
              <OfferBadge status={offer.status} />
            </p>
            <p className="under">
              {money(offer.terms.total, offer.terms.currency)}, {texts.items(offer.terms.items)},{" "}
              <time dateTime={offer.sentAt}>{atClock(offer.sentAt)}</time>
              {offer.endedAt && (
                <>
                  –<time dateTime={offer.endedAt}>{atClock(offer.endedAt)}</time>
                </>
              )}
              {rounds > 1 && offer.round !== null && `, ${texts.order.round(offer.round)}`}
            </p>
            {offer.status === "OPEN" && <Countdown from={offer.sentAt} until={offer.answerBy} />}
            {offer.declineReason && (
              <p className="under">
                {texts.offer.reason[offer.declineReason]}
                {offer.declineNote && `: “${offer.declineNote}”`}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Say each new state once, to those who do not see it. */
function useSaid(offers: readonly OfferLine[]): void {
  const say = useAnnounce();
  const known = useRef<Map<string, string> | null>(null);
  useEffect(() => {
    const before = known.current;
    known.current = new Map(offers.map(({ id, status }) => [id, status]));
    if (before === null) return;
    const words = offers
      .filter(({ id, status }) => before.get(id) !== status)
      .map(({ status, provider }) =>
        texts.offer.said[status](provider?.name ?? texts.offer.somebody),
      );
    if (words.length > 0) say(words.join(" "));
  }, [offers, say]);
}
