// The head of a page: its title, how fresh it is, the search, whose accounts.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useKeys } from "../keys/keys";
import { seat, sit } from "../person";
import { useStore } from "../store";
import { zoneHere } from "../words/dates.js";
import { personName } from "../words/names";
import { Search } from "./search";
import { askWho } from "./who";

export function Top(props: {
  title: string;
  sub?: ComponentChildren;
  whose?: boolean;
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${props.title} · Tenure`;
  }, [props.title]);
  return (
    <header class="top">
      <div class="head">
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.sub}
        <span
          class="sub"
          title="Of this browser's zone. Sentences of alerts name days in the zone of the account's calendar."
        >
          times in {zoneHere()}
        </span>
      </div>
      <div class="tools">
        <Search />
        {props.whose && <Whose />}
        {props.children}
      </div>
    </header>
  );
}

function Whose() {
  const now = useStore(seat);
  const mine = () => {
    if (now.name) sit({ view: "manager" });
    else askWho(() => sit({ view: "manager" }));
  };
  const all = () => sit({ view: "director" });
  useKeys({
    m: { say: "my accounts, or everybody's", run: () => (now.view === "manager" ? all() : mine()) },
  });
  return (
    <fieldset class="seg" aria-label="Whose accounts">
      <button
        type="button"
        aria-pressed={now.view === "manager"}
        onClick={mine}
        title={now.name ? personName(now.name) : "choose who you are"}
      >
        Mine
      </button>
      <button type="button" aria-pressed={now.view === "director"} onClick={all}>
        Everybody's
      </button>
    </fieldset>
  );
}
