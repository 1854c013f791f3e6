/** Moments, durations, shares and amounts in words that fit a line. */

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export const atMoment = (iso: string): string => moment.format(new Date(iso));
export const atClock = (iso: string | number): string => clock.format(new Date(iso));

export function duration(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s < HOUR_S) return `${Math.floor(s / MINUTE_S)}:${String(s % MINUTE_S).padStart(2, "0")}`;
  if (s < DAY_S) return `${Math.floor(s / HOUR_S)} h ${Math.floor((s % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(s / DAY_S)} d ${Math.floor((s % DAY_S) / HOUR_S)} h`;
}

/** “in 3 h 20 min”, for a moment to come. */
export const fromNow = (iso: string, nowMs: number): string =>
  `in ${duration(Date.parse(iso) - nowMs)}`;

export const percent = (share: number): string =>
  new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 }).format(share);

export const decimal = (value: number): string =>
  new Intl.NumberFormat("en", { maximumFractionDigits: 3 }).format(value);

export function money(amount: string, currency: string): string {
  const digits = Math.max(2, amount.split(".")[1]?.length ?? 0);
  const [whole = "0", part = ""] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${currency} ${grouped}.${part.padEnd(digits, "0")}`;
}

/** The sum of exact decimals; they come as text and stay exact. */
export function sum(amounts: string[]): string {
  const places = Math.max(0, ...amounts.map((one) => one.split(".")[1]?.length ?? 0));
  const scaled = amounts.map((one) => {
    const [whole = "0", part = ""] = one.split(".");
    return BigInt(whole + part.padEnd(places, "0"));
  });
  const total = scaled.reduce((a, b) => a + b, 0n).toString();
  if (places === 0) return total;
  const padded = total.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** “OfferSent” as people say it: “Offer sent”. */
export const spaced = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/_/g, " ")
    .toLowerCase()
    .replace(/^./, (first) => first.toUpperCase());
