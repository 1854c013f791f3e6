/** A project as it is now, and as it goes on while one watches. */
import type { ReactElement } from "react";
import { trouble } from "../../api/client";
import { useFresh } from "../../api/fresh";
import { texts } from "../../texts";
import { ProjectBadge } from "../../ui/badge";
import { Back, Loading, Moment, Notice, Pair, refusalWords } from "../../ui/bits";
import { money, percent, sum } from "../../ui/format";
import { useTitle } from "../../ui/title";
import { Classes } from "./classes";
import { PROJECT, type Project } from "./document";
import { OrderCard } from "./order";
import { LineState, TimelineCard } from "./timeline";
import { useTimeline } from "./timeline-feed";

export function ProjectPage({ id }: { id: string }): ReactElement {
  const { data, error, fetching, refresh } = useFresh(PROJECT, { id });
  const timeline = useTimeline(id, refresh);
  const project = data?.project;
  useTitle(project?.name ?? texts.projects.title);
  return (
    <>
      <Back to="/projects">{texts.project.back}</Back>
      {error && <Notice tone="bad">{refusalWords(trouble(error))}</Notice>}
      {!project && fetching && <Loading />}
      {!project && !fetching && !error && <p className="empty">{texts.notFound}</p>}
      {project && (
        <>
          <Head project={project} />
          <LineState timeline={timeline} />
          <Figures project={project} />
          <Orders project={project} />
          {project.classes.length > 0 && <Classes project={project} />}
          <TimelineCard project={project} timeline={timeline} />
        </>
      )}
    </>
  );
}

function Head({ project }: { project: Project }): ReactElement {
  return (
    <header className="head">
      <h1>{project.name}</h1>
      <ProjectBadge status={project.status} />
    </header>
  );
}

function Figures({ project }: { project: Project }): ReactElement {
  const { target } = project;
  const wishes = [
    target.accuracy !== null && texts.project.accuracy(percent(target.accuracy)),
    target.budget !== null && texts.project.budget(money(target.budget, target.currency ?? "")),
  ].filter((wish) => wish !== false);
  return (
    <dl className="figures card">
      <Pair name={texts.project.items}>{project.itemCount.toLocaleString("en")}</Pair>
      <Pair name={texts.project.agreed}>{agreed(project)}</Pair>
      <Pair name={texts.project.target}>{wishes.join(", ") || texts.none}</Pair>
      <Pair name={texts.project.launched}>
        {project.launchedAt ? <Moment at={project.launchedAt} /> : texts.projects.notLaunched}
      </Pair>
    </dl>
  );
}

/** What accepted offers cost, each currency by itself. */
function agreed(project: Project): string {
  const totals = new Map<string, string[]>();
  for (const { status, terms } of project.orders.flatMap((order) => order.offers)) {
    if (status !== "ACCEPTED") continue;
    totals.set(terms.currency, [...(totals.get(terms.currency) ?? []), terms.total]);
  }
  const words = [...totals].map(([currency, amounts]) => money(sum(amounts), currency));
  return words.join(" + ") || texts.project.nothingAgreed;
}

function Orders({ project }: { project: Project }): ReactElement {
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{texts.project.orders}</h2>
      {project.orders.length === 0 && <p className="empty">{texts.project.noOrders}</p>}
      {project.orders.map((order, place) => (
        <OrderCard key={order.id} order={order} number={place + 1} />
      ))}
    </section>
  );
}
