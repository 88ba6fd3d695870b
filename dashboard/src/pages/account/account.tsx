// One account, all of it: why, how it came, what is due, who is there.

import { useState } from "preact/hooks";
import { aheadOfServer, alertKey, withActs } from "../../api/alert_acts";
import { type Answer, useAnswer } from "../../api/ask";
import { accounts } from "../../api/clients";
import { mayAct, readsOnly } from "../../api/session";
import type { GetAccountResponse } from "../../gen/tenure/api/v1/account_pb";
import { AsOfSense } from "../../gen/tenure/api/v1/common_pb";
import type { ListCommitmentsResponse } from "../../gen/tenure/api/v1/timeline_pb";
import { useKeys } from "../../keys/keys";
import { showEvidence } from "../../parts/alert_dialogs";
import { CoverMark } from "../../parts/cover";
import { ask } from "../../parts/dialog";
import { DateText, Severity } from "../../parts/marks";
import { NoSuchAccount } from "../../parts/nobodys";
import { askNewPerson } from "../../parts/people_dialogs";
import { askOpinion, askRecord, type Written } from "../../parts/record_dialogs";
import { useRows } from "../../parts/rows";
import { Answered, Fresh, nowOf } from "../../parts/states";
import { Top } from "../../parts/top";
import { accountPath, briefPath, go, usePlace } from "../../router";
import { useStore } from "../../store";
import {
  dateDeadline,
  dateExact,
  dateField,
  dateNear,
  dayMonthYear,
  days,
  daysBetween,
  daysLeft,
  fieldInstant,
  instant,
  noticeTone,
} from "../../words/dates.js";
import { fromMinor, moneyExact, moneyShort } from "../../words/money.js";
import { personName, ruleName } from "../../words/names";
import { counted } from "../../words/numbers.js";
import { AlertButtons, AlertState, useAlertKeys } from "../alerts";
import { Complaints, Contracts } from "./cards";
import { HealthCards } from "./health";
import { People, usePeople } from "./people";
import {
  contractsOf,
  currencyOf,
  factsOf,
  lostAtOf,
  noticeByOf,
  number,
  signalOf,
  text,
} from "./read";
import { Timeline } from "./timeline";
import { Usage } from "./usage";
import { Due, useCommitments, Work } from "./work";

export function useAccount(id: string, at: string, sense: string) {
  const asked = sense === "was" ? AsOfSense.WAS : AsOfSense.KNOWN;
  return useAnswer(`account ${id} ${at} ${sense}`, () =>
    accounts.getAccount({ account: id, at, sense: at ? asked : AsOfSense.UNSPECIFIED }),
  );
}

export function Account({ id }: { id: string }) {
  const { query } = usePlace();
  const at = query.get("at") ?? "";
  const sense = query.get("sense") ?? "was";
  const answer = useAccount(id, at, sense);
  const value = answer.value;
  const now = nowOf(value?.freshness);
  useAccountKeys(id, value?.name ?? "", now);
  return (
    <>
      <Top title={value?.name || id} sub={value && <Kind of={value} />}>
        <button type="button" aria-pressed={at !== ""} onClick={() => askAsOf(id, now)}>
          {at ? `As of ${dateNear(instant(at), Date.now())}` : "Now"}
        </button>
        <a class="button" href={briefPath(id)}>
          Brief
        </a>
      </Top>
      {at && (
        <p class="stale" role="status">
          {sense === "was" ? "As it was, by what is known now" : "As it was known"} at{" "}
          {dateExact(instant(at))}.{" "}
          <a class="link" href={accountPath(id)}>
            Back to now
          </a>
        </p>
      )}
      <Answered answer={answer} rows={10} missing={<NoSuchAccount id={id} at={at} />}>
        {(account) => <Whole of={account} now={now} past={at !== ""} />}
      </Answered>
    </>
  );
}

function Kind({ of }: { of: GetAccountResponse }) {
  const { profile } = of;
  // The stage of a client that left is where it stood, not where it stands.
  const words = [profile?.sector, profile?.tier, profile?.lost ? "left" : profile?.stage];
  return (
    <span class="sub">
      {words.filter(Boolean).join(" · ")} · <Fresh of={of.freshness} />
    </span>
  );
}

