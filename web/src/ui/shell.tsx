/** What stands around every page: where one is, who one is, and the way out. */
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { session, type Who } from "../api/session";
import logo from "../icon.svg";
import { places } from "../routes";
import { texts } from "../texts";

export function Shell({ who, children }: { who: Who; children: ReactNode }): ReactElement {
  const [path, go] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page begins at its top
  useEffect(() => {
    if (!first.current) main.current?.focus();
    first.current = false;
    window.scrollTo(0, 0);
  }, [path]);
  const leave = (): void => {
    session.leave();
    go("/");
  };
  return (
    <>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <header className="bar">
        <Link href="/" className="brand">
          <img src={logo} alt="" width="24" height="24" />
          {texts.name}
        </Link>
        <nav aria-label={texts.nav.label}>
          {places[who.role].map(({ to, name }) => (
            <Link key={to} href={to} aria-current={path.startsWith(to) ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <p className="me">
          <span className="me-name">{who.tokenName}</span>
          <span className="me-role">{texts.role[who.role]}</span>
        </p>
        <button type="button" className="button button-quiet" onClick={leave}>
          {texts.signIn.leave}
        </button>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
