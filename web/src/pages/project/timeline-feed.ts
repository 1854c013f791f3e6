/** The facts of a project from its first one, followed live, with what the line went through. */
import { useEffect, useReducer, useRef } from "react";
import { useClient } from "urql";
import { follow, type Line } from "../../api/feed";
import { FACTS, type Fact, FIRST_FACT } from "./document";

export const SHOWN_MAX = 200;

export type Timeline = {
  /** Newest first. */
  facts: Fact[];
  count: number;
  line: Line;
  /** When the line came back last, and how many facts have come since. */
  resumed: { at: number; facts: number } | null;
  /** Whether a thing's facts did not come one by one. */
  gap: boolean;
};

type Change = { fact: Fact; gap: boolean } | { line: Line } | "anew";

const NOTHING: Timeline = { facts: [], count: 0, line: "joining", resumed: null, gap: false };

function evolve(before: Timeline, change: Change): Timeline {
  if (change === "anew") return NOTHING;
  if ("line" in change) {
    const back = before.line === "lost" && change.line === "live";
    const resumed = back ? { at: Date.now(), facts: 0 } : before.resumed;
    return { ...before, line: change.line, resumed };
  }
  const { resumed } = before;
  return {
    ...before,
    facts: [change.fact, ...before.facts].slice(0, SHOWN_MAX),
    count: before.count + 1,
    gap: before.gap || change.gap,
    resumed: resumed && { ...resumed, facts: resumed.facts + 1 },
  };
}

/** Each thing numbers its facts: a number that is left out would show that one was missed. */
function makeCheck(): (fact: Fact) => boolean {
  const last = new Map<string, number>();
  return ({ aggregateId, version }) => {
    const expected = last.has(aggregateId) ? (last.get(aggregateId) ?? 0) + 1 : version;
    last.set(aggregateId, version);
    return version !== expected;
  };
}

/** `heard` is told the position of each fact. */
export function useTimeline(projectId: string, heard: (position: string) => void): Timeline {
  const client = useClient();
  const [timeline, change] = useReducer(evolve, NOTHING);
  const telling = useRef(heard);
  telling.current = heard;
  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    change("anew");
    const isGap = makeCheck();
    const take = (fact: Fact): string => {
      change({ fact, gap: isGap(fact) });
      telling.current(fact.position);
      return fact.position;
    };
    const begin = async (): Promise<void> => {
      const { data } = await client.query(FIRST_FACT, { id: projectId }).toPromise();
      const first = data?.events.nodes[0];
      if (gone || first === undefined) return;
      stop = follow({
        document: FACTS,
        variables: { projectId },
        after: take(first),
        heard: (found) => take(found.projectEvents as Fact),
        line: (line) => change({ line }),
      });
    };
    void begin();
    return () => {
      gone = true;
      stop();
    };
  }, [client, projectId]);
  return timeline;
}
