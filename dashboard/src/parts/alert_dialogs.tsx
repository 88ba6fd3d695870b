// The questions that acts on an alert ask, and its evidence.

import { actOn } from "../api/alert_acts";
import type { Alert } from "../gen/tenure/api/v1/alert_pb";
import { accountPath } from "../router";
import { dateExact, dateField, dateNear, fieldInstant, instant } from "../words/dates.js";
import { ruleName } from "../words/names";
import { counted } from "../words/numbers.js";
import { ask } from "./dialog";
import { asSomebody, OwnerField, whoIs } from "./who";

const day = 86_400_000;

export function showEvidence(alert: Alert, now: number): void {
  const more = Number(alert.evidenceTotal) - alert.evidence.length;
  ask(`Evidence: ${ruleName(alert.rule)}`, (close) => (
    <div>
      <p>{alert.sentence}</p>
      {alert.evidence.length === 0 && (
        <p class="sub">No event is cited: the alert rests on time that passed.</p>
      )}
      <ol class="evidence">
        {alert.evidence.map((event) => (
          <li key={`${event.source} ${event.id} ${event.revision}`}>
            <time title={dateExact(instant(event.occurredAt))}>
              {dateNear(instant(event.occurredAt), now)}
            </time>
            <span>
              {event.sentence}
              <span class="sub block">
                {event.source} · {event.id}
                {event.revision > 0 ? ` · revision ${event.revision}` : ""}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {more > 0 && <p class="sub">{counted(more, "older event")} more</p>}
      <p class="sub">
        rules version {alert.rulesVersion} · raised {dateExact(instant(alert.raisedAt))}
      </p>
      <div class="acts">
        <a class="button main" href={accountPath(alert.account)} onClick={close} data-first>
          Open {alert.name || alert.account}
        </a>
      </div>
    </div>
  ));
}

export function acknowledge(alert: Alert): void {
  asSomebody(() => void actOn(alert, { act: "acknowledge" }));
}

export function judge(alert: Alert, verdict: "true" | "false" | "too late"): void {
  asSomebody(() => void actOn(alert, { act: "judge", verdict }));
}

export function askSnooze(alert: Alert, now: number): void {
  asSomebody(() =>
    ask(`Snooze: ${alert.name || alert.account}`, (close) => {
      const until = (instantText: string) => {
        close();
        void actOn(alert, { act: "snooze", until: instantText });
      };
      return (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            until(fieldInstant(String(new FormData(event.currentTarget).get("until")), 8));
          }}
        >
          <p class="sub">It comes back by itself, sooner if it gets worse.</p>
          <div class="acts">
            {[1, 3, 7, 14].map((count) => (
              <button
                key={count}
                type="button"
                data-first={count === 1 || undefined}
                onClick={() => until(fieldInstant(dateField(now + count * day), 8))}
              >
                {count === 1 ? "tomorrow" : `${count} days`}
              </button>
            ))}
          </div>
          <label>
            or until
            <input
              type="date"
              name="until"
              required
              min={dateField(now + day)}
              defaultValue={dateField(now + 7 * day)}
            />
          </label>
          <div class="acts">
            <button type="submit" class="main">
              Snooze
            </button>
          </div>
        </form>
      );
    }),
  );
}

export function askAssign(alert: Alert): void {
  asSomebody(() =>
    ask(`Assign: ${alert.name || alert.account}`, (close) => (
      <AssignForm
        done={(assignee) => {
          close();
          void actOn(alert, { act: "assign", assignee });
        }}
      />
    )),
  );
}

function AssignForm({ done }: { done: (assignee: string) => void }) {
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        const to = String(new FormData(event.currentTarget).get("to") ?? "").trim();
        if (to) done(await whoIs(to));
      }}
    >
      <OwnerField say="To whom" name="to" longest={128} first />
      <div class="acts">
        <button type="submit" class="main">
          Assign
        </button>
      </div>
    </form>
  );
}
