/** Who is signed in. The token lives in this tab alone, and goes when the tab is closed. */
import { useSyncExternalStore } from "react";

const KEY = "labelmarket.token";

export type Role = "CUSTOMER" | "PROVIDER" | "OPERATOR" | "AUDITOR";
export type Who = { role: Role; organisationId: string; tokenName: string };

export type Session = {
  token: string | null;
  /** Kept when a sign-in ends by itself, so that the same person finds everything as it was. */
  who: Who | null;
  ended: boolean;
};

let now: Session = { token: sessionStorage.getItem(KEY), who: null, ended: false };
const listeners = new Set<() => void>();

function become(next: Session): void {
  now = next;
  if (next.token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, next.token);
  for (const listener of [...listeners]) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const session = {
  get: (): Session => now,
  listen,
  begin: (token: string, who: Who): void => become({ token, who, ended: false }),
  /** Sign out: nothing is kept. */
  leave: (): void => become({ token: null, who: null, ended: false }),
  /** The server does not take the token any more. An answer to an older token changes nothing. */
  expire: (token: string | null): void => {
    if (token !== null && token === now.token) become({ ...now, token: null, ended: true });
  },
};

export function useSession(): Session {
  return useSyncExternalStore(listen, session.get);
}
