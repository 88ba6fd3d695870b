// Under which name acts are written. Asked once, before the first act.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { seat, sit } from "../person";
import { personName } from "../words/names";
import { ask } from "./dialog";

/** Does `then` at once when the person is known, else asks first. */
export function asSomebody(then: () => void): void {
  if (seat.get().name) then();
  else askWho(then);
}

export function askWho(then?: () => void): void {
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
