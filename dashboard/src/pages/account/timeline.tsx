// What happened, newest first, and the work that is still open.

import { useEffect, useState } from "preact/hooks";
import { type Answer, useAnswer } from "../../api/ask";
import { actId, failureOf, timeline } from "../../api/clients";
import type { ListEventsResponse, TimelineEvent } from "../../gen/tenure/api/v1/timeline_pb";
import { record } from "../../parts/record_dialogs";
import { Answered } from "../../parts/states";
import { sayRefused } from "../../parts/told";
import { asSomebody } from "../../parts/who";
import { dateExact, dateNear, instant } from "../../words/dates.js";
import { personName, typeFilters, typeSign } from "../../words/names";
import { openWork } from "./read";

const eventKey = (event: TimelineEvent) => `${event.source} ${event.id} ${event.revision}`;

export function Timeline({ account, now }: { account: string; now: number }) {
  const [filter, setFilter] = useState(0);
  const [search, setSearch] = useState("");
  const [source, setSource] = useState("");
  const types = [...(typeFilters[filter]?.types ?? [])];
  const asked = { account, types, search, source, pageSize: 40 };
  const key = JSON.stringify(asked);
  const answer = useAnswer(`events ${key}`, () => timeline.listEvents(asked));
  const { older, more, readOlder } = useOlder(key, asked, answer.value);
  const events = answer.value ? [...answer.value.events, ...older] : [];
  const sources = [
    ...new Set([source, ...events.map((event) => event.source)].filter(Boolean)),
  ].sort();
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <div class="filters">
        <select
          aria-label="Kind"
          value={String(filter)}
          onChange={(event) => setFilter(Number(event.currentTarget.value))}
        >
          {typeFilters.map((one, i) => (
            <option key={one.say} value={String(i)}>
              {one.say}
            </option>
          ))}
        </select>
        <select
          aria-label="Source"
          value={source}
          onChange={(event) => setSource(event.currentTarget.value)}
        >
          <option value="">All sources</option>
          {sources.map((one) => (
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
              {events.map((event) => (
                <Line key={eventKey(event)} event={event} now={now} />
              ))}
            </ol>
          )
        }
      </Answered>
      {more && (
        <button type="button" onClick={readOlder}>
          Older
        </button>
      )}
    </section>
  );
}

/** Pages before the first one, which alone is kept fresh. */
function useOlder(key: string, asked: { account: string }, first: ListEventsResponse | undefined) {
  const [pages, setPages] = useState<ListEventsResponse[]>([]);
  useEffect(() => setPages([]), [key]);
  const token = (pages.at(-1) ?? first)?.nextPageToken ?? "";
  const readOlder = async () => {
    try {
      const page = await timeline.listEvents({ ...asked, pageToken: token });
      setPages((before) => [...before, page]);
    } catch (thrown) {
      sayRefused(failureOf(thrown).message);
    }
  };
  const seen = new Set(first?.events.map(eventKey));
  const older = pages.flatMap((page) => page.events).filter((event) => !seen.has(eventKey(event)));
  return { older, more: token !== "", readOlder };
}

function Line({ event, now }: { event: TimelineEvent; now: number }) {
  const at = instant(event.occurredAt);
  const details = [event.source, event.actor && personName(event.actor), event.subject];
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

export function Work(props: {
  answer: Answer<ListEventsResponse>;
  account: string;
  now: number;
  past: boolean;
}) {
  const { account, now } = props;
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const finish = (event: TimelineEvent) =>
    asSomebody(async () => {
      setDone((before) => new Set([...before, event.id]));
      const task = event.subject || event.id;
      if (await record(account, { case: "taskDone", value: { task } }, "Done", actId())) return;
      setDone((before) => new Set([...before].filter((id) => id !== event.id)));
    });
  return (
    <section class="card" aria-labelledby="work">
      <h2 id="work">Next steps and promises</h2>
      <Answered answer={props.answer} rows={2}>
        {({ events }) => {
          const tasks = openWork(events, "task").filter((event) => !done.has(event.id));
          const promises = openWork(events, "promise");
          return (
            <>
              {tasks.length + promises.length === 0 && (
                <p class="none">
                  None is open. <kbd>d</kbd> writes a next step.
                </p>
              )}
              {tasks.slice(0, 8).map((event) => (
                <div class="line" key={eventKey(event)}>
                  <span>
                    {event.sentence}
                    <span class="sub block">
                      since{" "}
                      <time title={dateExact(instant(event.occurredAt))}>
                        {dateNear(instant(event.occurredAt), now)}
                      </time>
                    </span>
                  </span>
                  {!props.past && (
                    <button type="button" onClick={() => finish(event)}>
                      Done
                    </button>
                  )}
                </div>
              ))}
              {tasks.length > 8 && (
                <p class="sub">
                  {tasks.length - 8} older tasks: choose “Promises and tasks” in the timeline.
                </p>
              )}
              {promises.slice(0, 6).map((event) => (
                <div class="line" key={eventKey(event)}>
                  <span>◇ {event.sentence}</span>
                  <time class="sub" title={dateExact(instant(event.occurredAt))}>
                    {dateNear(instant(event.occurredAt), now)}
                  </time>
                </div>
              ))}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
