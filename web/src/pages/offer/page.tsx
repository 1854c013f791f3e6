/** One offer to a provider: its terms, the answer, and then the work. */
import { type ReactElement, useEffect } from "react";
import { useBell } from "../../api/bell";
import { trouble } from "../../api/client";
import { useFresh } from "../../api/fresh";
import { texts } from "../../texts";
import { Badge, OfferBadge } from "../../ui/badge";
import { Back, Loading, Moment, Notice, Pair, refusalWords } from "../../ui/bits";
import { money, spaced } from "../../ui/format";
import { useTitle } from "../../ui/title";
import { Answer } from "./answer";
import { OFFER, type Offer } from "./document";
import { Work } from "./work";

export function OfferPage({ id }: { id: string }): ReactElement {
  const { data, error, fetching, refresh } = useFresh(OFFER, { id });
  const { position, line } = useBell();
  useEffect(() => refresh(position), [position, refresh]);
  const offer = data?.offer;
  useTitle(offer?.projectName ?? texts.offers.title);
  return (
    <>
      <Back to="/offers">{texts.answer.back}</Back>
      {error && <Notice tone="bad">{refusalWords(trouble(error))}</Notice>}
      {line === "lost" && <Notice tone="plain">{texts.line.lost}</Notice>}
      {!offer && fetching && <Loading />}
      {!offer && !fetching && !error && <p className="empty">{texts.notFound}</p>}
      {offer && (
        <>
          <header className="head">
            <h1>
              {offer.projectName}
              <span className="under">{spaced(offer.taskType)}</span>
            </h1>
            <OfferBadge status={offer.status} />
          </header>
          {offer.status === "OPEN" && <Answer offer={offer} refresh={refresh} />}
          <Terms offer={offer} />
          {offer.batch && <Work batch={offer.batch} refresh={refresh} />}
          <Brief offer={offer} />
        </>
      )}
    </>
  );
}

function Terms({ offer }: { offer: Offer }): ReactElement {
  const { terms } = offer;
  const each = money(terms.perItem, terms.currency);
  return (
    <section className="card" aria-labelledby="terms">
      <h2 id="terms">{texts.answer.terms}</h2>
      <dl className="figures">
        <Pair name={texts.offers.total}>
          <span className="strong">{money(terms.total, terms.currency)}</span>
          <span className="under">
            {texts.offer.terms(each, money(terms.setup, terms.currency))}
          </span>
        </Pair>
        <Pair name={texts.offers.items}>{offer.items.toLocaleString("en")}</Pair>
        <Pair name={texts.offers.answerBy}>
          <Moment at={offer.answerBy} />
        </Pair>
        <Pair name={texts.offers.deliverBy}>
          <Moment at={offer.deliverBy} />
        </Pair>
      </dl>
    </section>
  );
}

function Brief({ offer }: { offer: Offer }): ReactElement {
  return (
    <section className="card" aria-labelledby="brief">
      <h2 id="brief">{texts.answer.instructions}</h2>
      {offer.instructions ? (
        <>
          <p className="quiet">{texts.answer.version(offer.instructions.number)}</p>
          <p className="prose">{offer.instructions.text}</p>
        </>
      ) : (
        <p className="quiet">{texts.answer.noInstructions}</p>
      )}
      <h3>{texts.answer.classes}</h3>
      <p className="chips">
        {offer.classes.map((name) => (
          <Badge key={name} tone="plain">
            {name}
          </Badge>
        ))}
      </p>
    </section>
  );
}
