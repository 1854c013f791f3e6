/** Small things that many pages are made of. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { useServerNow } from "../api/clock";
import { texts } from "../texts";
import { atMoment, duration } from "./format";

export function Moment({ at }: { at: string }): ReactElement {
  return <time dateTime={at}>{atMoment(at)}</time>;
}

/** How long it is until a moment of the server's clock, and how much of the time is gone. */
export function Countdown({ from, until }: { from: string; until: string }): ReactElement {
  const now = useServerNow();
  const left = Date.parse(until) - now;
  const all = Math.max(1, Date.parse(until) - Date.parse(from));
  const share = Math.min(1, Math.max(0, left / all));
  return (
    <span className="countdown" role="timer" aria-live="off">
      <span className="countdown-text">
        {left > 0 ? texts.offer.left(duration(left)) : texts.offer.over}
      </span>
      <span className="track" aria-hidden="true">
        <span className="track-fill track-busy" style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

export function Progress({ done, all }: { done: number; all: number }): ReactElement {
  const words = texts.order.progress(done, all);
  const share = all === 0 ? 0 : done / all;
  return (
    <span className="progress">
      <span>{words}</span>
      <span className="track" aria-hidden="true">
        <span className="track-fill" style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

export function Pair({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="pair">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Notice({
  tone,
  children,
}: {
  tone: "bad" | "good" | "plain";
  children: ReactNode;
}): ReactElement {
  return (
    <p className={`notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </p>
  );
}

export function Loading(): ReactElement {
  return (
    <p className="quiet" role="status">
      {texts.loading}
    </p>
  );
}

export function Back({ to, children }: { to: string; children: string }): ReactElement {
  return (
    <Link href={to} className="back">
      ← {children}
    </Link>
  );
}

/** What was refused, in the console's words where it has better ones than the server. */
export function refusalWords(refusal: { code: string; message: string }): string {
  return texts.trouble[refusal.code] ?? refusal.message;
}
