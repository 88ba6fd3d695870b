// The frame: where one can go, how live it is, and the page.

import { h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAnswer } from "./api/ask";
import { operator, portfolio } from "./api/clients";
import { live } from "./api/live";
import { session } from "./api/session";
import { useKeys } from "./keys/keys";
import { Account } from "./pages/account/account";
import { Accounts } from "./pages/accounts";
import { Alerts } from "./pages/alerts";
import { Brief } from "./pages/brief";
import { Complaints } from "./pages/complaints";
import { NeedsYou } from "./pages/needs_you";
import { Operations } from "./pages/operations";
import { Portfolio } from "./pages/portfolio";
import { Renewals } from "./pages/renewals";
import { SignIn, SignInAgain } from "./pages/sign_in";
import { askAway } from "./parts/cover";
import { DialogPlace } from "./parts/dialog";
import { showKeys } from "./parts/key_help";
import { Empty } from "./parts/states";
import { nextTheme, theme } from "./parts/theme";
import { ToldRegion } from "./parts/told";
import { Top } from "./parts/top";
import { askWho, leave } from "./parts/who";
import { ownerAsked, seat, sit } from "./person";
import { go, partToId, usePlace } from "./router";
import { useStore } from "./store";
import { clockExact } from "./words/dates.js";
import { ownerNamed, personName } from "./words/names";
import { count } from "./words/numbers.js";
import { eventsUpTo } from "./words/positions.js";

const pages = [
  { path: "/", say: "Needs you", key: "h", page: NeedsYou },
  { path: "/accounts", say: "Accounts", key: "a", page: Accounts },
  { path: "/alerts", say: "Alerts", key: "l", page: Alerts },
  { path: "/renewals", say: "Renewals", key: "r", page: Renewals },
  { path: "/complaints", say: "Complaints", key: "c", page: Complaints },
  { path: "/portfolio", say: "Portfolio", key: "p", page: Portfolio },
  { path: "/operations", say: "Operations", key: "o", page: Operations },
];

export function App() {
  const { state, name } = useStore(session);
  const begun = useRef(false);
  const of = useRef("");
  if (state !== "out") begun.current = true;
  // Another person begins with a page of their own.
  useEffect(() => {
    if (state !== "in") return;
    if (of.current && of.current !== name) location.assign("/");
    of.current = name;
  }, [state, name]);
  if (!begun.current) return <SignIn />;
  return (
    <>
      <Frame />
      {state === "out" && <SignInAgain />}
    </>
  );
}

function Frame() {
  const { path } = usePlace();
  useKeys({
    ...Object.fromEntries(
      pages.map(({ path: to, say, key }) => [`g ${key}`, { say, run: () => go(to) }]),
    ),
    "?": { say: "all keys", run: showKeys },
    D: { say: "light, dark, or as the system", run: nextTheme },
    w: { say: "who you are", run: () => askWho() },
    A: { say: "you are away, and who covers", run: askAway },
  });
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Rail path={path} />
      <main id="main" tabIndex={-1}>
        <Page path={path} key={path} />
      </main>
      <DialogPlace />
      <ToldRegion />
    </>
  );
}

function Page({ path }: { path: string }) {
  useEffect(() => {
    // A new page begins at its heading, for the keyboard and for screen readers.
    const heading = document.querySelector<HTMLElement>("h1");
    heading?.focus({ preventScroll: true });
  }, []);
  const page = pages.find((one) => one.path === path)?.page;
  if (page) return h(page, {});
  // Also where somebody types the list's own name before an id.
  const account = /^\/accounts?\/([^/]+)(\/brief)?$/.exec(path);
  if (!account?.[1])
    return (
      <>
        <Top title="No such page" />
        <Empty title={path}>
          <a class="link" href="/">
            Needs you now
          </a>
        </Empty>
      </>
    );
  const id = partToId(account[1]);
  return account[2] ? <Brief id={id} /> : <Account id={id} />;
}

function useCounts(): Record<string, bigint | undefined> {
  const me = useStore(seat);
  const owner = ownerAsked(me);
  const needs = useAnswer(`needs ${owner}`, () => portfolio.getNeedsYou({ owner })).value;
  // A name that an earlier visit kept as it was typed becomes the owner it means.
  const meant = me.name && needs ? ownerNamed(me.name, needs.owners) : me.name;
  useEffect(() => {
    if (session.get().state !== "in" && meant !== me.name) sit({ name: meant });
  }, [meant, me.name]);
  return {
    "/": needs?.rowsTotal,
    "/accounts": needs?.accounts,
    "/alerts": needs?.alertsOpen || undefined,
    "/renewals": needs?.renewals90d,
    "/complaints": needs?.complaintsOpen,
  };
}

function Rail({ path }: { path: string }) {
  const counts = useCounts();
  return (
    <nav class="rail" aria-label="Pages">
      <div class="brand">Tenure</div>
      <div class="places">
        {pages.map(({ path: to, say }) => {
          const here = to === path || (to === "/accounts" && /^\/accounts?\//.test(path));
          const number = counts[to];
          return (
            <a key={to} href={to} aria-current={here ? "page" : undefined}>
              <span>{say}</span>
              <span class="n">{number === undefined ? "" : count(number)}</span>
            </a>
          );
        })}
      </div>
      <RailFoot />
    </nav>
  );
}

const liveWords = {
  starting: "connecting",
  stream: "live",
  polling: "asked every 5 s",
  offline: "▲ offline",
};

function RailFoot() {
  const now = useStore(live);
  const { state, role } = useStore(session);
  const me = useStore(seat);
  const look = useStore(theme);
  const status = useAnswer("status", () => operator.getStatus({})).value;
  const upTo = eventsUpTo(now.position);
  const stopped = status?.partitions.filter((partition) => partition.stopped) ?? [];
  return (
    <div class="foot">
      <span class={now.mode === "offline" ? "down" : ""}>
        {liveWords[now.mode]}
        {now.mode === "offline" && now.heardAt > 0 && ` since ${clockExact(now.heardAt)}`}
      </span>
      {status && !status.caughtUp && <span>{count(status.foldedLag)} events behind</span>}
      {stopped.map((partition) => (
        <a key={partition.name} class="down" href="/operations">
          ▲ {partition.name} stopped
        </a>
      ))}
      {upTo !== undefined && (
        <span class="wide-only" title={`without reference data and quarantine: ${now.position}`}>
          {count(upTo)} account events
        </span>
      )}
      <button type="button" class="quiet" onClick={() => askWho()}>
        {me.name ? personName(me.name) : "who are you?"}
        {state === "in" && ` · ${role}`}
      </button>
      <button type="button" class="quiet" onClick={askAway}>
        I am away <kbd>A</kbd>
      </button>
      {state === "in" && (
        <button type="button" class="quiet" onClick={leave}>
          sign out
        </button>
      )}
      <button type="button" class="quiet" onClick={nextTheme}>
        theme: {look}
      </button>
      <button type="button" class="quiet" onClick={showKeys}>
        keys <kbd>?</kbd>
      </button>
    </div>
  );
}
