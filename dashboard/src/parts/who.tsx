// Under which name acts are written: of the session, else asked once, before the first act.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { mayAct, readsOnly, session, signOut } from "../api/session";
import { seat, sit } from "../person";
import { ownerNamed, personName } from "../words/names";
import { ask } from "./dialog";
import { sayRefused } from "./told";

/** Does `then` at once when the person is known, else asks first; says why where nobody may act. */
export function asSomebody(then: () => void): void {
  if (!mayAct()) sayRefused(readsOnly());
  else if (seat.get().name) then();
  else askWho(then);
}

export function askWho(then?: () => void): void {
  if (session.get().state === "in") {
    showWho();
    return;
  }
  ask("Who are you?", (close) => (
    <WhoForm
      done={(name) => {
        close();
        sit({ name });
        then?.();
      }}
    />
  ));
}

/** Who is signed in, and the way out. */
function showWho(): void {
  const { name, role } = session.get();
  ask(personName(name), () => (
    <>
      <p>
        You are signed in as <b>{name}</b>, with the role <b>{role}</b>.
      </p>
      <p class="sub">{mayAct() ? "What you write is kept under this name." : readsOnly()}</p>
      <div class="acts">
        <button type="button" class="main" onClick={leave} data-first>
          Sign out
        </button>
      </div>
    </>
  ));
}

export async function leave(): Promise<void> {
  if (!(await signOut())) sayRefused("The server does not answer: you are still signed in.");
}

const askOwners = () => portfolio.getNeedsYou({ pageSize: 1 });

/** Everybody who looks after an account; undefined = not heard yet. */
export const useOwners = (): string[] | undefined => useAnswer("owners", askOwners).value?.owners;

/** The id of whoever somebody wrote, as `ownerNamed` finds it; as written where the server is silent. */
export async function whoIs(written: string): Promise<string> {
  try {
    return ownerNamed(written, (await askOwners()).owners);
  } catch {
    return written.trim();
  }
}

/** A field for somebody's name, which offers those who look after accounts. */
export function OwnerField(props: {
  say: string;
  name: string;
  longest: number;
  but?: string;
  value?: string;
  first?: boolean;
}) {
  const owners = (useOwners() ?? []).filter((owner) => owner !== props.but);
  const list = `owners-for-${props.name}`;
  return (
    <>
      <label>
        {props.say}
        <input
          name={props.name}
          list={list}
          required
          maxLength={props.longest}
          autocomplete="off"
          defaultValue={props.value ?? ""}
          {...(props.first ? { "data-first": true } : {})}
        />
      </label>
      <datalist id={list}>
        {owners.map((owner) => (
          <option key={owner} value={owner}>
            {personName(owner)}
          </option>
        ))}
      </datalist>
    </>
  );
}

function WhoForm({ done }: { done: (name: string) => void }) {
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
        if (name) done(await whoIs(name));
      }}
    >
      <p class="sub">
        What you write is kept under this name. It stays in this browser. Those who look after
        accounts are offered as you type.
      </p>
      <OwnerField say="Name" name="name" longest={128} value={seat.get().name} first />
      <div class="acts">
        <button type="submit" class="main">
          This is me
        </button>
      </div>
    </form>
  );
}