function useAccountKeys(id: string, name: string, now: number): void {
  const write = (kind: Written) => () => askRecord(kind, id, name, now);
  useKeys({
    c: { say: "log a call", act: true, run: write("call") },
    n: { say: "note", act: true, run: write("note") },
    d: { say: "next step", act: true, run: write("task") },
    o: { say: "promise to the client", act: true, run: write("promise") },
    p: { say: "somebody new on their side", act: true, run: () => askNewPerson(id, name) },
    v: { say: "your view of the risk", act: true, run: () => askOpinion(id, name, now) },
    t: { say: "as of", run: () => askAsOf(id, now) },
    b: { say: "brief of one page", run: () => go(briefPath(id)) },
  });
}

function askAsOf(id: string, now: number): void {
  ask("As of", (close) => (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const at = fieldInstant(String(form.get("at")), 12);
        close();
        go(`${accountPath(id)}?${new URLSearchParams({ at, sense: String(form.get("sense")) })}`);
      }}
    >
      <label>
        Day, at noon{" "}
        <input
          type="date"
          name="at"
          required
          max={dateField(now)}
          defaultValue={dateField(now - 30 * 86_400_000)}
          data-first
        />
      </label>
      <fieldset>
        <legend>By what</legend>
        <label>
          <input type="radio" name="sense" value="was" defaultChecked /> as it was, by what is known
          now
        </label>
        <label>
          <input type="radio" name="sense" value="known" /> as it was known then
        </label>
      </fieldset>
      <div class="acts">
        <button type="submit" class="main">
          Show
        </button>
        <button
          type="button"
          onClick={() => {
            close();
            go(accountPath(id));
          }}
        >
          Now
        </button>
      </div>
    </form>
  ));
}

function Whole({ of, now, past }: { of: GetAccountResponse; now: number; past: boolean }) {
  const id = of.account;
  const work = useCommitments(id);
  const people = usePeople(id);
  const [person, setPerson] = useState("");
  const choose = (one: string) => {
    setPerson(one);
    document.getElementById("timeline")?.scrollIntoView({ block: "start" });
  };
  const write = (kind: Written) => () => askRecord(kind, id, of.name, now);
  const lost = of.profile?.lost === true;
  return (
    <>
      <LeftLine of={of} now={now} />
      <Strip of={of} now={now} work={past ? undefined : work} />
      {!past && !mayAct() && <p class="sub">{readsOnly()}</p>}
      {!past && mayAct() && (
        <fieldset class="acts write" aria-label="Write down">
          <button type="button" onClick={write("call")}>
            Log a call <kbd>c</kbd>
          </button>
          <button type="button" onClick={write("note")}>
            Note <kbd>n</kbd>
          </button>
          <button type="button" onClick={write("task")}>
            Next step <kbd>d</kbd>
          </button>
          {!lost && (
            <button type="button" onClick={write("promise")}>
              Promise <kbd>o</kbd>
            </button>
          )}
          <button type="button" onClick={() => askNewPerson(id, of.name)}>
            Person <kbd>p</kbd>
          </button>
          {!lost && (
            <button type="button" onClick={() => askOpinion(id, of.name, now)}>
              Your view <kbd>v</kbd>
            </button>
          )}
        </fieldset>
      )}
      <div class={lost ? "grid left" : "grid"}>
        <div>
          <HealthCards of={of} />
          <Timeline
            account={id}
            now={now}
            people={people.value?.people ?? []}
            person={person}
            choose={setPerson}
          />
        </div>
        <div>
          <Alerts of={of} now={now} past={past} />
          {!past && <Work answer={work} account={id} now={now} />}
          <Contracts of={of} now={now} />
          <Complaints of={of} now={now} />
          {!past && <People answer={people} account={id} now={now} choose={choose} />}
          <Usage of={of} now={now} />
        </div>
      </div>
    </>
  );
}

/** At first sight: whose page this is no longer. */
export function LeftLine({ of, now }: { of: GetAccountResponse; now: number }) {
  const at = lostAtOf(of);
  if (at === undefined) return null;
  return (
    <p class="left-line" role="note">
      <b>
        {of.name || of.account} left
        {at > 0 && ` on ${dayMonthYear(at)}, ${days(daysBetween(at, now))} ago`}.
      </b>{" "}
      What stands below is as it was then. It counts in no sum, and nothing alerts.
    </p>
  );
}

/** What a client that left was worth: of the contract that ended last. */
function valueThen(of: GetAccountResponse) {
  const ended = contractsOf(of).sort((a, b) =>
    text(a, "ends_at").localeCompare(text(b, "ends_at")),
  );
  const minor = number(ended.at(-1), "annual_minor");
  return minor === undefined ? undefined : fromMinor(currencyOf(of), minor);
}

