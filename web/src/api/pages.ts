/** All pages of a list, up to a bound: what the console shows of it at once. */
import type { TypedDocumentNode } from "@urql/core";
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { type Trouble, trouble } from "./client";

export const PAGE = 100;
export const PAGES_MAX = 10;

type Connection<N> = {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
type Asked = { first: number; after?: string | null; waitFor?: string | null };

export type Pages<N> = {
  nodes: N[];
  ready: boolean;
  /** Whether there is more than is shown. */
  more: boolean;
  refusal: Trouble | null;
};

const NOTHING: Pages<never> = { nodes: [], ready: false, more: false, refusal: null };

/** Read anew whenever `position` changes; what was there stays until then. */
export function usePages<D, N>(
  document: TypedDocumentNode<D, Asked>,
  pick: (data: D) => Connection<N>,
  position: string | null = null,
): Pages<N> {
  const client = useClient();
  const [found, setFound] = useState<Pages<N>>(NOTHING);
  useEffect(() => {
    let gone = false;
    const read = async (): Promise<void> => {
      const nodes: N[] = [];
      let after: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { data, error } = await client
          .query<D, Asked>(
            document,
            { first: PAGE, after, waitFor: position },
            { requestPolicy: "network-only" },
          )
          .toPromise();
        if (gone) return;
        if (data === undefined) {
          const refusal = error === undefined ? null : trouble(error);
          setFound((before) => ({ ...before, ready: true, refusal }));
          return;
        }
        const connection = pick(data);
        nodes.push(...connection.nodes);
        after = connection.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
        if (after === null) break;
      }
      setFound({ nodes, ready: true, more: after !== null, refusal: null });
    };
    void read();
    return () => {
      gone = true;
    };
  }, [client, document, pick, position]);
  return found;
}
