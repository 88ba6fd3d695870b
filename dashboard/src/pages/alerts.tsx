// Every alert, grouped by its rule.

import { actOn, aheadOfServer, alertKey, withActs } from "../api/alert_acts";
import { useAnswer } from "../api/ask";
import { alerts as service } from "../api/clients";
import { joinPages, useMore } from "../api/more";
import { mayAct } from "../api/session";
import type { Alert } from "../gen/tenure/api/v1/alert_pb";
import { type Bindings, useKeys } from "../keys/keys";
import { acknowledge, askAssign, askSnooze, judge, showEvidence } from "../parts/alert_dialogs";
import { CoverMark } from "../parts/cover";
import { DateText, Severity } from "../parts/marks";
import { MoreLine } from "../parts/more";
import { Everybodys } from "../parts/nobodys";
import { askRecord } from "../parts/record_dialogs";
import { useRows } from "../parts/rows";
import { Answered, Empty, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { asSomebody } from "../parts/who";
import { ownerAsked, seat } from "../person";
import { accountPath, usePlace } from "../router";
import { useStore } from "../store";
import { personName, ruleName } from "../words/names";
import { counted } from "../words/numbers.js";

const states = ["open", "acknowledged", "snoozed", "cleared"] as const;

const pageSize = 100;

/** The address of this list with one thing changed. */
function addressWith(query: URLSearchParams, name: string, value: string): string {
  const next = new URLSearchParams(query);
  if (value) next.set(name, value);
  else next.delete(name);
  return `/alerts${next.size ? `?${next}` : ""}`;
}

export function Alerts() {
  const { query } = usePlace();
  const asked = query.get("state") ?? "";
  const rule = query.get("rule") ?? "";
  const owner = ownerAsked(useStore(seat));
  const question = { states: asked ? [asked] : [], owner, rule, pageSize };
  const key = JSON.stringify(question);
  const answer = useAnswer(`alerts ${key}`, () => service.listAlerts(question));
  const { pages, readMore } = useMore(key, answer.value, (pageToken) =>
    service.listAlerts({ ...question, pageToken }),
  );
  const rest = pages.flatMap((page) => page.alerts);
  const now = nowOf(answer.value?.freshness);
  return (
    <>
      <Top title="Alerts" sub={answer.value && <Fresh of={answer.value.freshness} />} whose />
      <nav class="seg filter" aria-label="State">
        <a href={addressWith(query, "state", "")} aria-current={asked === "" ? "true" : undefined}>
          Not cleared
        </a>
        {states.map((state) => (
          <a
            key={state}
            href={addressWith(query, "state", state)}
            aria-current={asked === state ? "true" : undefined}
          >
            {state}
          </a>
        ))}
      </nav>
      {rule && (
        <p>
          Only <b>{ruleName(rule)}</b>.{" "}
          <a class="link" href={addressWith(query, "rule", "")}>
            Every cause
          </a>
        </p>
      )}
      <Answered answer={answer} rows={8}>
        {(value) => (
          <Groups
            alerts={joinPages(value.alerts, rest, alertKey)}
            total={Number(value.total)}
            now={now}
            mine={owner !== ""}
            filtered={asked !== "" || rule !== ""}
            only={(one) => (rule ? undefined : addressWith(query, "rule", one))}
            readMore={readMore}
          />
        )}
      </Answered>
    </>
  );
}

function Groups(props: {
  alerts: Alert[];
  total: number;
  now: number;
  mine: boolean;
  filtered: boolean;
  /** The address of one cause alone. */
  only: (rule: string) => string | undefined;
  readMore: (() => void) | undefined;
}) {
  useStore(aheadOfServer);
  const { now } = props;
  const rows = props.alerts.map(withActs);
  const groups = new Map<string, Alert[]>();
  for (const alert of rows) groups.set(alert.rule, [...(groups.get(alert.rule) ?? []), alert]);
  const inOrder = [...groups.values()].flat();
  const { list, link, chosen } = useRows(inOrder, alertKey);
  useAlertKeys(chosen, now);
  if (rows.length === 0)
    return (
      <Empty title="No alert here">
        {props.mine ? (
          <>
            None of this kind is open on your accounts. <Everybodys />
          </>
        ) : props.filtered ? (
          <a class="link" href="/alerts">
            Show all that are not cleared
          </a>
        ) : (
          "Rules decide what alerts: tenure rules shows those in force."
        )}
      </Empty>
    );
  const more = props.total - rows.length;
  return (
    <div ref={list}>
      {[...groups].map(([rule, group]) => (
        <section key={rule} class="group" aria-label={ruleName(rule)}>
          <h2>
            {ruleName(rule)}{" "}
            <span class="sub">
              {counted(group.length, "alert")}
              {more > 0 && " so far"}
              {props.only(rule) && groups.size > 1 && (
                <>
                  {" · "}
                  <a class="link" href={props.only(rule)}>
                    only these
                  </a>
                </>
              )}
            </span>
          </h2>
          <ul class="rows">
            {group.map((alert) => (
              <AlertRow key={alertKey(alert)} alert={alert} now={now} link={link(alert)} />
            ))}
          </ul>
        </section>
      ))}
      <MoreLine
        say={`${counted(more, "more alert")}, less severe`}
        left={more}
        pageSize={pageSize}
        readMore={props.readMore}
      />
    </div>
  );
}

/** `ownPage`: the page writes about its account itself, with or without an alert. */
export function useAlertKeys(chosen: () => Alert | undefined, now: number, ownPage = false): void {
  const on = (run: (alert: Alert) => void) => () => {
    const alert = chosen();
    if (alert) run(alert);
  };
  useKeys({
    e: { say: "evidence", run: on((alert) => showEvidence(alert, now)) },
    a: { say: "acknowledge", act: true, run: on(acknowledge) },
    s: { say: "snooze", act: true, run: on((alert) => askSnooze(alert, now)) },
    i: { say: "assign", act: true, run: on(askAssign) },
    f: { say: "false alarm", act: true, run: on((alert) => judge(alert, "false")) },
    r: { say: "it was right", act: true, run: on((alert) => judge(alert, "true")) },
    l: { say: "it came too late", act: true, run: on((alert) => judge(alert, "too late")) },
    ...(ownPage ? {} : writing(on, now)),
  });
}

function writing(on: (run: (alert: Alert) => void) => () => void, now: number): Bindings {
  const write = (kind: "call" | "note") =>
    on((alert) => askRecord(kind, alert.account, alert.name, now));
  return {
    c: { say: "log a call", act: true, run: write("call") },
    n: { say: "note", act: true, run: write("note") },
  };
}

function AlertRow({
  alert,
  now,
  link,
}: {
  alert: Alert;
  now: number;
  link: Record<string, unknown>;
}) {
  const holder = alert.assignee || alert.toldTo.join(", ");
  return (
    <li class="row alert">
      <div>
        <Severity of={alert.severity} />
        <span class="sub block">
          <DateText at={alert.raisedAt} now={now} />
        </span>
      </div>
      <div class="why">
        <a href={accountPath(alert.account)} {...link}>
          <b>{alert.name || alert.account}</b>
        </a>{" "}
        <AlertState alert={alert} now={now} />
        <div>
          {alert.sentence}{" "}
          <button type="button" class="ev" onClick={() => showEvidence(alert, now)}>
            {counted(alert.evidenceTotal, "event")} →
          </button>
        </div>
        {holder && (
          <div class="sub">
            {alert.assignee ? "with" : "told to"} {holder.split(", ").map(personName).join(", ")}
          </div>
        )}
        <CoverMark of={alert.cover} now={now} />
      </div>
      <AlertButtons alert={alert} now={now} />
    </li>
  );
}

export function AlertState({ alert, now }: { alert: Alert; now: number }) {
  return (
    <span class="sub">
      {alert.state !== "open" && <>· {alert.state} </>}
      {alert.state === "snoozed" && (
        <>
          until <DateText at={alert.snoozedUntil} now={now} />{" "}
        </>
      )}
      {alert.verdict && <>· judged {alert.verdict}</>}
    </span>
  );
}

export function AlertButtons({ alert, now }: { alert: Alert; now: number }) {
  if (alert.state === "cleared") return <span class="sub">cleared</span>;
  if (!mayAct()) return <span />;
  return (
    <div class="acts small">
      {alert.state === "open" && (
        <button type="button" onClick={() => acknowledge(alert)}>
          Acknowledge
        </button>
      )}
      <button type="button" onClick={() => askSnooze(alert, now)}>
        Snooze
      </button>
      <button type="button" onClick={() => askAssign(alert)}>
        Assign
      </button>
      <select
        aria-label="Judge this alert"
        value={alert.verdict}
        onChange={(event) => {
          const verdict = event.currentTarget.value as "true" | "false" | "too late";
          if (verdict) asSomebody(() => void actOn(alert, { act: "judge", verdict }));
        }}
      >
        <option value="">Judge …</option>
        <option value="true">right</option>
        <option value="false">false alarm</option>
        <option value="too late">too late</option>
      </select>
    </div>
  );
}
