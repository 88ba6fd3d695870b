// One account on one page, to be read before a call or printed.

import { useAnswer } from "../api/ask";
import { timeline } from "../api/clients";
import type { GetAccountResponse } from "../gen/tenure/api/v1/account_pb";
import { useKeys } from "../keys/keys";
import { Severity } from "../parts/marks";
import { NoSuchAccount } from "../parts/nobodys";
import { Answered, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { accountPath, go } from "../router";
import { dateExact, dayMonthYear, instant } from "../words/dates.js";
import { ruleName, typeSign } from "../words/names";
import { counted } from "../words/numbers.js";
import { LeftLine, Strip, useAccount } from "./account/account";
import { Complaints, Contracts } from "./account/cards";
import { Parts } from "./account/health";
import { People, usePeople } from "./account/people";
import { lostAtOf } from "./account/read";
import { Usage } from "./account/usage";
import { useCommitments, Work } from "./account/work";

export function Brief({ id }: { id: string }) {
  const answer = useAccount(id, "", "known");
  const events = useAnswer(`brief ${id}`, () =>
    timeline.listEvents({
      account: id,
      types: ["interaction.", "complaint.", "stakeholder.", "promise.", "contract.", "note."],
      pageSize: 8,
    }),
  );
  const work = useCommitments(id);
  const people = usePeople(id);
  const now = nowOf(answer.value?.freshness);
  useKeys({
    p: { say: "print", run: () => print() },
    b: { say: "back to the account", run: () => go(accountPath(id)) },
  });
  return (
    <div class="brief">
      <Top
        title={`Brief: ${answer.value?.name || id}`}
        sub={answer.value && <Fresh of={answer.value.freshness} />}
      >
        <button type="button" onClick={() => print()}>
          Print <kbd>p</kbd>
        </button>
        <a class="button" href={accountPath(id)}>
          Account
        </a>
      </Top>
      <Answered answer={answer} rows={8} missing={<NoSuchAccount id={id} />}>
        {(of) => (
          <>
            <LeftLine of={of} now={now} />
            <Strip of={of} now={now} work={work} />
            <Why of={of} />
            <div class="grid">
              <div>
                {lostAtOf(of) === undefined && <Parts of={of} short />}
                <Work answer={work} account={id} now={now} still most={4} />
                <section class="card">
                  <h2>The last that happened</h2>
                  <Answered answer={events} rows={4}>
                    {(value) => (
                      <ol class="plain">
                        {value.events.map((event) => (
                          <li class="tl" key={`${event.source} ${event.id} ${event.revision}`}>
                            <time title={dateExact(instant(event.occurredAt))}>
                              {dayMonthYear(instant(event.occurredAt))}
                            </time>
                            <span class="k" aria-hidden="true">
                              {typeSign(event.type)}
                            </span>
                            <span class="two-lines">{event.sentence}</span>
                          </li>
                        ))}
                      </ol>
                    )}
                  </Answered>
                </section>
              </div>
              <div>
                <People answer={people} account={id} now={now} most={5} />
                <Contracts of={of} now={now} most={2} />
                <Complaints of={of} now={now} most={3} />
                <Usage of={of} now={now} />
              </div>
            </div>
          </>
        )}
      </Answered>
    </div>
  );
}

/** So many rows of each section stand on the page: it is one sheet, also of paper. */
const mostAlerts = 3;

function Why({ of }: { of: GetAccountResponse }) {
  const more = of.alerts.length - mostAlerts;
  if (of.alerts.length === 0 && of.profile?.lost) return null;
  if (of.alerts.length === 0) return <p class="lead">No alert is open.</p>;
  return (
    <ul class="plain lead">
      {of.alerts.slice(0, mostAlerts).map((alert) => (
        <li class="two-lines" key={`${alert.rule} ${alert.subject}`}>
          <Severity of={alert.severity} /> <b>{ruleName(alert.rule)}.</b> {alert.sentence}
        </li>
      ))}
      {more > 0 && <li class="sub">{counted(more, "more alert")}.</li>}
    </ul>
  );
}
