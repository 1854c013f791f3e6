/** A state in one word, with a drawing and a tone. */
import type { ReactElement } from "react";
import { texts } from "../texts";
import { Icon, type IconName } from "./icon";

export type Tone = "plain" | "machine" | "people" | "good" | "bad" | "busy";

export function Badge({
  tone,
  icon,
  children,
}: {
  tone: Tone;
  icon?: IconName;
  children: string;
}): ReactElement {
  return (
    <span className={`badge badge-${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

const offer = {
  OPEN: ["busy", "wait"],
  ACCEPTED: ["good", "done"],
  DECLINED: ["bad", "no"],
  EXPIRED: ["plain", "pass"],
  WITHDRAWN: ["plain", "no"],
  LOST: ["plain", "pass"],
} as const;

export function OfferBadge({ status }: { status: keyof typeof offer }): ReactElement {
  const [tone, icon] = offer[status];
  return (
    <Badge tone={tone} icon={icon}>
      {texts.offer.status[status]}
    </Badge>
  );
}

const batch = {
  OPEN: ["plain", "wait"],
  STARTED: ["busy", "people"],
  DELIVERED: ["good", "file"],
  APPROVED: ["good", "done"],
  REVOKED: ["bad", "no"],
} as const;

export function BatchBadge({ status }: { status: keyof typeof batch }): ReactElement {
  const [tone, icon] = batch[status];
  return (
    <Badge tone={tone} icon={icon}>
      {texts.batch.status[status]}
    </Badge>
  );
}

export function RouteBadge({ route }: { route: "HUMAN" | "MACHINE" }): ReactElement {
  return route === "MACHINE" ? (
    <Badge tone="machine" icon="machine">
      {texts.route.machine}
    </Badge>
  ) : (
    <Badge tone="people" icon="people">
      {texts.route.people}
    </Badge>
  );
}

const project = { DRAFT: "plain", LAUNCHED: "busy", COMPLETED: "good", CANCELLED: "bad" } as const;

export function ProjectBadge({ status }: { status: keyof typeof project }): ReactElement {
  return <Badge tone={project[status]}>{texts.projectStatus[status]}</Badge>;
}
