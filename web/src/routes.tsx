/** Which page stands at which address; each role begins at its own. */
import type { ReactElement } from "react";
import { Redirect, Route, Switch } from "wouter";
import type { Role } from "./api/session";
import { OfferPage } from "./pages/offer/page";
import { OffersPage } from "./pages/offers";
import { ProjectPage } from "./pages/project/page";
import { ProjectsPage } from "./pages/projects";
import { ProvidersPage } from "./pages/providers";
import { texts } from "./texts";

export type Place = { to: string; name: string };

const projects = { to: "/projects", name: texts.nav.projects };
const offers = { to: "/offers", name: texts.nav.offers };
const providers = { to: "/providers", name: texts.nav.providers };

export const places: Record<Role, [Place, ...Place[]]> = {
  CUSTOMER: [projects, providers],
  PROVIDER: [offers],
  OPERATOR: [providers, projects],
  AUDITOR: [projects, providers],
};

export function Routes({ role }: { role: Role }): ReactElement {
  return role === "PROVIDER" ? (
    <Switch>
      <Route path="/offers/:id">{({ id }) => <OfferPage key={id} id={id} />}</Route>
      <Route path="/offers" component={OffersPage} />
      <Route path="/">{<Redirect to="/offers" replace />}</Route>
      <Route component={Nowhere} />
    </Switch>
  ) : (
    <Switch>
      <Route path="/projects/:id">{({ id }) => <ProjectPage key={id} id={id} />}</Route>
      <Route path="/projects" component={ProjectsPage} />
      <Route path="/providers" component={ProvidersPage} />
      <Route path="/">{<Redirect to={places[role][0].to} replace />}</Route>
      <Route component={Nowhere} />
    </Switch>
  );
}

function Nowhere(): ReactElement {
  return <h1>{texts.pageNotFound}</h1>;
}
