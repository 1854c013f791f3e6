/** One quiet voice for changes that come by themselves: a new state, never each second. */
import { createContext, type ReactElement, type ReactNode, useContext, useState } from "react";

const Voice = createContext<(words: string) => void>(() => undefined);

export function Announcer({ children }: { children: ReactNode }): ReactElement {
  const [words, setWords] = useState("");
  return (
    <Voice value={setWords}>
      {children}
      <p className="unseen" role="status" data-voice>
        {words}
      </p>
    </Voice>
  );
}

export function useAnnounce(): (words: string) => void {
  return useContext(Voice);
}
