// The first screen: what is in care, what is at risk, and who needs somebody now.

import { aheadOfServer, withActs } from "../api/alert_acts";
import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { mayAct } from "../api/session";
import type { AccountRow, GetNeedsYouResponse } from "../gen/tenure/api/v1/portfolio_pb";
import type { Commitment } from "../gen/tenure/api/v1/timeline_pb";
import { useKeys } from "../keys/keys";
import { acknowledge, askSnooze, judge, showEvidence } from "../parts/alert_dialogs";
import { AwayLine, CoverLine, CoverMark } from "../parts/cover";
import { Avatar, DateText, Health, MoneyText, NoticeDays, Severity } from "../parts/marks";
import { NoAccount } from "../parts/nobodys";
import { askRecord } from "../parts/record_dialogs";
import { useRows } from "../parts/rows";
import { Answered, Empty, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { ownerAsked, seat } from "../person";
import { accountPath } from "../router";
import { useStore } from "../store";
import { dateTitle } from "../words/dates.js";
import { moneyExact, moneySums } from "../words/money.js";
import { ruleName } from "../words/names";
import { count, counted } from "../words/numbers.js";
import { Due } from "./account/work";
import { OwnerTable } from "./portfolio";

export function NeedsYou() {
  const now = useStore(seat);
  const owner = ownerAsked(now);
  const answer = useAnswer(`needs ${owner}`, () => portfolio.getNeedsYou({ owner }));
  const at = nowOf(answer.value?.freshness);
  return (
    <>
      <Top
        title={dateTitle(at)}
        sub={answer.value && <Fresh of={answer.value.freshness} />}
        whose
      />
      <Answered answer={answer} rows={8}>
        {(value) => (
          <>
            <Sums of={value} mine={owner !== ""} />
            <AwayLine of={value} now={at} />
            <NeedRows of={value} now={at} owner={owner} />
            <CoverLine of={value} now={at} />
          </>
        )}
      </Answered>
      {/* Not before what stands above it: it would be pushed down under somebody's eyes. */}
      {owner === "" && answer.value && <OwnerTable />}
    </>
  );
}

function Sums({ of, mine }: { of: GetNeedsYouResponse; mine: boolean }) {
  const late = of.complaintsOverdue > 0n;
  const sums = [
    {
      label: mine ? "In my care" : "In care",
      value: moneySums(of.arrInCare),
      exact: of.arrInCare.map(moneyExact).join(" + "),
      sub: `${counted(of.accounts, "account")}, a year${
        of.accountsCovered > 0n ? `; ${count(of.accountsCovered)} covered` : ""
      }`,
      tone: "",
    },
    {
      label: "At risk",
      value: moneySums(of.arrAtRisk),
      exact: of.arrAtRisk.map(moneyExact).join(" + "),
      sub: "a year, with a high alert open",
      tone: of.arrAtRisk.length > 0 ? "down" : "",
    },
    {
      label: "To decide in 90 days",
      value: count(of.renewals90d),
      exact: of.renewals90dArr.map(moneyExact).join(" + "),
      sub:
        of.renewals90d > 0n ? `${moneySums(of.renewals90dArr)} a year` : "no notice deadline near",
      tone: "",
    },
    {
      label: "Promises overdue",
      value: of.promisesOverdue === undefined ? "not known" : count(of.promisesOverdue),
      exact: "",
      sub: of.promisesOverdue === undefined ? "nothing counts them yet" : "past their date",
      tone: (of.promisesOverdue ?? 0n) > 0n ? "down" : "",
    },
    {
      label: "Complaints past clock",
      value: count(of.complaintsOverdue),
      exact: "",
      sub: `of ${counted(of.complaintsOpen, "open complaint")}`,
      tone: late ? "down" : "",
    },
  ];
  return (
    <section class="kpis" aria-label="Sums">
      {sums.map((sum) => (
        <div class="kpi" key={sum.label}>
          <span class="l">{sum.label}</span>
          <b class={sum.tone} title={sum.exact}>
            {sum.value}
          </b>
          <span class="s">{sum.sub}</span>
        </div>
      ))}
    </section>
  );
}

function NeedRows(props: { of: GetNeedsYouResponse; now: number; owner: string }) {
  const { of, now, owner } = props;
  useStore(aheadOfServer);
  const handled = (row: AccountRow) =>
    row.alert !== undefined && ["snoozed", "cleared"].includes(withActs(row.alert).state);
  const rows = of.rows.filter((row) => !handled(row));
  const { list, link, chosen } = useRows(rows, (row) => row.account);
  const onAlert = (run: (alert: NonNullable<AccountRow["alert"]>) => void) => () => {
    const alert = chosen()?.alert;
    if (alert) run(alert);
  };
  const onAccount = (kind: "call" | "note") => () => {
    const row = chosen();
    if (row) askRecord(kind, row.account, row.name, now);
  };
  useKeys({
    e: { say: "evidence", run: onAlert((alert) => showEvidence(alert, now)) },
    a: { say: "acknowledge", act: true, run: onAlert(acknowledge) },
    s: { say: "snooze", act: true, run: onAlert((alert) => askSnooze(alert, now)) },
    f: { say: "false alarm", act: true, run: onAlert((alert) => judge(alert, "false")) },
    c: { say: "log a call", act: true, run: onAccount("call") },
    n: { say: "note", act: true, run: onAccount("note") },
  });
  if (of.accounts === 0n) return <NoAccount owner={owner} />;
  if (rows.length === 0)
    return (
      <Empty title="Nobody needs you now">
        An account stands here as soon as one of its alerts is open.
      </Empty>
    );
  const more = Number(of.rowsTotal) - of.rows.length;
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">
        Needs you now{" "}
        <span class="sub">
          {counted(of.rowsTotal, "account")}
          {of.alertsOpen > 0n && `, ${counted(of.alertsOpen, "open alert")}`}
        </span>
      </h2>
      <div class="row need head" aria-hidden="true">
        <span>Account</span>
        <span>Notice deadline</span>
        <span>Health, 30 days</span>
        <span>Why</span>
        <span>Next step</span>
        <span />
      </div>
      <ul class="rows" ref={list}>
        {rows.map((row) => (
          <NeedRow key={row.account} row={row} now={now} link={link(row)} />
        ))}
      </ul>
      <p class="sub foot-line">
        {more > 0 && (
          <>
            {counted(more, "more account")}:{" "}
            <a class="link" href="/alerts">
              all alerts
            </a>{" "}
            ·{" "}
          </>
        )}
        <kbd>j</kbd> <kbd>k</kbd> move · <kbd>e</kbd> evidence ·{" "}
        {mayAct() && (
          <>
            <kbd>a</kbd> acknowledge · <kbd>s</kbd> snooze · <kbd>c</kbd> log a call ·{" "}
          </>
        )}
        <kbd>?</kbd> all keys
      </p>
    </section>
  );
}

