/** A provider's inbox: what waits for an answer, what is in work, and what was before. */
import { type ReactElement, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useBell } from "../api/bell";
import { graphql, type ResultOf } from "../api/graphql";
import { PAGE, PAGES_MAX, usePages } from "../api/pages";
import { texts } from "../texts";
import { useAnnounce } from "../ui/announce";
import { BatchBadge, OfferBadge } from "../ui/badge";
import { Countdown, Loading, Moment, Notice, Pair, Progress, refusalWords } from "../ui/bits";
import { money, spaced } from "../ui/format";
import { useTitle } from "../ui/title";

const OFFERS = graphql(`
  query Offers($first: Int!, $after: String, $waitFor: Position) {
    offers(first: $first, after: $after, waitFor: $waitFor) {
      nodes {
        id status projectName taskType items sentAt answerBy deliverBy
        terms { currency total items }
        batch { id status items deliveredItems deliverBy }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

type Found = ResultOf<typeof OFFERS>;
type Offer = Found["offers"]["nodes"][number];

const pick = (data: Found): Found["offers"] => data.offers;
const inWork = ({ batch }: Offer): boolean =>
  batch !== null && batch.status !== "APPROVED" && batch.status !== "REVOKED";

export function OffersPage(): ReactElement {
  useTitle(texts.offers.title);
  const { position, line } = useBell();
  const { nodes, ready, more, refusal } = usePages(OFFERS, pick, position);
  const newest = [...nodes].reverse();
  const open = newest.filter(({ status }) => status === "OPEN");
  const work = newest.filter(inWork);
  const earlier = newest.filter((offer) => offer.status !== "OPEN" && !inWork(offer));
  useArrivals(open, ready);
  return (
    <>
      <h1>{texts.offers.title}</h1>
      {line === "lost" && <Notice tone="plain">{texts.line.lost}</Notice>}
      {refusal && <Notice tone="bad">{refusalWords(refusal)}</Notice>}
      {!ready && <Loading />}
      {ready && (
        <>
          <h2>{texts.offers.open}</h2>
          {open.length === 0 && <p className="empty">{texts.offers.noneOpen}</p>}
          <div className="tiles">
            {open.map((offer) => (
              <OpenOffer key={offer.id} offer={offer} />
            ))}
          </div>
          <h2>{texts.offers.work}</h2>
          {work.length === 0 && <p className="empty">{texts.offers.noneWork}</p>}
          <div className="tiles">
            {work.map((offer) => (
              <Work key={offer.id} offer={offer} />
            ))}
          </div>
          {earlier.length > 0 && <Earlier offers={earlier} />}
          {more && <p className="quiet">{texts.bound(PAGE * PAGES_MAX)}</p>}
        </>
      )}
    </>
  );
}

function Title({ offer }: { offer: Offer }): ReactElement {
  return (
    <h3>
      <Link href={`/offers/${offer.id}`}>{offer.projectName}</Link>
      <span className="under">{spaced(offer.taskType)}</span>
    </h3>
  );
}

function OpenOffer({ offer }: { offer: Offer }): ReactElement {
  return (
    <article className="card tile tile-open">
      <Title offer={offer} />
      <dl className="pairs">
        <Pair name={texts.offers.total}>{money(offer.terms.total, offer.terms.currency)}</Pair>
        <Pair name={texts.offers.items}>{offer.items.toLocaleString("en")}</Pair>
        <Pair name={texts.offers.deliverBy}>
          <Moment at={offer.deliverBy} />
        </Pair>
      </dl>
      <Countdown from={offer.sentAt} until={offer.answerBy} />
    </article>
  );
}

function Work({ offer }: { offer: Offer }): ReactElement | null {
  const { batch } = offer;
  if (batch === null) return null;
  return (
    <article className="card tile">
      <Title offer={offer} />
      <BatchBadge status={batch.status} />
      <Progress done={batch.deliveredItems} all={batch.items} />
      <p className="under">
        {texts.offers.deliverBy} <Moment at={batch.deliverBy} />
      </p>
    </article>
  );
}

function Earlier({ offers }: { offers: Offer[] }): ReactElement {
  return (
    <>
      <h2>{texts.offers.earlier}</h2>
      <table className="table card">
        <thead>
          <tr>
            <th>{texts.offers.project}</th>
            <th>{texts.offers.status}</th>
            <th className="number">{texts.offers.items}</th>
            <th className="number">{texts.offers.total}</th>
          </tr>
        </thead>
        <tbody>
          {offers.map((offer) => (
            <tr key={offer.id}>
              <th scope="row">
                <Link href={`/offers/${offer.id}`}>{offer.projectName}</Link>
                <span className="under">
                  <Moment at={offer.sentAt} />
                </span>
              </th>
              <td data-name={texts.offers.status}>
                {offer.batch ? (
                  <BatchBadge status={offer.batch.status} />
                ) : (
                  <OfferBadge status={offer.status} />
                )}
              </td>
              <td className="number" data-name={texts.offers.items}>
                {offer.items.toLocaleString("en")}
              </td>
              <td className="number" data-name={texts.offers.total}>
                {money(offer.terms.total, offer.terms.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Say which offers came while the page was open. */
function useArrivals(open: Offer[], ready: boolean): void {
  const say = useAnnounce();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!ready) return;
    const before = known.current;
    known.current = new Set(open.map(({ id }) => id));
    const fresh = before === null ? [] : open.filter(({ id }) => !before.has(id));
    if (fresh.length > 0) say(fresh.map((one) => texts.offers.arrived(one.projectName)).join(" "));
  }, [open, ready, say]);
}
