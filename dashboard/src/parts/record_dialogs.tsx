// What people write about an account: a call, a note, a next step, a promise.

import { askAgain } from "../api/ask";
import { actId, acts, failureOf } from "../api/clients";
import { seat } from "../person";
import { dateField, fieldInstant } from "../words/dates.js";
import { ask } from "./dialog";
import { say, sayRefused } from "./told";
import { asSomebody } from "./who";

export type Written = "call" | "note" | "task" | "promise";
type What = NonNullable<Parameters<typeof acts.record>[0]["what"]>;

const titles: Record<Written, string> = {
  call: "Log a call",
  note: "Write a note",
  task: "Next step",
  promise: "Promise to the client",
};
const limits: Record<Written, number> = { call: 2000, note: 4000, task: 500, promise: 500 };
const labels: Record<Written, string> = {
  call: "What it was about",
  note: "Note",
  task: "What is to be done",
  promise: "What was promised",
};
const day = 86_400_000;

function whatOf(kind: Written, form: FormData): What {
  const text = String(form.get("text") ?? "").trim();
  const dueAt = fieldInstant(String(form.get("due") ?? ""), 17);
  switch (kind) {
    case "call": {
      const durationS = BigInt(Math.round(Number(form.get("minutes") ?? 0) * 60));
      const fromClient = form.get("from") === "client";
      return { case: "call", value: { about: text, durationS, fromClient } };
    }
    case "note":
      return { case: "note", value: { text } };
    case "task":
      return { case: "task", value: { title: text, dueAt } };
    case "promise":
      return { case: "promise", value: { text, dueAt } };
  }
}

/** Writes one thing down; true when it is in the log. */
export async function record(account: string, what: What, told: string, id: string) {
  try {
    await acts.record({ id, account, actor: seat.get().name, what });
    say(told);
    askAgain();
    return true;
  } catch (thrown) {
    sayRefused(failureOf(thrown).message);
    return false;
  }
}

export function askRecord(kind: Written, account: string, name: string, now: number): void {
  asSomebody(() => {
    // One id for the dialog: pressing twice, or again after a failure, is still one act.
    const id = actId();
    ask(`${titles[kind]}: ${name || account}`, (close) => (
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const next = String(form.get("next") ?? "").trim();
          const what = whatOf(kind, form);
          if (!(await record(account, what, `${titles[kind]}: written`, id))) return;
          const dueAt = fieldInstant(String(form.get("due")), 17);
          if (kind === "call" && next)
            await record(
              account,
              { case: "task", value: { title: next, dueAt } },
              "Call and next step: written",
              `${id}-next`,
            );
          close();
        }}
      >
        <label>
          {labels[kind]}
          <textarea
            name="text"
            rows={kind === "note" ? 5 : 3}
            required={kind !== "call"}
            maxLength={limits[kind]}
            data-first
          />
        </label>
        {kind === "call" && <CallFields />}
        {kind !== "note" && (
          <label>
            {kind === "call" ? "Next step by" : "By when"}
            <input type="date" name="due" required defaultValue={dateField(now + 3 * day)} />
          </label>
        )}
        <div class="acts">
          <button type="submit" class="main">
            Write it down
          </button>
        </div>
      </form>
    ));
  });
}

function CallFields() {
  return (
    <>
      <fieldset>
        <legend>Who called</legend>
        <label>
          <input type="radio" name="from" value="us" defaultChecked /> we
        </label>
        <label>
          <input type="radio" name="from" value="client" /> the client
        </label>
        <label>
          minutes <input type="number" name="minutes" min={0} max={1440} defaultValue="10" />
        </label>
      </fieldset>
      <label>
        Next step, if there is one
        <input name="next" maxLength={500} autocomplete="off" />
      </label>
    </>
  );
}
