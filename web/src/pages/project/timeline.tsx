/** What happened, newest first, and whether the line to the server holds. */
import { type ReactElement, useEffect, useState } from "react";
import { texts } from "../../texts";
import { useAnnounce } from "../../ui/announce";
import { Badge } from "../../ui/badge";
import { atClock, atMoment, spaced } from "../../ui/format";
import { useActors } from "./actors";
import type { Project } from "./document";
import { SHOWN_MAX, type Timeline } from "./timeline-feed";

const SHOWN_FIRST = 20;

const look = {
  joining: ["plain", "wait"],
  live: ["good", "live"],
  lost: ["bad", "warn"],
} as const;

export function LineState({ timeline }: { timeline: Timeline }): ReactElement {
  const { line, resumed, gap } = timeline;
  const [tone, icon] = look[line];
  const say = useAnnounce();
  const wasLost = line === "lost";
  useEffect(() => {
    if (wasLost) say(texts.line.lost);
  }, [wasLost, say]);
  return (
    <p className="line">
      <Badge tone={tone} icon={icon}>
        {texts.line[line]}
      </Badge>
      {line === "live" && resumed && !gap && (
        <span className="quiet">{texts.line.resumed(atClock(resumed.at), resumed.facts)}</span>
      )}
      {gap && <span className="warn">{texts.line.gap}</span>}
    </p>
  );
}

export function TimelineCard({
  project,
  timeline,
}: {
  project: Project;
  timeline: Timeline;
}): ReactElement {
  const who = useActors(project, timeline.facts);
  const [all, setAll] = useState(false);
  const shown = all ? timeline.facts : timeline.facts.slice(0, SHOWN_FIRST);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{texts.project.timeline}</h2>
      <p className="quiet">
        {texts.line.facts(timeline.count)}
        {timeline.count > SHOWN_MAX && `. ${texts.line.newest(SHOWN_MAX)}`}
      </p>
      <ol className="timeline card">
        {shown.map((fact) => (
          <li key={fact.position}>
            <time dateTime={fact.at} title={atMoment(fact.at)}>
              {atClock(fact.at)}
            </time>
            <span className="strong">{spaced(fact.type)}</span>
            <span className="quiet">{who(fact)}</span>
          </li>
        ))}
      </ol>
      {shown.length < timeline.facts.length && (
        <p className="buttons">
          <button type="button" className="button" onClick={() => setAll(true)}>
            {texts.line.more(timeline.facts.length - shown.length)}
          </button>
        </p>
      )}
    </section>
  );
}
