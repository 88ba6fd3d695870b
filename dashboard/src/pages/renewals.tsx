// Contracts by the month of their last day for a notice, with what to expect.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import type { Money, RenewalRow } from "../gen/tenure/api/v1/portfolio_pb";
import { useKeys } from "../keys/keys";
import { CoverMark } from "../parts/cover";
import { Avatar, DateText, Health, MoneyText, NoticeDays } from "../parts/marks";
import { askOpinion } from "../parts/record_dialogs";
import { useRows } from "../parts/rows";
import { Answered, Empty, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { ownerAsked, seat } from "../person";
import { accountPath, usePlace } from "../router";
import { useStore } from "../store";
import { instant, monthTitle } from "../words/dates.js";
import { moneySums } from "../words/money.js";
import { personName } from "../words/names";
import { counted } from "../words/numbers.js";

const forecasts = ["commit", "likely", "at risk", "lost"] as const;
const tones: Record<string, string> = {
  commit: "good",
  likely: "",
  "at risk": "warn",
  lost: "bad",
};

/** Sums of rows by currency; never across currencies. */
function sumsOf(rows: readonly RenewalRow[]): { currency: string; milli: bigint }[] {
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const arr: Money | undefined = row.account?.arr;
    if (arr) sums.set(arr.currency, (sums.get(arr.currency) ?? 0n) + arr.milli);
  }
  return [...sums].map(([currency, milli]) => ({ currency, milli }));
}

export function Renewals() {
  const owner = ownerAsked(useStore(seat));
  const days = Number(usePlace().query.get("days") ?? 180);
  const answer = useAnswer(`renewals ${owner} ${days}`, () =>
    portfolio.listRenewals({ owner, days, pageSize: 1000 }),
  );
  return (
    <>
      <Top title="Renewals" sub={answer.value && <Fresh of={answer.value.freshness} />} whose />
      <nav class="seg filter" aria-label="How far ahead">
        {[90, 180, 365].map((ahead) => (
          <a
            key={ahead}
            href={`/renewals?days=${ahead}`}
            aria-current={days === ahead ? "true" : undefined}
          >
            {ahead} days
          </a>
        ))}
      </nav>
      <Answered answer={answer}>
        {(value) => (
          <Months
            rows={value.rows}
            total={Number(value.total)}
            now={nowOf(value.freshness)}
            days={days}
          />
        )}
      </Answered>
    </>
  );
}

function Months(props: { rows: RenewalRow[]; total: number; now: number; days: number }) {
  const { rows, now } = props;
  const { list, link, chosen } = useRows(rows, (row) => row.account?.account ?? "");
  useKeys({
    v: {
      say: "your view of the risk",
      act: true,
      run: () => {
        const account = chosen()?.account;
        if (account) askOpinion(account.account, account.name, now);
      },
    },
  });
  if (rows.length === 0)
    return (
      <Empty title={`No notice deadline in the next ${props.days} days`}>
        Contracts stand here by the last day on which a notice can be given.
      </Empty>
    );
  const months = new Map<string, RenewalRow[]>();
  for (const row of rows) {
    const at = instant(row.account?.noticeBy);
    const month = at === undefined ? "Deadline not known" : monthTitle(at);
    months.set(month, [...(months.get(month) ?? []), row]);
  }
  return (
    <div ref={list}>
      <section class="kpis four" aria-label="Forecast">
        {forecasts.map((forecast) => {
          const of = rows.filter((row) => row.forecast === forecast);
          return (
            <div class="kpi" key={forecast}>
              <span class="l">
                <span class={`chip ${tones[forecast]}`}>{forecast}</span>
              </span>
              <b>{moneySums(sumsOf(of))}</b>
              <span class="s">{counted(of.length, "account")}, a year</span>
            </div>
          );
        })}
      </section>
      <div class="row renewal head" aria-hidden="true">
        <span>Account</span>
        <span>Notice deadline</span>
        <span>Health, 30 days</span>
        <span>Forecast, and your own view</span>
        <span>Contract ends</span>
        <span />
      </div>
      {[...months].map(([month, of]) => (
        <section key={month} class="group" aria-label={month}>
          <h2>
            {month}{" "}
            <span class="sub">
              {counted(of.length, "account")} · {moneySums(sumsOf(of))} a year
            </span>
          </h2>
          <ul class="rows">
            {of.map((row) => (
              <Row key={row.account?.account} row={row} now={now} link={link(row)} />
            ))}
          </ul>
        </section>
      ))}
      {props.total > rows.length && (
        <p class="sub foot-line">
          {counted(props.total - rows.length, "more renewal")}: choose fewer days.
        </p>
      )}
    </div>
  );
}

function Row({ row, now, link }: { row: RenewalRow; now: number; link: Record<string, unknown> }) {
  const account = row.account;
  if (!account) return null;
  return (
    <li class="row renewal">
      <div class="who">
        <a href={accountPath(account.account)} {...link}>
          <b>{account.name || account.account}</b>
        </a>
        <span class="sub">{[account.sector, account.tier].filter(Boolean).join(" · ")} </span>
        <MoneyText of={account.arr} />
        <CoverMark of={account.cover} now={now} />
      </div>
      <div>
        <NoticeDays at={account.noticeBy} now={now} />
      </div>
      <div>
        <Health milli={account.healthMilli} change={account.healthChange30dMilli} />
      </div>
      <div>
        <span class={`chip ${tones[row.forecast] ?? ""}`}>{row.forecast || "not known"}</span>
        <span class="sub block">
          {row.noticeGiven
            ? "notice was given"
            : row.renewed
              ? "renewed already"
              : account.alert?.sentence}
        </span>
        {row.opinion && (
          <span class="sub block" title="somebody's own view, beside the forecast">
            {row.opinionBy ? personName(row.opinionBy) : "Somebody"}:{" "}
            <b class={row.opinion === "high" ? "down" : ""}>{row.opinion} risk</b>
          </span>
        )}
      </div>
      <div class="sub">
        <span class="phone-label">ends </span>
        <DateText at={row.endsAt} now={now} />
      </div>
      <Avatar of={account.owner} />
    </li>
  );
}
