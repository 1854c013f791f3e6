/** The labeling companies on the market, and whether they work now. */
import type { ReactElement } from "react";
import { useServerNow } from "../api/clock";
import { graphql, type ResultOf } from "../api/graphql";
import { PAGE, PAGES_MAX, usePages } from "../api/pages";
import { texts } from "../texts";
import { Badge } from "../ui/badge";
import { Loading, Notice, refusalWords } from "../ui/bits";
import { fromNow, spaced } from "../ui/format";
import { useTitle } from "../ui/title";

const PROVIDERS = graphql(`
  query Providers($first: Int!, $after: String, $waitFor: Position) {
    providers(first: $first, after: $after, waitFor: $waitFor) {
      nodes { id name region standing workingNow opensAt capabilities { taskType } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

type Found = ResultOf<typeof PROVIDERS>;
type Row = Found["providers"]["nodes"][number];

const pick = (data: Found): Found["providers"] => data.providers;

export function ProvidersPage(): ReactElement {
  useTitle(texts.providers.title);
  const { nodes, ready, more, refusal } = usePages(PROVIDERS, pick);
  return (
    <>
      <h1>{texts.providers.title}</h1>
      {refusal && <Notice tone="bad">{refusalWords(refusal)}</Notice>}
      {!ready && <Loading />}
      {ready && !refusal && nodes.length === 0 && <p className="empty">{texts.providers.empty}</p>}
      {nodes.length > 0 && <Table rows={nodes} />}
      {more && <p className="quiet">{texts.bound(PAGE * PAGES_MAX)}</p>}
    </>
  );
}

function Table({ rows }: { rows: Row[] }): ReactElement {
  return (
    <table className="table card">
      <thead>
        <tr>
          <th>{texts.providers.name}</th>
          <th>{texts.providers.hours}</th>
          <th>{texts.providers.skills}</th>
          <th>{texts.providers.standing}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              {row.name}
              <span className="under">{row.region}</span>
            </th>
            <td data-name={texts.providers.hours}>
              <Hours workingNow={row.workingNow} opensAt={row.opensAt} />
            </td>
            <td data-name={texts.providers.skills}>
              {row.capabilities.map((one) => spaced(one.taskType)).join(", ") || texts.none}
            </td>
            <td data-name={texts.providers.standing}>
              <Badge tone={row.standing === "LISTED" ? "good" : "plain"}>
                {texts.providers.standingWords[row.standing]}
              </Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Hours({
  workingNow,
  opensAt,
}: {
  workingNow: boolean;
  opensAt: string | null;
}): ReactElement {
  const now = useServerNow();
  if (workingNow) return <span className="hours hours-open">{texts.order.working}</span>;
  const words = opensAt ? texts.order.opens(fromNow(opensAt, now)) : texts.order.closed;
  return <span className="hours">{words}</span>;
}
