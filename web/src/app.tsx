/** Who is signed in sees the market; whoever is not, the way in. */
import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { Provider } from "urql";
import { makeClient, whose } from "./api/client";
import { session, useSession, type Who } from "./api/session";
import { SignInPage } from "./pages/sign-in";
import { Routes } from "./routes";
import { texts } from "./texts";
import { Announcer } from "./ui/announce";
import { Loading, Notice } from "./ui/bits";
import { Shell } from "./ui/shell";

export function App(): ReactElement {
  const { token, who, ended } = useSession();
  if (token !== null && who === null) return <Returning key={token} token={token} />;
  // When a sign-in ends by itself the pages stay, unseen: a half-written answer is not lost.
  return (
    <>
      {who && (
        <div hidden={token === null}>
          <Market key={`${who.role} ${who.organisationId}`} who={who} />
        </div>
      )}
      {token === null && <SignInPage ended={ended} />}
    </>
  );
}

function Market({ who }: { who: Who }): ReactElement {
  const client = useMemo(makeClient, []);
  return (
    <Provider value={client}>
      <Announcer>
        <Shell who={who}>
          <Routes role={who.role} />
        </Shell>
      </Announcer>
    </Provider>
  );
}

/** The page was loaded anew: ask whose the kept token is. */
function Returning({ token }: { token: string }): ReactElement {
  const [failed, setFailed] = useState(false);
  const ask = useCallback((): void => {
    setFailed(false);
    whose(token).then(
      (who) => (who === null ? session.expire(token) : session.begin(token, who)),
      () => setFailed(true),
    );
  }, [token]);
  useEffect(ask, [ask]);
  return (
    <main className="entrance">
      {failed ? (
        <>
          <Notice tone="bad">{texts.trouble.NO_ANSWER}</Notice>
          <button type="button" className="button" onClick={ask}>
            {texts.tryAgain}
          </button>
        </>
      ) : (
        <Loading />
      )}
    </main>
  );
}
