/** Whom the actors of facts are, in words: oneself, a provider that acted, or the market. */
import { useMemo } from "react";
import { useSession } from "../../api/session";
import { texts } from "../../texts";
import type { Fact, Project } from "./document";

const BY_PROVIDERS = new Set([
  "ProviderAccepted",
  "ProviderDeclined",
  "WorkStarted",
  "LabelsDelivered",
]);
const TOKEN_ID = /^lm_([0-9a-f]{32})_/;

export function useActors(project: Project, facts: readonly Fact[]): (fact: Fact) => string {
  const { token, who } = useSession();
  return useMemo(() => {
    const named = new Map<string, string>();
    const things = new Map<string, string>();
    for (const { offers, batches } of project.orders) {
      for (const { id, provider } of [...offers, ...batches]) {
        if (provider) things.set(id, provider.name);
      }
    }
    for (const { type, actor, aggregateId } of facts) {
      const provider = things.get(aggregateId);
      if (provider !== undefined && BY_PROVIDERS.has(type)) named.set(actor, provider);
    }
    const own = TOKEN_ID.exec(token ?? "")?.[1];
    return ({ actor }) => {
      const [kind, id = ""] = actor.split(":");
      if (kind !== "token") return texts.line.market;
      if (id.replaceAll("-", "") === own) return who?.tokenName ?? texts.line.other;
      return named.get(actor) ?? texts.line.other;
    };
  }, [project, facts, token, who]);
}
