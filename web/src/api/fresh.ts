/** Keeps something on the screen as new as the log: a question asked again behind each fact. */
import type { TypedDocumentNode } from "@urql/core";
import { useCallback, useEffect, useRef } from "react";
import { useClient, useQuery } from "urql";

/** Facts often come in groups: one question serves all that came within this time. */
const GATHER_MS = 120;

export type Asked = { waitFor?: string | null };

export type Fresh<D> = {
  data: D | undefined;
  fetching: boolean;
  error: ReturnType<typeof useQuery>[0]["error"];
  /** Ask again, for an answer in which all facts up to this position are taken in. */
  refresh: (position: string | null) => void;
};

/** Answers are kept by the ids of things, so that what came later shows wherever it is used. */
export function useFresh<D, V extends Asked>(
  document: TypedDocumentNode<D, V>,
  variables: V,
): Fresh<D> {
  const client = useClient();
  const [{ data, fetching, error }] = useQuery({
    query: document,
    variables,
    requestPolicy: "cache-and-network",
  });
  const wanted = useRef<string | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const underWay = useRef(false);
  const latest = useRef(variables);
  latest.current = variables;

  const ask = useCallback(async (): Promise<void> => {
    timer.current = undefined;
    if (underWay.current) return;
    underWay.current = true;
    while (wanted.current !== null) {
      const waitFor = wanted.current;
      wanted.current = null;
      await client
        .query(document, { ...latest.current, waitFor }, { requestPolicy: "network-only" })
        .toPromise();
    }
    underWay.current = false;
  }, [client, document]);

  const refresh = useCallback(
    (position: string | null): void => {
      if (position === null) return;
      wanted.current = position;
      timer.current ??= window.setTimeout(() => void ask(), GATHER_MS);
    },
    [ask],
  );

  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { data, fetching, error, refresh };
}
