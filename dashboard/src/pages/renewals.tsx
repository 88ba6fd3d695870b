// Contracts by the month of their last day for a notice, with what to expect.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { joinPages, useMore } from "../api/more";
import type { ForecastSum, Money, RenewalRow } from "../gen/tenure/api/v1/portfolio_pb";
import { useKeys } from "../keys/keys";
import { CoverMark } from "../parts/cover";
import { Avatar, DeadlineText, Health, MoneyText, NoticeDays } from "../parts/marks";
import { MoreLine } from "../parts/more";
import { Everybodys } from "../parts/nobodys";
import { askOpinion } from "../parts/record_dialogs";
import { useRows } from "../parts/rows";
import { Answered, Empty, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { ownerAsked, seat } from "../person";
import { accountPath, usePlace } from "../router";
import { useStore } from "../store";
import { instant, monthTitle } from "../words/dates.js";
import { moneyExact, moneySums } from "../words/money.js";
import { personName } from "../words/names";
import { counted } from "../words/numbers.js";

const pageSize = 100;
const rowKey = (row: RenewalRow): string => row.account?.account ?? "";

const tones: Record<string, string> = {
  commit: "good",
  likely: "",
  "at risk": "warn",
  lost: "bad",
};

/** Sums of a month's rows by currency; never across currencies. */
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
  const key = `renewals ${owner} ${days}`;
  const answer = useAnswer(key, () => portfolio.listRenewals({ owner, days, pageSize }));
  const { pages, readMore } = useMore(key, answer.value, (pageToken) =>
    portfolio.listRenewals({ owner, days, pageSize, pageToken }),
  );
  const rest = pages.flatMap((page) => page.rows);
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
            rows={joinPages(value.rows, rest, rowKey)}
            forecasts={value.forecasts}
            total={Number(value.total)}
            mine={owner !== ""}
            readMore={readMore}
            now={nowOf(value.freshness)}
            days={days}
          />
        )}
      </Answered>
    </>
  );
}

/** The day by which a row stands in the calendar: of a notice, or of the end where one was given. */
const dayOf = (row: RenewalRow): number | undefined =>
  instant(row.noticeGiven ? row.endsAt : row.account?.noticeBy);

function Months(props: {
  rows: RenewalRow[];
  forecasts: ForecastSum[];
  total: number;
  now: number;
  days: number;
  mine: boolean;
  readMore: (() => void) | undefined;
}) {
  const { rows, now } = props;
  const more = props.total - rows.length;
  const { list, link, chosen } = useRows(rows, rowKey);
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
        Contracts stand here by the last day on which a notice can be given.{" "}
        {props.mine && <Everybodys />}
      </Empty>
    );
  const months = new Map<string, RenewalRow[]>();
  for (const row of rows) {
    const at = dayOf(row);
    const month = at === undefined ? "Deadline not known" : monthTitle(at);
    months.set(month, [...(months.get(month) ?? []), row]);
  }
  return (
    <div ref={list}>
      <section class="kpis four" aria-label="Forecast">
        {props.forecasts.map((sum) => (
          <div class="kpi" key={sum.forecast}>
            <span class="l">
              <span class={`chip ${tones[sum.forecast] ?? ""}`}>{sum.forecast}</span>
            </span>
            <b title={sum.arr.map(moneyExact).join(" + ")}>{moneySums(sum.arr)}</b>
            <span class="s">{counted(sum.count, "account")}, a year</span>
          </div>
        ))}
      </section>
      <div class="row renewal head" aria-hidden="true">
        <span>Account</span>
        <span>Notice deadline</span>
        <span>Health</span>
        <span>Forecast, and your own view</span>
        <span>Contract ends</span>
        <span />
      </div>
      {[...months].map(([month, of], at) => (
        <section key={month} class="group" aria-label={month}>
          <h2>
            {month}{" "}
            <span class="sub">
              {counted(of.length, "account")} · {moneySums(sumsOf(of))} a year
              {more > 0 && at === months.size - 1 && ", so far"}
            </span>
          </h2>
          <ul class="rows">
            {of.map((row) => (
              <Row key={row.account?.account} row={row} now={now} link={link(row)} />
            ))}
          </ul>
        </section>
      ))}
      <MoreLine
        say={`${counted(more, "more renewal")} with later deadlines`}
        left={more}
        pageSize={pageSize}
        readMore={props.readMore}
      />
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
        {row.noticeGiven ? (
          <span class="chip bad">notice was given</span>
        ) : (
          <NoticeDays at={account.noticeBy} now={now} />
        )}
      </div>
      <div>
        <Health milli={account.healthMilli} />
      </div>
      <div>
        <span class={`chip ${tones[row.forecast] ?? ""}`}>{row.forecast || "not known"}</span>
        <span class="sub block">
          {row.noticeGiven ? "" : row.renewed ? "renewed already" : account.alert?.sentence}
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
        <DeadlineText at={row.endsAt} now={now} />
      </div>
      <Avatar of={account.owner} />
    </li>
  );
}
