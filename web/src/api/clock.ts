/** The server's clock, by which every deadline is judged, as far as its answers tell it. */
import { useSyncExternalStore } from "react";

const TICK_MS = 1000;
/** A `Date` header names a second: the moment lies anywhere within it. */
const GRAIN_MS = 1000;

/** The offset lies between these; each answer narrows them. */
let low = Number.NEGATIVE_INFINITY;
let high = Number.POSITIVE_INFINITY;

/** Learn from an answer: it was written after `sentMs` and before `receivedMs`. */
export function learn(date: string | null, sentMs: number, receivedMs: number): void {
  const written = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(written)) return;
  const from = written - receivedMs;
  const to = written + GRAIN_MS - sentMs;
  const apart = from > high || to < low;
  low = apart ? from : Math.max(low, from);
  high = apart ? to : Math.min(high, to);
}

export function serverNow(): number {
  const offset = Number.isFinite(low) ? (low + high) / 2 : 0;
  return Date.now() + offset;
}

let shown = 0;
let timer: number | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  shown = serverNow();
  for (const listener of [...listeners]) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    shown = serverNow();
    timer = window.setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

function current(): number {
  if (shown === 0) shown = serverNow();
  return shown;
}

/** The server's time in milliseconds, once a second, at the same moment everywhere. */
export function useServerNow(): number {
  return useSyncExternalStore(listen, current);
}
