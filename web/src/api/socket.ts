/** The websocket of a feed, which is given up when it falls silent. */
import { type Client, createClient } from "graphql-ws";
import { session } from "./session";

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

function address(): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}/graphql`;
}

/** A feed comes back by itself, from where it was; the socket does not try on its own. */
export function makeSocket(joined: () => void): Client {
  let waiting: number | undefined;
  const socket = createClient({
    url: address(),
    connectionParams: () => ({ authorization: `Bearer ${session.get().token ?? ""}` }),
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: {
      connected: joined,
      ping: (received) => {
        if (!received) waiting = window.setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) window.clearTimeout(waiting);
      },
      closed: () => window.clearTimeout(waiting),
    },
  });
  return socket;
}
