/** Accept an open offer, or decline it with a reason. */
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { useAction } from "../../api/action";
import { useServerNow } from "../../api/clock";
import type { ResultOf } from "../../api/graphql";
import { texts } from "../../texts";
import { useAnnounce } from "../../ui/announce";
import { Countdown, Notice, refusalWords } from "../../ui/bits";
import { ACCEPT, DECLINE, type Offer } from "./document";

const MINUTE_MS = 60_000;
const NOTE_MAX = 1000;

type Props = { offer: Offer; refresh: (position: string | null) => void };

const accepted = (data: ResultOf<typeof ACCEPT>) => data.acceptOffer;
const declined = (data: ResultOf<typeof DECLINE>) => data.declineOffer;

export function Answer({ offer, refresh }: Props): ReactElement {
  const accept = useAction(ACCEPT, accepted);
  const [declining, setDeclining] = useState(false);
  const say = useAnnounce();
  useLastMinute(offer);
  const take = async (): Promise<void> => {
    const payload = await accept.run({ offerId: offer.id });
    if (payload === null) return;
    say(texts.answer.accepted);
    refresh(payload.position);
  };
  return (
    <section className="card answer">
      <Countdown from={offer.sentAt} until={offer.answerBy} />
      {accept.refusal && <Notice tone="bad">{refusalWords(accept.refusal)}</Notice>}
      {declining ? (
        <Decline offer={offer} refresh={refresh} keep={() => setDeclining(false)} />
      ) : (
        <p className="buttons">
          <button
            type="button"
            className="button button-main"
            disabled={accept.busy}
            onClick={() => void take()}
          >
            {accept.busy ? texts.answer.accepting : texts.answer.accept}
          </button>
          <button type="button" className="button" onClick={() => setDeclining(true)}>
            {texts.answer.decline}
          </button>
        </p>
      )}
    </section>
  );
}

type Reason = keyof typeof texts.offer.reason;

const reasons = Object.keys(texts.offer.reason) as Reason[];

function Decline({ offer, refresh, keep }: Props & { keep: () => void }): ReactElement {
  const decline = useAction(DECLINE, declined);
  const [reason, setReason] = useState<Reason>("CAPACITY");
  const [note, setNote] = useState("");
  const say = useAnnounce();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const payload = await decline.run({ offerId: offer.id, reason, note });
    if (payload === null) return;
    say(texts.answer.declined);
    refresh(payload.position);
  };
  return (
    <form className="form" onSubmit={(event) => void send(event)}>
      <label htmlFor="reason">{texts.answer.reason}</label>
      <select
        id="reason"
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.target.value as Reason)}
      >
        {reasons.map((one) => (
          <option key={one} value={one}>
            {texts.offer.reason[one]}
          </option>
        ))}
      </select>
      <label htmlFor="note">{texts.answer.note}</label>
      <textarea
        id="note"
        rows={3}
        maxLength={NOTE_MAX}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {decline.refusal && <Notice tone="bad">{refusalWords(decline.refusal)}</Notice>}
      <p className="buttons">
        <button type="submit" className="button button-main" disabled={decline.busy}>
          {decline.busy ? texts.answer.declining : texts.answer.confirm}
        </button>
        <button type="button" className="button" onClick={keep}>
          {texts.answer.cancel}
        </button>
      </p>
    </form>
  );
}

/** Say once that the time runs out. */
function useLastMinute(offer: Offer): void {
  const now = useServerNow();
  const say = useAnnounce();
  const said = useRef(false);
  const left = Date.parse(offer.answerBy) - now;
  const all = Date.parse(offer.answerBy) - Date.parse(offer.sentAt);
  const due = all > 2 * MINUTE_MS && left > 0 && left <= MINUTE_MS;
  useEffect(() => {
    if (!due || said.current) return;
    said.current = true;
    say(texts.offer.minute);
  }, [due, say]);
}
