/** The client of one organisation: a cache of things by their ids, and the token as it is now. */
import { cacheExchange } from "@urql/exchange-graphcache";
import { Client, type CombinedError, fetchExchange, makeOperation, mapExchange } from "urql";
import { learn } from "./clock";
import { graphql } from "./graphql";
import { type Role, session, type Who } from "./session";

const ADDRESS = "/graphql";
/** The server's own answers have codes; without one, nobody answered. */
export const NO_ANSWER = "NO_ANSWER";

export type Trouble = { code: string; message: string };

export function headers(token: string | null): Record<string, string> {
  return {
    accept: "application/graphql-response+json, application/json;q=0.9",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
}

async function timed(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const sent = Date.now();
  const answer = await fetch(input, init);
  learn(answer.headers.get("date"), sent, Date.now());
  return answer;
}

/** What went wrong, by the first of its codes. */
export function trouble(error: CombinedError): Trouble {
  const first = error.graphQLErrors[0];
  if (first === undefined) return { code: NO_ANSWER, message: error.message };
  return { code: String(first.extensions.code ?? NO_ANSWER), message: first.message };
}

/** What has no id of its own, and is kept with the thing that holds it. */
const embedded = [
  ...["AcceptOfferPayload", "CreateUploadPayload", "DeclineOfferPayload", "DeliverLabelsPayload"],
  ...["StartWorkPayload", "InputError", "StateError", "Upload", "Viewer"],
  ...["ExportConnection", "FactConnection", "ItemConnection", "OfferConnection", "PageInfo"],
  ...["ProjectConnection", "ProviderConnection", "Capability", "Fact", "Instructions", "Item"],
  ...["LabelClass", "Part", "Requirement", "RowProblem", "Target", "Terms"],
];

function cache() {
  return cacheExchange({ keys: Object.fromEntries(embedded.map((name) => [name, () => null])) });
}

/** Send each operation with the token of that moment; a refusal ends that sign-in and no later one. */
function signed() {
  return mapExchange({
    onOperation(operation) {
      const token = session.get().token;
      const fetchOptions: RequestInit = { headers: headers(token), credentials: "omit" };
      return makeOperation(operation.kind, operation, {
        ...operation.context,
        token,
        fetchOptions,
      });
    },
    onError(error, operation) {
      if (trouble(error).code === "UNAUTHENTICATED")
        session.expire(operation.context.token ?? null);
    },
  });
}

export function makeClient(): Client {
  return new Client({
    url: ADDRESS,
    exchanges: [cache(), signed(), fetchExchange],
    fetch: timed,
    preferGetMethod: false,
  });
}

const VIEWER = graphql(`query Viewer { viewer { role organisationId tokenName } }`);

/** Ask the server whose token this is; null when it is nobody's. Throws when nobody answers. */
export async function whose(token: string): Promise<Who | null> {
  const client = new Client({
    url: ADDRESS,
    exchanges: [fetchExchange],
    fetch: timed,
    fetchOptions: { headers: headers(token), credentials: "omit" },
    preferGetMethod: false,
  });
  const { data, error } = await client.query(VIEWER, {}).toPromise();
  if (data !== undefined) return { ...data.viewer, role: data.viewer.role as Role };
  if (error !== undefined && trouble(error).code === "UNAUTHENTICATED") return null;
  throw new Error(error?.message ?? "no answer");
}
