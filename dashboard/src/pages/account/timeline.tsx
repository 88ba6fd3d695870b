// What happened, newest first.

import { useState } from "preact/hooks";
import { useAnswer } from "../../api/ask";
import { timeline } from "../../api/clients";
import { joinPages, useMore } from "../../api/more";
import type { Person, TimelineEvent } from "../../gen/tenure/api/v1/timeline_pb";
import { useKeys } from "../../keys/keys";
import { Answered } from "../../parts/states";
import { dateExact, dateNear, instant } from "../../words/dates.js";
import { personName, typeFilters, typeSign } from "../../words/names";
import { foldUsage, type Run, runSentence } from "../../words/usage_runs.js";

const eventKey = (event: TimelineEvent) => `${event.source} ${event.id} ${event.revision}`;

export function Timeline(props: {
  account: string;
  now: number;
  people: readonly Person[];
  /** Only what this person took part in; empty = all. */
  person: string;
  choose: (person: string) => void;
}) {
  const { account, now, person, choose } = props;
  const [filter, setFilter] = useState("");
  const [search, setSearch] = useState("");
  const [source, setSource] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const types = [...(typeFilters.find((one) => one.say === filter)?.types ?? [])];
  const asked = { account, types, search, source, person, pageSize: 80 };
  const key = JSON.stringify(asked);
  const answer = useAnswer(`events ${key}`, () => timeline.listEvents(asked));
  const { pages, readMore } = useMore(key, answer.value, (pageToken) =>
    timeline.listEvents({ ...asked, pageToken }),
  );
  const older = pages.flatMap((page) => page.events);
  const events = joinPages(answer.value?.events ?? [], older, eventKey);
  // Who asks for use wants every count; in between other things a month of them is one line.
  const entries = types.includes("usage.")
    ? events.map((event) => ({ kind: "one" as const, event }))
    : foldUsage(events);
  const runs = entries.flatMap((entry) => (entry.kind === "run" ? [runKey(entry)] : []));
  useKeys({
    x: {
      say: "unfold the days of use",
      run: () => setOpen((before) => new Set(before.size > 0 ? [] : runs)),
    },
  });
  const sources = [source, ...events.map((event) => event.source)].filter(Boolean);
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <div class="filters">
        <Kinds chosen={filter} choose={setFilter} />
        <select
          aria-label="Person"
          value={person}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">Everybody</option>
          {knownPeople(props.people, events, person).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label="Source"
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        >
          <option value="">All sources</option>
          {[...new Set(sources)].sort().map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Text in the timeline"
          placeholder="Text …"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <Answered answer={answer}>
        {() =>
          events.length === 0 ? (
            <p class="none">Nothing of this kind.</p>
          ) : (
            <ol class="plain">
              {entries.map((entry) =>
                entry.kind === "one" ? (
                  <Line key={eventKey(entry.event)} event={entry.event} now={now} of={account} />
                ) : (
                  <UseRun
                    key={runKey(entry)}
                    run={entry}
                    now={now}
                    of={account}
                    open={open.has(runKey(entry))}
                    turn={() => setOpen((before) => turned(before, runKey(entry)))}
                  />
                ),
              )}
            </ol>
          )
        }
      </Answered>
      {readMore && (
        <button type="button" onClick={readMore}>
          Older
        </button>
      )}
    </section>
  );
}

function Kinds({ chosen, choose }: { chosen: string; choose: (say: string) => void }) {
  const group = (channel: boolean) =>
    typeFilters
      .filter((one) => (one.channel ?? false) === channel)
      .map((one) => (
        <option key={one.say} value={one.types.length === 0 ? "" : one.say}>
          {one.say}
        </option>
      ));
  return (
    <select
      aria-label="Kind or channel"
      value={chosen}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {group(false)}
      <optgroup label="By channel">{group(true)}</optgroup>
    </select>
  );
}

const runKey = (run: Run<TimelineEvent>): string => run.events[0]?.occurredAt.slice(0, 7) ?? "";

function turned(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Who can be asked for: the people of the client, and whoever took part in what is shown. */
function knownPeople(
  people: readonly Person[],
  events: readonly TimelineEvent[],
  chosen: string,
): [string, string][] {
  const names = new Map<string, string>();
  for (const { id, name, title } of people) names.set(id, name || title || "name not known");
  for (const { persons } of events)
    for (const { id, name } of persons) if (name && !names.has(id)) names.set(id, name);
  if (chosen && !names.has(chosen)) names.set(chosen, "one person");
  return [...names].sort(([, a], [, b]) => a.localeCompare(b));
}

function Line({ event, now, of }: { event: TimelineEvent; now: number; of: string }) {
  const at = instant(event.occurredAt);
  // The account's own page need not say which account it is.
  const subject = event.subject === of ? "" : event.subject;
  const details = [event.source, event.actor && personName(event.actor), subject];
  const late = (instant(event.recordedAt) ?? 0) - (at ?? 0) > 86_400_000;
  return (
    <li class="tl">
      <time dateTime={event.occurredAt} title={dateExact(at)}>
        {dateNear(at, now)}
      </time>
      <span class="k" aria-hidden="true">
        {typeSign(event.type)}
      </span>
      <span class="t" title={`${event.type}, id ${event.id}`}>
        {event.sentence || event.type}{" "}
        <span class="sub">
          {details.filter(Boolean).join(" · ")}
          {late && (
            <>
              {" "}
              · heard of{" "}
              <span title={dateExact(instant(event.recordedAt))}>
                {dateNear(instant(event.recordedAt), now)}
              </span>
            </>
          )}
        </span>
      </span>
    </li>
  );
}

function UseRun(props: {
  run: Run<TimelineEvent>;
  now: number;
  of: string;
  open: boolean;
  turn: () => void;
}) {
  const { run, now } = props;
  const newest = instant(run.events[0]?.occurredAt);
  const oldest = instant(run.events.at(-1)?.occurredAt);
  return (
    <>
      <li class="tl">
        <span class="faint" title={`${dateExact(oldest)} to ${dateExact(newest)}`}>
          to {dateNear(newest, now)}
        </span>
        <span class="k" aria-hidden="true">
          {typeSign("usage.rolled_up")}
        </span>
        <span class="t">
          <button type="button" class="text" aria-expanded={props.open} onClick={props.turn}>
            {runSentence(run)} <span class="sub">{props.open ? "fold" : "unfold"}</span>
          </button>
        </span>
      </li>
      {props.open &&
        run.events.map((event) => (
          <Line key={eventKey(event)} event={event} now={now} of={props.of} />
        ))}
    </>
  );
}
