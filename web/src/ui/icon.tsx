/** Drawings that say again what a colour says; words always stand beside them. */
import type { ReactElement } from "react";

const shapes = {
  machine: "M6 6h12v12H6zM9 2v4M15 2v4M9 18v4M15 18v4M2 9h4M2 15h4M18 9h4M18 15h4",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.3 3.3 0 0 1 0 6.3M18 14.4c2.1.8 3.5 2.8 3.5 5.6",
  wait: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  done: "M4 12.5l5.2 5.2L20 7",
  no: "M6 6l12 12M18 6L6 18",
  pass: "M5 12h14M13 6l6 6-6 6",
  file: "M6 2.5h8L19 8v13.5H6zM14 2.5V8h5",
  warn: "M12 3.5L22 20.5H2zM12 10v5M12 17.6v.6",
  live: "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6.5 17.5a7.8 7.8 0 0 1 0-11M17.5 6.5a7.8 7.8 0 0 1 0 11",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}
