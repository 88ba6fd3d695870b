// What is written about a person of the client: new, another role, gone.

import { actId } from "../api/clients";
import { mayAct } from "../api/session";
import type { Person } from "../gen/tenure/api/v1/timeline_pb";
import { roleName } from "../words/names";
import { ask } from "./dialog";
import { record } from "./record_dialogs";
import { asSomebody } from "./who";

const roles = ["champion", "economic buyer", "sponsor", "user", "detractor", "back office"];

function RoleField({ now }: { now: string }) {
  return (
    <label>
      Role
      <select name="role" defaultValue={now}>
        {roles.map((role) => (
          <option key={role} value={role} selected={role === now}>
            {roleName(role)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function askNewPerson(account: string, name: string): void {
  asSomebody(() => {
    const id = actId();
    ask(`Somebody new: ${name || account}`, (close) => (
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const of = (field: string) => String(form.get(field) ?? "").trim();
          const value = { name: of("name"), title: of("title"), role: of("role") };
          if (await record(account, { case: "personAdded", value }, `${value.name}: written`, id))
            close();
        }}
      >
        <label>
          Name
          <input name="name" required maxLength={200} autocomplete="off" data-first />
        </label>
        <label>
          Job title, if it is known
          <input name="title" maxLength={200} autocomplete="off" />
        </label>
        <RoleField now="user" />
        <div class="acts">
          <button type="submit" class="main">
            Write it down
          </button>
        </div>
      </form>
    ));
  });
}

/** `choose`: narrows the timeline to the person. */
export function askPerson(
  person: Person,
  all: readonly Person[],
  account: string,
  choose: (person: string) => void,
): void {
  const roleId = actId();
  const leftId = actId();
  ask(person.name || "A person whose name is not known", (close) => (
    <div>
      <p class="sub">{[person.title, roleName(person.role)].filter(Boolean).join(" · ")}</p>
      <div class="acts">
        <button
          type="button"
          class="main"
          data-first
          onClick={() => {
            close();
            choose(person.id);
          }}
        >
          What happened with them
        </button>
      </div>
      {mayAct() && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const role = String(new FormData(event.currentTarget).get("role"));
            const value = { person: person.id, role };
            asSomebody(async () => {
              if (await record(account, { case: "roleChanged", value }, "Role: written", roleId))
                close();
            });
          }}
        >
          <RoleField now={person.role} />
          <div class="acts">
            <button type="submit">Change the role</button>
          </div>
        </form>
      )}
      {!person.left && mayAct() && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const successor = String(new FormData(event.currentTarget).get("successor") ?? "");
            const value = { person: person.id, successor };
            asSomebody(async () => {
              if (await record(account, { case: "personLeft", value }, "Left: written", leftId))
                close();
            });
          }}
        >
          <label>
            Who follows, if they left the client
            <select name="successor">
              <option value="">nobody is named</option>
              {all
                .filter((one) => one.id !== person.id && !one.left)
                .map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name || one.title || one.id.slice(0, 8)}
                  </option>
                ))}
            </select>
          </label>
          <div class="acts">
            <button type="submit">They left the client</button>
          </div>
        </form>
      )}
    </div>
  ));
}
