// How the engine does, for whoever runs it.

import { useAnswer } from "../api/ask";
import { operator } from "../api/clients";
import { live } from "../api/live";
import type { GetStatusResponse, SourcePartition } from "../gen/tenure/api/v1/operator_pb";
import { Scroll } from "../parts/scroll";
import { Answered, Empty, Fresh } from "../parts/states";
import { Top } from "../parts/top";
import { useStore } from "../store";
import { clockExact, dateExact, instant } from "../words/dates.js";
import { bytes, count } from "../words/numbers.js";
import { eventsUpTo } from "../words/positions.js";

const ways = {
  starting: "starting",
  stream: "by the event stream",
  polling: "every 5 s",
  offline: "not now",
};

export function Operations() {
  const answer = useAnswer("status", () => operator.getStatus({}));
  const now = useStore(live);
  const heard = now.heardAt ? `heard at ${clockExact(now.heardAt)}` : "not heard yet";
  return (
    <>
      <Top
        title="Operations"
        sub={
          <span class="sub">
            news {ways[now.mode]} · {heard}
            {answer.value?.freshness && (
              <>
                {" · "}
                <Fresh of={answer.value.freshness} />
              </>
            )}
          </span>
        }
      />
      <Answered answer={answer}>{(value) => <Status of={value} />}</Answered>
    </>
  );
}