const noticeText = { bad: "down", warn: "warn-text", "": "" } as const;

export function Strip(props: {
  of: GetAccountResponse;
  now: number;
  /** Absent = not of this instant. */
  work: Answer<ListCommitmentsResponse> | undefined;
}) {
  const { of, now } = props;
  const next = props.work?.value?.commitments[0];
  const lost = of.profile?.lost === true;
  const milli = signalOf(of, "profile.arr")?.milli;
  const arr = lost
    ? valueThen(of)
    : milli === undefined
      ? undefined
      : { currency: currencyOf(of), milli };
  const noticeBy = noticeByOf(of);
  const left = noticeBy === undefined ? undefined : daysLeft(now, noticeBy);
  const contract = contractsOf(of).find((one) => one.over !== true);
  const ends = instant(text(contract, "ends_at"));
  return (
    <div class="facts">
      <div>
        <span>{lost ? "Value a year, then" : "Value a year"}</span>
        <b title={moneyExact(arr)}>{moneyShort(arr)}</b>
      </div>
      {!lost && (
        <>
          <div>
            <span>
              {left !== undefined && left < 0 ? "Notice deadline passed" : "Can leave until"}
            </span>
            <b class={noticeText[noticeTone(left)]} title={dateExact(noticeBy)}>
              {dateDeadline(noticeBy, now)}
              {left !== undefined && left >= 0 && ` · ${days(left)}`}
            </b>
          </div>
          <div>
            <span>Contract ends</span>
            <b title={dateExact(ends)}>
              {dateDeadline(ends, now)}
              {contract?.auto_renew === true && ", renews by itself"}
            </b>
          </div>
        </>
      )}
      <div>
        <span>{lost ? "Owner, then" : "Owner"}</span>
        <b>{of.profile?.owner ? personName(of.profile.owner) : "nobody"}</b>
        <CoverMark of={of.cover} now={now} beside />
      </div>
      {props.work && !(lost && props.work.value && !next) && (
        <div>
          <span>Next step</span>
          {!props.work.value ? (
            <b class="sub">…</b>
          ) : next ? (
            <b>
              {next.title || next.id} <span class="sub">{<Due of={next} now={now} />}</span>
            </b>
          ) : (
            <b class="sub">none yet</b>
          )}
        </div>
      )}
      <div>
        <span>Last word from them</span>
        <b>
          <DateText
            at={text(factsOf(of, "relationship"), "last_client_word")}
            now={now}
            none="never"
          />
        </b>
      </div>
      <div>
        <span>Last contact</span>
        <b>
          <DateText at={text(factsOf(of, "relationship"), "last_contact")} now={now} none="never" />
        </b>
      </div>
    </div>
  );
}

function Alerts({ of, now, past }: { of: GetAccountResponse; now: number; past: boolean }) {
  useStore(aheadOfServer);
  const alerts = of.alerts.map(withActs).filter((alert) => alert.state !== "cleared");
  const { list, link, chosen } = useRows(alerts, alertKey);
  useAlertKeys(() => (past ? undefined : chosen()), now, true);
  return (
    <section class="card" aria-labelledby="attention">
      <h2 id="attention">Needs attention</h2>
      {alerts.length === 0 && (
        <p class="none">{of.profile?.lost ? "Nothing: the client left." : "No alert is open."}</p>
      )}
      <ul class="plain" ref={list}>
        {alerts.map((alert) => (
          <li key={alertKey(alert)} class="attention">
            <p>
              <Severity of={alert.severity} />{" "}
              <button
                type="button"
                class="text"
                {...link(alert)}
                onClick={() => showEvidence(alert, now)}
              >
                <b>{ruleName(alert.rule)}</b>
              </button>{" "}
              <AlertState alert={alert} now={now} />
            </p>
            <p class="why">
              {alert.sentence}{" "}
              <button type="button" class="ev" onClick={() => showEvidence(alert, now)}>
                {counted(alert.evidenceTotal, "event")} →
              </button>
            </p>
            <p class="sub">
              since <DateText at={alert.raisedAt} now={now} />
              {alert.assignee
                ? ` · with ${personName(alert.assignee)}`
                : alert.toldTo.length > 0
                  ? ` · told to ${alert.toldTo.map(personName).join(", ")}`
                  : ""}
            </p>
            {!past && <AlertButtons alert={alert} now={now} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
