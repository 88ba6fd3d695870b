// What stands where no account is shown: a book without any, somebody who looks after none, an id of none.

import { seat, sit } from "../person";
import { accountPath } from "../router";
import { useStore } from "../store";
import { dateExact, instant } from "../words/dates.js";
import { personName } from "../words/names";
import { Empty } from "./states";
import { askWho, useOwners } from "./who";

/** The way from one's own accounts to everybody's. */
export function Everybodys({ say = "Show everybody's" }: { say?: string }) {
  return (
    <button type="button" class="text link" onClick={() => sit({ view: "director" })}>
      {say}
    </button>
  );
}

/** `owner`: whose accounts were asked for; empty = everybody's. */
export function NoAccount({ owner }: { owner: string }) {
  const me = useStore(seat);
  const owners = useOwners();
  if (!owners) return null;
  // Nobody looks after anything: only then is there nothing at all.
  if (owners.length === 0)
    return (
      <Empty title="There is no account here yet">
        Fill it: <code>tenure demo</code>, or <code>tenure import</code> a file.
      </Empty>
    );
  if (owner === "") return <Empty title="No account is in care">All of them have left.</Empty>;
  if (owner !== me.name || me.view !== "manager")
    return (
      <Empty title="No account here">
        {personName(owner)} looks after none.{" "}
        <a class="link" href="/accounts">
          All accounts
        </a>
      </Empty>
    );
  return (
    <Empty title="No account is yours">
      You are {personName(owner)} here, who looks after none. <Everybodys /> (<kbd>m</kbd>), or{" "}
      <button type="button" class="text link" onClick={() => askWho()}>
        say who you are
      </button>{" "}
      (<kbd>w</kbd>).
    </Empty>
  );
}

/** Somebody followed an old address, or mistyped one. */
export function NoSuchAccount({ id, at = "" }: { id: string; at?: string }) {
  if (at)
    return (
      <Empty title="Nothing was known then">
        The account of the id “{id}” has no event by {dateExact(instant(at))}.{" "}
        <a class="link" href={accountPath(id)}>
          Back to now
        </a>
      </Empty>
    );
  return (
    <Empty title="No account of that id">
      Nothing is known of “{id}”. Search by company or person (<kbd>/</kbd>), or look at{" "}
      <a class="link" href="/accounts">
        all accounts
      </a>
      .
    </Empty>
  );
}
