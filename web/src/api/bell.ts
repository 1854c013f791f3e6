/** Tells that something happened to offers or batches, from now on, without missing anything. */
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { follow, type Line } from "./feed";
import { graphql } from "./graphql";

const NOW = graphql(`query Now { position }`);

const OFFER_FACTS = graphql(`
  subscription OfferFacts($after: Position) { offerEvents(after: $after) { position type } }
`);

const GATHER_MS = 150;

export type Bell = { position: string | null; line: Line };

/** The position of the newest fact, a moment after it came; null before there was any. */
export function useBell(): Bell {
  const client = useClient();
  const [position, setPosition] = useState<string | null>(null);
  const [line, setLine] = useState<Line>("joining");
  useEffect(() => {
    let stop = (): void => undefined;
    let timer: number | undefined;
    let newest: string | null = null;
    let gone = false;
    const heard = (found: Record<string, unknown>): string => {
      newest = (found.offerEvents as { position: string }).position;
      timer ??= window.setTimeout(() => {
        timer = undefined;
        setPosition(newest);
      }, GATHER_MS);
      return newest;
    };
    const begin = async (): Promise<void> => {
      const { data } = await client.query(NOW, {}, { requestPolicy: "network-only" }).toPromise();
      if (gone || data === undefined) return;
      setPosition(data.position);
      stop = follow({
        document: OFFER_FACTS,
        variables: {},
        after: data.position,
        heard,
        line: setLine,
      });
    };
    void begin();
    return () => {
      gone = true;
      window.clearTimeout(timer);
      stop();
    };
  }, [client]);
  return { position, line };
}
