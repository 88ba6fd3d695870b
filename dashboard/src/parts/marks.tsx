// Small marks of one value: health, severity, money, days, person.

import type { Money } from "../gen/tenure/api/v1/portfolio_pb";
import {
  dateDeadline,
  dateExact,
  dateNear,
  days,
  daysLeft,
  instant,
  noticeTone,
} from "../words/dates.js";
import { moneyExact, moneyShort } from "../words/money.js";
import { initials, personName } from "../words/names";
import { change, healthBand, points } from "../words/numbers.js";

const bandSign = { low: "▼ low", middle: "middle", high: "good", unknown: "" } as const;

export function Health(props: {
  milli: bigint | undefined;
  change?: bigint | undefined;
  /** Of what time the change is. */
  since?: string;
}) {
  const value = points(props.milli);
  const moved = points(props.change);
  if (value === undefined) return <span class="sub">not known</span>;
  const band = healthBand(value);
  return (
    <span class="h" title={`health ${value} of 100: ${bandSign[band]}`}>
      <span class={`v ${band === "low" ? "down" : ""}`}>{value}</span>
      <span class="meter" aria-hidden="true">
        <i class={band} style={{ width: `${value}%` }} />
      </span>
      {moved !== undefined && moved !== 0 && (
        <span
          class={`d ${moved < 0 ? "down" : "up"}`}
          title={`change ${props.since ?? "in 30 days"}`}
        >
          {change(moved)}
        </span>
      )}
    </span>
  );
}

export function Severity({ of }: { of: string }) {
  const tone = of === "critical" || of === "high" ? "bad" : of === "medium" ? "warn" : "";
  return <span class={`chip ${tone}`}>{of || "no severity"}</span>;
}

export function MoneyText({ of }: { of: Money | undefined }) {
  if (!of) return <span class="sub">value not known</span>;
  return (
    <span class="num" title={`${moneyExact(of)} a year`}>
      {moneyShort(of)}
    </span>
  );
}

export function DateText({
  at,
  now,
  none,
}: {
  at: string | undefined;
  now: number;
  none?: string;
}) {
  const value = instant(at);
  if (value === undefined) return <span class="sub">{none ?? "not known"}</span>;
  return (
    <time dateTime={at} title={dateExact(value)}>
      {dateNear(value, now)}
    </time>
  );
}

/** Days to the last instant for a notice, and the day itself. */
export function NoticeDays({ at, now }: { at: string; now: number }) {
  const value = instant(at);
  if (value === undefined) return <span class="sub">no deadline known</span>;
  const left = daysLeft(now, value);
  return (
    <span title={`the last instant for a notice: ${dateExact(value)}`}>
      <span class={`chip ${noticeTone(left)}`}>{left < 0 ? "passed" : days(left)}</span>
      <span class="sub block">{dateDeadline(value, now)}</span>
    </span>
  );
}

/** A day on which something ends by contract. */
export function DeadlineText({ at, now }: { at: string | undefined; now: number }) {
  const value = instant(at);
  if (value === undefined) return <span class="sub">not known</span>;
  return (
    <time dateTime={at} title={dateExact(value)}>
      {dateDeadline(value, now)}
    </time>
  );
}

export function Avatar({ of }: { of: string }) {
  if (!of) return <span class="sub">nobody</span>;
  return (
    <span class="av" title={personName(of)} role="img" aria-label={personName(of)}>
      {initials(of)}
    </span>
  );
}
