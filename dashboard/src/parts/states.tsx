// What stands where an answer is missing, old, empty or refused.

import type { ComponentChildren } from "preact";
import type { Answer } from "../api/ask";
import type { Freshness } from "../gen/tenure/api/v1/common_pb";
import { clockExact, dateExact, dateNear, instant, span } from "../words/dates.js";

/** The engine's own now: what an answer speaks of, or this machine's clock before any came. */
export function nowOf(freshness: Freshness | undefined): number {
  return instant(freshness?.asOf) ?? Date.now();
}

/** "everything up to 09:41:07 is in". */
export function Fresh({ of }: { of: Freshness | undefined }) {
  const at = instant(of?.asOf);
  if (at === undefined) return <span class="sub">freshness not known</span>;
  // Beside the exact clock the day alone: "yesterday 09:41:07".
  const day = dateNear(at, Date.now()).replace(/ \d\d:\d\d$/, "");
  const when = day === "today" ? clockExact(at) : `${day} ${clockExact(at)}`;
  return of?.complete ? (
    <span class="sub" title={dateExact(at)}>
      everything up to {when} is in
    </span>
  ) : (
    <span class="sub warn-text" title={dateExact(at)}>
      ▲ up to {when}, but a source is behind: this may lack events
    </span>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <b>{title}</b>
      {children && <p>{children}</p>}
    </div>
  );
}

const titles = {
  offline: "The server does not answer",
  absent: "This server does not know this question yet",
  missing: "This is not here",
  refused: "The server refused this",
  failed: "Something failed in the server",
} as const;

const advice = {
  offline: "It is asked again by itself. Is `tenure serve` running, and is this its address?",
  absent:
    "The page is newer than the server: start the version of Tenure that this page came with.",
  missing: "",
  refused: "",
  failed: "Its log says why. The page asks again by itself.",
} as const;

/** The page while an answer is missing; what is already there stays, with a line that it is old. */
export function Answered<T>(props: {
  answer: Answer<T>;
  rows?: number;
  /** What stands where the server does not know what was asked for; absent = its own words. */
  missing?: ComponentChildren;
  children: (value: T) => ComponentChildren;
}) {
  const { value, failure, at } = props.answer;
  if (value === undefined && failure?.kind === "missing" && props.missing) return props.missing;
  if (value === undefined && failure)
    return (
      <div class="empty failure" role="alert">
        <b>{titles[failure.kind]}</b>
        <p>{failure.message}</p>
        <p>{advice[failure.kind]}</p>
      </div>
    );
  if (value === undefined) return <Pending rows={props.rows ?? 6} />;
  return (
    <>
      {failure && (
        <p class="stale" role="status">
          {titles[failure.kind]}: what you see is {span(Date.now() - at)} old. Reading still works;
          acts will be refused.
        </p>
      )}
      <div class={failure ? "dimmed" : ""}>{props.children(value)}</div>
    </>
  );
}

/** The frame of what comes; its bars show only after 300 ms. */
export function Pending({ rows }: { rows: number }) {
  return (
    <div class="pending" aria-busy="true">
      <span class="hidden">Loading</span>
      {Array.from({ length: rows }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  );
}
