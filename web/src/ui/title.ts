/** The title of the tab, as long as a page is shown. */
import { useEffect } from "react";
import { texts } from "../texts";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${texts.name}`;
    return () => {
      document.title = texts.name;
    };
  }, [title]);
}
