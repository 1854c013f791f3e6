/** What is to be labeled of a batch, page by page, with signed links that are kept fresh. */
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { useClient } from "urql";
import { type Trouble, trouble } from "../../api/client";
import type { ResultOf } from "../../api/graphql";
import { texts } from "../../texts";
import { Notice, refusalWords } from "../../ui/bits";
import { ITEMS } from "./document";

const PAGE = 25;
const PAGES_MAX = 40;
/** Links are good for minutes; they are asked for again well before that. */
const RENEW_MS = 120_000;

type Connection = NonNullable<ResultOf<typeof ITEMS>["batch"]>["workItems"];
type Item = Connection["nodes"][number];
type Found = { items: Item[]; more: boolean; refusal: Trouble | null };

function useItems(batchId: string, pages: number): Found | null {
  const client = useClient();
  const [found, setFound] = useState<Found | null>(null);
  const read = useCallback(
    async (gone: () => boolean): Promise<void> => {
      const items: Item[] = [];
      let after: string | null = null;
      for (let page = 0; page < pages; page += 1) {
        const asked = { id: batchId, first: PAGE, after };
        const answer: { data?: ResultOf<typeof ITEMS>; error?: Parameters<typeof trouble>[0] } =
          await client.query(ITEMS, asked, { requestPolicy: "network-only" }).toPromise();
        if (gone()) return;
        const { data, error } = answer;
        if (error !== undefined) setFound({ items, more: false, refusal: trouble(error) });
        if (!data?.batch) return;
        items.push(...data.batch.workItems.nodes);
        const { hasNextPage, endCursor } = data.batch.workItems.pageInfo;
        after = hasNextPage ? endCursor : null;
        if (after === null) break;
      }
      setFound({ items, more: after !== null, refusal: null });
    },
    [client, batchId, pages],
  );
  useEffect(() => {
    let over = false;
    const gone = (): boolean => over;
    void read(gone);
    const timer = window.setInterval(() => void read(gone), RENEW_MS);
    return () => {
      over = true;
      window.clearInterval(timer);
    };
  }, [read]);
  return found;
}

export function Items({ batchId }: { batchId: string }): ReactElement {
  const [pages, setPages] = useState(1);
  const found = useItems(batchId, pages);
  return (
    <>
      <h3>{texts.work.items}</h3>
      {found === null && <p className="quiet">{texts.loading}</p>}
      {found?.refusal && <Notice tone="bad">{refusalWords(found.refusal)}</Notice>}
      {found?.items.length === 0 && <p className="quiet">{texts.work.noItems}</p>}
      {found && found.items.length > 0 && <Table items={found.items} />}
      {found?.more && pages < PAGES_MAX && (
        <p className="buttons">
          <button type="button" className="button" onClick={() => setPages(pages + 1)}>
            {texts.work.more}
          </button>
        </p>
      )}
      {found?.more && pages >= PAGES_MAX && (
        <p className="quiet">{texts.bound(PAGE * PAGES_MAX)}</p>
      )}
    </>
  );
}

function Table({ items }: { items: Item[] }): ReactElement {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>{texts.work.item}</th>
          <th>{texts.work.media}</th>
          <th>{texts.work.size}</th>
          <th>{texts.work.wanted}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.key}>
            <th scope="row">{item.key}</th>
            <td data-name={texts.work.media}>
              {item.mediaUrl ? (
                <a
                  href={item.mediaUrl}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={texts.work.openItem(item.key)}
                >
                  {texts.work.open}
                </a>
              ) : (
                <span className="quiet">{texts.work.noMedia}</span>
              )}
            </td>
            <td data-name={texts.work.size}>
              {item.width === null ? texts.none : `${item.width} × ${item.height}`}
            </td>
            <td data-name={texts.work.wanted}>{item.classes?.join(", ") || texts.none}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
