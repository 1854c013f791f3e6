/** A mutation behind a button: once at a time, safe to press again, refusals in words. */
import type { TypedDocumentNode } from "@urql/core";
import { useCallback, useRef, useState } from "react";
import { useClient } from "urql";
import { type Trouble, trouble } from "./client";
import { newKey } from "./keys";

type Payload = { errors: Trouble[]; position: string | null };
type Input = { idempotencyKey?: string | null };

export type Action<I, P> = {
  busy: boolean;
  refusal: Trouble | null;
  /** Gives the payload, or null when it was refused or nobody answered. */
  run: (input: I) => Promise<P | null>;
};

/** `pick` finds the payload in the answer. The same input has the same key until it is answered. */
export function useAction<D, I extends Input, P extends Payload>(
  document: TypedDocumentNode<D, { input: I }>,
  pick: (data: D) => P,
): Action<I, P> {
  const client = useClient();
  const open = useRef<{ key: string; of: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Trouble | null>(null);
  const run = useCallback(
    async (input: I): Promise<P | null> => {
      const of = JSON.stringify(input);
      if (open.current?.of !== of) open.current = { key: newKey(), of };
      setBusy(true);
      setRefusal(null);
      const keyed = { input: { ...input, idempotencyKey: open.current.key } };
      const { data, error } = await client.mutation(document, keyed).toPromise();
      setBusy(false);
      const payload = data === undefined ? null : pick(data);
      const refused = payload?.errors[0] ?? (error === undefined ? null : trouble(error));
      if (payload !== null) open.current = null;
      setRefusal(refused);
      return refused === null ? payload : null;
    },
    [client, document, pick],
  );
  return { busy, refusal, run };
}
