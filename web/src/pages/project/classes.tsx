/** Which classes the machine labels and which people do, how good it is at them, and why. */
import type { ReactElement } from "react";
import { texts } from "../../texts";
import { Badge, RouteBadge } from "../../ui/badge";
import { decimal } from "../../ui/format";
import type { ClassLine, Project } from "./document";

export function Classes({ project }: { project: Project }): ReactElement {
  return (
    <section aria-labelledby="classes">
      <h2 id="classes">{texts.project.classes}</h2>
      {project.routingThreshold !== null && (
        <p className="quiet">{texts.route.threshold(decimal(project.routingThreshold))}</p>
      )}
      <table className="table card">
        <thead>
          <tr>
            <th>{texts.route.class}</th>
            <th>{texts.route.who}</th>
            <th>{texts.route.metric}</th>
            <th>{texts.route.why}</th>
          </tr>
        </thead>
        <tbody>
          {project.classes.map((one) => (
            <tr key={one.name}>
              <th scope="row">
                {one.name} {one.critical && <Badge tone="plain">{texts.route.critical}</Badge>}
              </th>
              <td data-name={texts.route.who}>
                <RouteBadge route={one.route} />
                {one.overridden && <span className="under">{texts.route.chosen}</span>}
              </td>
              <td data-name={texts.route.metric}>
                <Metric one={one} />
              </td>
              <td data-name={texts.route.why}>{one.routeReason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The metric as a point on a line from 0 to 1, with its interval around it. */
function Metric({ one }: { one: ClassLine }): ReactElement {
  if (one.metric === null) return <span className="quiet">{texts.route.unknown}</span>;
  const low = one.metricLow ?? one.metric;
  const high = one.metricHigh ?? one.metric;
  const interval = one.metricLow === null ? "" : ` (${decimal(low)}–${decimal(high)})`;
  return (
    <span className="metric">
      <span>
        {decimal(one.metric)}
        {interval}
      </span>
      <span className="track" aria-hidden="true">
        <span
          className="track-range"
          style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }}
        />
        <span className="track-point" style={{ left: `${one.metric * 100}%` }} />
      </span>
      <span className="under">{texts.route.gold(one.goldExamples)}</span>
    </span>
  );
}
