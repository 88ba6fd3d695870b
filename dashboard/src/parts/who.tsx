// Under which name acts are written: of the session, else asked once, before the first act.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { mayAct, readsOnly, session, signOut } from "../api/session";
import { seat, sit } from "../person";
import { personName } from "../words/names";
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

export function useOwners(): string[] {
  const answer = useAnswer("owners", () => portfolio.getNeedsYou({ pageSize: 1 }));
  return answer.value?.owners ?? [];
}

function WhoForm({ done }: { done: (name: string) => void }) {
  const owners = useOwners();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
        if (name) done(name);
      }}
    >
      <p class="sub">What you write is kept under this name. It stays in this browser.</p>
      <label>
        Name
        <input
          name="name"
          list="owners"
          required
          maxLength={128}
          autocomplete="off"
          defaultValue={seat.get().name}
          data-first
        />
      </label>
      <datalist id="owners">
        {owners.map((owner) => (
          <option key={owner} value={owner}>
            {personName(owner)}
          </option>
        ))}
      </datalist>
      <div class="acts">
        <button type="submit" class="main">
          This is me
        </button>
      </div>
    </form>
  );
}
