/** All projects that the signed-in person may see, the newest first. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import { graphql, type ResultOf } from "../api/graphql";
import { PAGE, PAGES_MAX, usePages } from "../api/pages";
import { texts } from "../texts";
import { ProjectBadge } from "../ui/badge";
import { Loading, Moment, Notice, refusalWords } from "../ui/bits";
import { useTitle } from "../ui/title";

const PROJECTS = graphql(`
  query Projects($first: Int!, $after: String, $waitFor: Position) {
    projects(first: $first, after: $after, waitFor: $waitFor) {
      nodes { id name dataType status itemCount launchedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

type Found = ResultOf<typeof PROJECTS>;
type Row = Found["projects"]["nodes"][number];

const pick = (data: Found): Found["projects"] => data.projects;

export function ProjectsPage(): ReactElement {
  useTitle(texts.projects.title);
  const { nodes, ready, more, refusal } = usePages(PROJECTS, pick);
  return (
    <>
      <h1>{texts.projects.title}</h1>
      {refusal && <Notice tone="bad">{refusalWords(refusal)}</Notice>}
      {!ready && <Loading />}
      {ready && !refusal && nodes.length === 0 && <p className="empty">{texts.projects.empty}</p>}
      {nodes.length > 0 && <Table rows={[...nodes].reverse()} />}
      {more && <p className="quiet">{texts.bound(PAGE * PAGES_MAX)}</p>}
    </>
  );
}

function Table({ rows }: { rows: Row[] }): ReactElement {
  return (
    <table className="table card">
      <thead>
        <tr>
          <th>{texts.projects.name}</th>
          <th>{texts.projects.status}</th>
          <th className="number">{texts.projects.items}</th>
          <th>{texts.projects.launched}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <Link href={`/projects/${row.id}`}>{row.name}</Link>
              <span className="under">{texts.dataType[row.dataType] ?? row.dataType}</span>
            </th>
            <td data-name={texts.projects.status}>
              <ProjectBadge status={row.status} />
            </td>
            <td className="number" data-name={texts.projects.items}>
              {row.itemCount.toLocaleString("en")}
            </td>
            <td data-name={texts.projects.launched}>
              {row.launchedAt ? (
                <Moment at={row.launchedAt} />
              ) : (
                <span className="quiet">{texts.projects.notLaunched}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