function Status({ of }: { of: GetStatusResponse }) {
  const closed = instant(of.closed);
  const ready = of.notReady === "";
  return (
    <>
      <section class="kpis four" aria-label="State">
        <div class="kpi">
          <span class="l">State</span>
          <b class={ready ? "" : "down"}>
            {ready ? (of.caughtUp ? "caught up" : "catching up") : "not ready"}
          </b>
          <span class="s">
            {of.notReady ||
              (of.caughtUp ? "everything that is there is in" : "answers may lack events")}
          </span>
        </div>
        <div class="kpi">
          <span class="l">Logged, not folded yet</span>
          <b>{count(of.foldedLag)}</b>
          <span class="s">events</span>
        </div>
        <div class="kpi">
          <span class="l">Accounts</span>
          <b>{count(of.accounts)}</b>
          <span class="s">with at least one event</span>
        </div>
        <div class="kpi">
          <span class="l">Dues fired up to</span>
          <b>{closed === undefined ? "not known" : clockExact(closed)}</b>
          <span class="s">{closed === undefined ? "" : dateExact(closed)}</span>
        </div>
      </section>
      <section aria-label="Sources">
        <h2>Sources</h2>
        {of.partitions.length === 0 ? (
          <Empty title="No source is read">
            Name one in the configuration: docs/configuration.md. <code>tenure publish</code> writes
            without one.
          </Empty>
        ) : (
          <Scroll of="Sources">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">Partition</th>
                  <th scope="col">State</th>
                  <th scope="col" class="r">
                    Next offset
                  </th>
                  <th scope="col" class="r">
                    Behind, records
                  </th>
                </tr>
              </thead>
              <tbody>
                {of.partitions.map((partition) => (
                  <Partition key={partition.name} of={partition} />
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
      <SilentFeeds of={of} />
      <InForce of={of} />
      <Counters of={of.counters} />
    </>
  );
}

/** Feeds that brought nothing: a word to whoever runs them, for no account is alarmed by it. */
function SilentFeeds({ of }: { of: GetStatusResponse }) {
  if (of.silentFeeds.length === 0) return null;
  return (
    <section aria-label="Silent feeds" class="later">
      <h2>Silent feeds</h2>
      <p class="sub">
        Their silence counts against no account while it lasts, and for as long again. The last 30
        days.
      </p>
      <Scroll of="Silent feeds">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Feed</th>
              <th scope="col">State</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
            </tr>
          </thead>
          <tbody>
            {of.silentFeeds.map((feed) => (
              <tr key={`${feed.feed} ${feed.from}`}>
                <th scope="row">{feed.feed}</th>
                <td class="whole" data-say="State">
                  <span class={`chip ${feed.until ? "" : "bad"}`}>
                    {feed.until ? "back" : "silent"}
                  </span>{" "}
                  <span class="sub">{feed.reason}</span>
                </td>
                <td data-say="From">{when(feed.from)}</td>
                <td data-say="To">{feed.until ? when(feed.until) : "now"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function when(text: string) {
  const at = instant(text);
  return at === undefined ? text : dateExact(at);
}

/** What is in force and what is kept; a server that says neither says nothing of its freshness. */
function InForce({ of }: { of: GetStatusResponse }) {
  if (!of.freshness) return null;
  const ofAccounts = eventsUpTo(of.freshness.position);
  const kept = [
    { name: "Version", value: of.version, tone: "" },
    { name: "Events in the log", value: count(of.logEvents), tone: "" },
    // The rest is reference data and quarantine, which stand below with their own numbers.
    {
      name: "Events of accounts",
      value: ofAccounts === undefined ? "" : count(ofAccounts),
      tone: "",
    },
    { name: "Log on disk", value: bytes(of.logBytes), tone: "" },
    { name: "Checkpoints since the start", value: count(of.checkpoints), tone: "" },
    {
      name: "In quarantine",
      value: count(of.quarantined),
      tone: of.quarantined > 0n ? "warn-text" : "",
    },
    { name: "Reference data, position", value: count(of.referencePosition), tone: "" },
  ];
  return (
    <>
      <section aria-label="What is kept" class="later">
        <h2>Log and reference data</h2>
        <div class="facts">
          {kept
            .filter(({ value }) => value !== "")
            .map(({ name, value, tone }) => (
              <div key={name}>
                <span>{name}</span>
                <b class={tone}>{value}</b>
              </div>
            ))}
        </div>
      </section>
      <section aria-label="Rules in force" class="later">
        <h2>Rules in force</h2>
        {of.profiles.length === 0 ? (
          <p class="none">
            None: nothing composes health and nothing alerts. <code>tenure rules activate</code>{" "}
            puts a file in force.
          </p>
        ) : (
          <Scroll of="Rules in force">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">Profile</th>
                  <th scope="col">Version</th>
                  <th scope="col" class="r">
                    Rules
                  </th>
                </tr>
              </thead>
              <tbody>
                {of.profiles.map((profile) => (
                  <tr key={profile.name}>
                    <th scope="row">{profile.name}</th>
                    <td data-say="Version">
                      <code>{profile.version}</code>
                    </td>
                    <td class="r" data-say="Rules">
                      {profile.rules}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
    </>
  );
}

function Counters({ of }: { of: GetStatusResponse["counters"] }) {
  return (
    <section aria-label="Counters" class="later">
      <h2>Since the start of the process</h2>
      <div class="facts">
        {Object.entries(of)
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([name, value]) => (
            <div key={name}>
              <span>{name.replaceAll("_", " ")}</span>
              <b class={name === "quarantined" && value > 0n ? "warn-text" : ""}>{count(value)}</b>
            </div>
          ))}
      </div>
      {(of.quarantined ?? 0n) > 0n && (
        <p class="sub">
          Quarantined records are kept. An operator reads them with{" "}
          <code>tenure quarantine list --server {location.origin}</code>
        </p>
      )}
    </section>
  );
}

function Partition({ of }: { of: SourcePartition }) {
  // The end is asked for now and then and can lie before what was read since.
  const behind = of.end < 0n ? undefined : of.end > of.next ? of.end - of.next : 0n;
  const state = of.stopped ? "stopped" : of.assigned ? "reading" : "not assigned";
  return (
    <tr>
      <th scope="row">{of.name}</th>
      <td class="whole" data-say="State">
        <span class={`chip ${of.stopped ? "bad" : of.assigned ? "" : "warn"}`}>{state}</span>{" "}
        <span class="sub">{[of.stopped, of.detail].filter(Boolean).join(": ")}</span>
      </td>
      <td class="r" data-say="Next offset">
        {count(of.next)}
      </td>
      <td class="r" data-say="Behind, records">
        {behind === undefined ? <span class="sub">not known</span> : count(behind)}
      </td>
    </tr>
  );
}
