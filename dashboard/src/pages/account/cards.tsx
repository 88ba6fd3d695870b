// Contracts and complaints of one account.

import type { GetAccountResponse } from "../../gen/tenure/api/v1/account_pb";
import { Clock } from "../../parts/clock";
import { DateText, DeadlineText, NoticeDays, Severity } from "../../parts/marks";
import { dateNear, days, daysBetween, instant } from "../../words/dates.js";
import { fromMinor, moneyExact, moneyShort } from "../../words/money.js";
import { counted } from "../../words/numbers.js";
import {
  complaintsOf,
  contractsOf,
  currencyOf,
  flag,
  isEnded,
  noticeByOf,
  number,
  signalOf,
  text,
  unpaidOf,
} from "./read";

export interface CardProps {
  of: GetAccountResponse;
  now: number;
  /** At most so many rows, where room is short. */
  most?: number;
}

/** What a list that was cut leaves out. */
function More({ of, one }: { of: number; one: string }) {
  return of > 0 ? <p class="sub">{counted(of, `more ${one}`)}.</p> : null;
}

export function Contracts({ of, now, most = 500 }: CardProps) {
  const currency = currencyOf(of);
  const noticeBy = noticeByOf(of);
  const running = contractsOf(of).filter((contract) => !flag(contract, "over"));
  const over = contractsOf(of).length - running.length;
  return (
    <section class="card" aria-labelledby="contracts">
      <h2 id="contracts">Contracts</h2>
      {running.length === 0 && <p class="none">No contract is running.</p>}
      {noticeBy !== undefined && running.length > 0 && (
        <p class="line">
          <span>Next notice deadline</span>
          <NoticeDays at={new Date(noticeBy).toISOString()} now={now} />
        </p>
      )}
      {running.slice(0, most).map((contract) => {
        const minor = number(contract, "annual_minor");
        const value = minor === undefined ? undefined : fromMinor(currency, minor);
        const notice = number(contract, "notice_days");
        return (
          <div class="line" key={text(contract, "contract")}>
            <span>
              <b>{text(contract, "contract")}</b>
              <span class="sub block">
                {text(contract, "ends_at") ? (
                  <>
                    ends <DeadlineText at={text(contract, "ends_at")} now={now} />
                  </>
                ) : (
                  "no end"
                )}
                {notice !== undefined && `, notice ${days(notice)} before`}
                {flag(contract, "auto_renew") ? ", renews by itself" : ", ends unless renewed"}
              </span>
              {flag(contract, "notice_given") && <span class="chip bad">notice was given</span>}
            </span>
            <span title={moneyExact(value)}>
              {moneyShort(value)} <span class="sub">a year</span>
            </span>
          </div>
        );
      })}
      <More of={running.length - most} one="contract" />
      {over > 0 && <p class="sub">{counted(over, "ended contract")}.</p>}
      <Unpaid of={of} now={now} most={most} />
    </section>
  );
}

function Unpaid({ of, now, most = 500 }: CardProps) {
  const currency = currencyOf(of);
  return (
    <>
      {unpaidOf(of)
        .slice(0, most)
        .map((invoice) => {
          const due = instant(text(invoice, "due_at"));
          const minor = number(invoice, "amount_minor");
          const late = due === undefined ? 0 : -daysBetween(now, due);
          return (
            <div class="line" key={text(invoice, "invoice")}>
              <span>
                Invoice {text(invoice, "invoice")}{" "}
                <span class="sub block">
                  {late > 0 ? (
                    <span class="down">overdue by {days(late)}</span>
                  ) : (
                    `due ${dateNear(due, now)}`
                  )}
                </span>
              </span>
              <span>
                {minor === undefined ? "not known" : moneyShort(fromMinor(currency, minor))}
              </span>
            </div>
          );
        })}
      <More of={unpaidOf(of).length - most} one="unpaid invoice" />
    </>
  );
}

export function Complaints({ of, now, most = 500 }: CardProps) {
  const all = complaintsOf(of);
  const open = all.filter((complaint) => !isEnded(complaint));
  const last = all
    .filter(isEnded)
    .sort((a, b) => text(b, "last_at").localeCompare(text(a, "last_at")))[0];
  return (
    <section class="card" aria-labelledby="complaints">
      <h2 id="complaints">Open complaints</h2>
      {open.length === 0 && (
        <p class="none">
          None.
          {last
            ? ` The last one, ${text(last, "complaint")}, was ${text(last, "state")} ${dateNear(instant(text(last, "last_at")), now)}.`
            : " There never was one."}
        </p>
      )}
      {open.slice(0, most).map((complaint) => {
        const id = text(complaint, "complaint");
        return (
          <div class="line" key={id}>
            <span>
              <b>{id}</b> <Severity of={text(complaint, "severity")} />
              <span class="sub block">
                {text(complaint, "state").replaceAll("_", " ")}, opened{" "}
                <DateText at={text(complaint, "opened_at")} now={now} />
              </span>
            </span>
            <Clock milli={signalOf(of, "complaints.clock", id)?.milli} />
          </div>
        );
      })}
      <More of={open.length - most} one="open complaint" />
    </section>
  );
}
