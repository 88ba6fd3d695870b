// What people write about an account: a call, a note, a next step, a promise.

import { askAgain } from "../api/ask";
import { actId, acts, failureOf } from "../api/clients";
import type { Commitment } from "../gen/tenure/api/v1/timeline_pb";
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
// A day is meant until five in the afternoon: the first whose five o'clock is still ahead.
const soonest = (now: number) => dateField(now + 7 * 3_600_000);

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
          const dueAt = fieldInstant(String(form.get("due") ?? ""), 17);
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
          <DueField say={kind === "call" ? "Next step by" : "By when"} now={now} days={3} />
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

const risks = ["low", "medium", "high"];

/** Somebody's own view of the risk, beside what the rules compute; it expires. */
export function askOpinion(account: string, name: string, now: number): void {
  asSomebody(() => {
    const id = actId();
    ask(`Your view of the risk: ${name || account}`, (close) => (
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const value = {
            risk: String(form.get("risk")),
            reason: String(form.get("reason") ?? "").trim(),
            until: fieldInstant(String(form.get("until")), 17),
          };
          if (await record(account, { case: "opinion", value }, "Your view: written", id)) close();
        }}
      >
        <p class="sub">It stands beside the forecast until it expires, and changes no number.</p>
        <fieldset>
          <legend>The risk is</legend>
          {risks.map((risk, i) => (
            <label key={risk}>
              <input type="radio" name="risk" value={risk} required data-first={i === 0} /> {risk}
            </label>
          ))}
        </fieldset>
        <label>
          Why
          <textarea name="reason" rows={3} maxLength={2000} />
        </label>
        <label>
          It holds until
          <input
            type="date"
            name="until"
            required
            min={dateField(now + day)}
            max={dateField(now + 179 * day)}
            defaultValue={dateField(now + 30 * day)}
          />
        </label>
        <div class="acts">
          <button type="submit" class="main">
            Write it down
          </button>
        </div>
      </form>
    ));
  });
}

/** Another date for a promise. */
export function askRevise(promise: Commitment, account: string, now: number): void {
  asSomebody(() => {
    const id = actId();
    ask(`Move the promise: ${promise.title || promise.id}`, (close) => (
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const field = String(new FormData(event.currentTarget).get("due"));
          const value = { promise: promise.id, dueAt: fieldInstant(field, 17) };
          if (await record(account, { case: "promiseRevised", value }, "Moved", id)) close();
        }}
      >
        <DueField say="By when now" now={now} days={7} first />
        <div class="acts">
          <button type="submit" class="main">
            Move it
          </button>
        </div>
      </form>
    ));
  });
}

function DueField(props: { say: string; now: number; days: number; first?: boolean }) {
  return (
    <label>
      {props.say}
      <input
        type="date"
        name="due"
        required
        min={soonest(props.now)}
        defaultValue={dateField(props.now + props.days * day)}
        data-first={props.first}
      />
    </label>
  );
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