function NeedRow(props: { row: AccountRow; now: number; link: Record<string, unknown> }) {
  const { row, now } = props;
  const alert = row.alert && withActs(row.alert);
  return (
    <li class="row need">
      <div class="who">
        <a href={accountPath(row.account)} {...props.link}>
          <b>{row.name || row.account}</b>
        </a>
        <span class="sub">{[row.sector, row.tier].filter(Boolean).join(" · ")} </span>
        <MoneyText of={row.arr} />
        <CoverMark of={row.cover} now={now} />
      </div>
      <div>
        <NoticeDays at={row.noticeBy} now={now} />
      </div>
      <div>
        <Health milli={row.healthMilli} change={row.healthChange30dMilli} />
      </div>
      <div class="why">
        {alert ? (
          <>
            {alert.sentence}{" "}
            <button type="button" class="ev" onClick={() => showEvidence(alert, now)}>
              {counted(alert.evidenceTotal, "event")} →
            </button>
            <div class="sub">
              <Severity of={alert.severity} /> {ruleName(alert.rule)}
              {alert.state !== "open" && ` · ${alert.state}`}
              {alert.verdict && ` · judged ${alert.verdict}`}
              {row.openAlerts > 1 && ` · ${row.openAlerts - 1} more`}
            </div>
            <LastWord of={row} now={now} />
          </>
        ) : (
          <span class="sub">no open alert</span>
        )}
      </div>
      <div>
        <span class="phone-label">next step: </span>
        <NextStep of={row.nextStep} now={now} />
      </div>
      <Avatar of={row.owner} />
    </li>
  );
}

/** What the client said last: the page is about them, not about us. */
function LastWord({ of, now }: { of: AccountRow; now: number }) {
  return (
    <div class="last-word">
      <span class="sub">last word from them </span>
      <DateText at={of.lastClientWordAt} now={now} none="never" />
      {of.lastClientWord && <>: {of.lastClientWord}</>}
    </div>
  );
}

function NextStep({ of, now }: { of: Commitment | undefined; now: number }) {
  if (!of) return <span class="sub">none yet</span>;
  return (
    <>
      {of.title || of.id}
      <span class="sub block">
        <Due of={of} now={now} />
      </span>
    </>
  );
}
