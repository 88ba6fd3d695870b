// Acts on alerts: shown at once, taken back with the server's words when it refuses.

import type { Alert } from "../gen/tenure/api/v1/alert_pb";
import { say, sayRefused } from "../parts/told";
import { seat } from "../person";
import { Store } from "../store";
import { askAgain } from "./ask";
import { actId, alerts, failureOf } from "./clients";

export interface AlertAct {
  act: "acknowledge" | "snooze" | "assign" | "clear" | "judge";
  until?: string;
  assignee?: string;
  reason?: string;
  verdict?: "true" | "false" | "too late";
}

type Shown = Partial<Pick<Alert, "state" | "assignee" | "snoozedUntil" | "verdict">>;

/** What acts will have changed, by alert, until the server's answers say the same. */
const ahead = new Store<ReadonlyMap<string, Shown>>(new Map());
export const aheadOfServer = ahead;

export const alertKey = (alert: Alert): string =>
  [alert.account, alert.rule, alert.subject].join("\u0000");

/** The alert as it will be once the acts on the way are in. */
export function withActs(alert: Alert): Alert {
  const shown = ahead.get().get(alertKey(alert));
  return shown ? { ...alert, ...shown } : alert;
}

function expected(act: AlertAct): Shown {
  switch (act.act) {
    case "acknowledge":
      return { state: "acknowledged" };
    case "snooze":
      return { state: "snoozed", snoozedUntil: act.until ?? "" };
    case "assign":
      return { assignee: act.assignee ?? "" };
    case "clear":
      return { state: "cleared" };
    case "judge":
      return { verdict: act.verdict ?? "" };
  }
}

function put(key: string, shown: Shown | undefined): void {
  const next = new Map(ahead.get());
  if (shown) next.set(key, { ...next.get(key), ...shown });
  else next.delete(key);
  ahead.set(next);
}

const told: Record<AlertAct["act"], string> = {
  acknowledge: "Acknowledged",
  snooze: "Snoozed",
  assign: "Assigned",
  clear: "Cleared",
  judge: "Judged",
};

// An act is in the log when the server answers; the answers that show it follow a moment later.
const keepAhead = 4000;

export async function actOn(alert: Alert, act: AlertAct): Promise<void> {
  const key = alertKey(alert);
  put(key, expected(act));
  say(`${told[act.act]}: ${alert.name || alert.account}`);
  try {
    const { account, rule, subject } = alert;
    await alerts.act({ id: actId(), account, rule, subject, actor: seat.get().name, ...act });
    askAgain();
    setTimeout(() => {
      put(key, undefined);
      askAgain();
    }, keepAhead);
  } catch (thrown) {
    put(key, undefined);
    sayRefused(`Not ${told[act.act].toLowerCase()}: ${failureOf(thrown).message}`);
  }
}
