/** Documents, typed by the committed schema. */
import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./schema";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Decimal: string; JSON: unknown; Position: string };
}>();

export type { ResultOf, VariablesOf } from "gql.tada";
