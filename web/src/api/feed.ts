/** Follows a subscription from a position, and goes on from there whenever the socket drops. */
import type { Client } from "graphql-ws";
import { type DocumentInput, stringifyDocument } from "urql";
import { session } from "./session";
import { makeSocket } from "./socket";

const PAUSE_MS_FIRST = 400;
const PAUSE_MS_MAX = 10_000;
const FORBIDDEN = new Set([4401, 4403]);

export type Line = "joining" | "live" | "lost";

export type Follow = {
  // biome-ignore lint/suspicious/noExplicitAny: a subscription of any shape
  document: DocumentInput<any, any>;
  variables: Record<string, unknown>;
  after: string;
  /** Takes what came and gives its position. */
  heard: (data: Record<string, unknown>) => string;
  line: (line: Line) => void;
};

function isRefused(reason: unknown): boolean {
  if (Array.isArray(reason)) {
    return reason.some((error) => error?.extensions?.code === "UNAUTHENTICATED");
  }
  return reason instanceof CloseEvent && FORBIDDEN.has(reason.code);
}

/** Run one subscription to its end; tells why it ended. */
function once(
  socket: Client,
  asked: Follow,
  after: string,
  heard: (data: Record<string, unknown>) => void,
  stop: AbortSignal,
): Promise<unknown> {
  const query = stringifyDocument(asked.document);
  const payload = { query, variables: { ...asked.variables, after } };
  return new Promise<unknown>((ended) => {
    const close = socket.subscribe<Record<string, unknown>>(payload, {
      next: ({ data, errors }) => {
        if (data) heard(data);
        else if (errors) ended(errors);
      },
      error: ended,
      complete: () => ended(null),
    });
    stop.addEventListener("abort", close, { once: true });
  });
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const timer = window.setTimeout(go, ms * (0.75 + Math.random() / 2));
    stop.addEventListener("abort", () => {
      window.clearTimeout(timer);
      go();
    });
  });
}

function untilSignedIn(stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const look = (): void => {
      if (session.get().token === null && !stop.aborted) return;
      unlisten();
      go();
    };
    const unlisten = session.listen(look);
    stop.addEventListener("abort", look);
    look();
  });
}

/** Follow until the given function is called. */
export function follow(asked: Follow): () => void {
  const stopping = new AbortController();
  void run(asked, stopping.signal);
  return () => stopping.abort();
}

async function run(asked: Follow, stop: AbortSignal): Promise<void> {
  let after = asked.after;
  let pauseMs = PAUSE_MS_FIRST;
  const joined = (): void => {
    pauseMs = PAUSE_MS_FIRST;
    asked.line("live");
  };
  const socket = makeSocket(joined);
  const heard = (data: Record<string, unknown>): void => {
    after = asked.heard(data);
  };
  while (!stop.aborted) {
    await untilSignedIn(stop);
    if (stop.aborted) break;
    const token = session.get().token;
    const reason = await once(socket, asked, after, heard, stop);
    if (stop.aborted) break;
    asked.line("lost");
    if (isRefused(reason)) session.expire(token);
    await pause(pauseMs, stop);
    pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX);
  }
  void socket.dispose();
}
