/** The way in: a token, or in a demo anybody of its cast. */
import { type FormEvent, type ReactElement, useState } from "react";
import { whose } from "../api/client";
import { session } from "../api/session";
import { type SignIn, useSignIns } from "../api/sign-ins";
import logo from "../icon.svg";
import { texts } from "../texts";
import { Badge } from "../ui/badge";
import { Notice } from "../ui/bits";
import { useTitle } from "../ui/title";

type State = "idle" | "checking" | "unknown" | "noAnswer";

export function SignInPage({ ended }: { ended: boolean }): ReactElement {
  useTitle(texts.signIn.title);
  const [state, setState] = useState<State>("idle");
  const enter = (token: string): void => {
    setState("checking");
    whose(token).then(
      (who) => (who === null ? setState("unknown") : session.begin(token, who)),
      () => setState("noAnswer"),
    );
  };
  return (
    <main className="entrance">
      <header className="entrance-head">
        <img src={logo} alt="" width="44" height="44" />
        <h1>{texts.name}</h1>
        <p>{texts.signIn.lead}</p>
      </header>
      {ended && state === "idle" && <Notice tone="plain">{texts.signIn.ended}</Notice>}
      {state === "unknown" && <Notice tone="bad">{texts.signIn.unknown}</Notice>}
      {state === "noAnswer" && <Notice tone="bad">{texts.trouble.NO_ANSWER}</Notice>}
      <DemoAccounts enter={enter} />
      <TokenForm busy={state === "checking"} enter={enter} />
      <footer className="entrance-foot">
        <a href="/schema.graphql">{texts.signIn.schema}</a>
        <a href="/readyz">{texts.signIn.health}</a>
      </footer>
    </main>
  );
}

type Enter = (token: string) => void;

function TokenForm({ busy, enter }: { busy: boolean; enter: Enter }): ReactElement {
  const [token, setToken] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== "" && !busy) enter(token.trim());
  };
  return (
    <form className="card form" onSubmit={submit}>
      <label htmlFor="token">{texts.signIn.token}</label>
      <input
        id="token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        aria-describedby="token-hint"
        value={token}
        onChange={(event) => setToken(event.target.value)}
      />
      <p id="token-hint" className="quiet">
        {texts.signIn.hint}
      </p>
      <button type="submit" className="button button-main" disabled={token.trim() === "" || busy}>
        {busy ? texts.signIn.checking : texts.signIn.submit}
      </button>
    </form>
  );
}

const ORDER: SignIn["role"][] = ["CUSTOMER", "PROVIDER", "OPERATOR", "AUDITOR"];

function DemoAccounts({ enter }: { enter: Enter }): ReactElement | null {
  const accounts = useSignIns();
  if (accounts.length === 0) return null;
  const sorted = [...accounts].sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
  return (
    <section className="card" aria-labelledby="demo">
      <h2 id="demo">{texts.signIn.demo}</h2>
      <p className="quiet">{texts.signIn.demoLead}</p>
      <ul className="accounts">
        {sorted.map((one) => (
          <li key={one.token}>
            <button type="button" className="account" onClick={() => enter(one.token)}>
              <span>{one.name}</span>
              <Badge tone="plain">{texts.role[one.role]}</Badge>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
