// Health: over time with what changed, and what it is made of now.

import { useAnswer } from "../../api/ask";
import { timeline } from "../../api/clients";
import type { Contribution, GetAccountResponse } from "../../gen/tenure/api/v1/account_pb";
import { HealthChart } from "../../parts/chart";
import { Answered, nowOf } from "../../parts/states";
import { instant } from "../../words/dates.js";
import { signalName } from "../../words/names";
import { change, counted, points, signalValue } from "../../words/numbers.js";
import { currencyOf, signalOf } from "./read";

const back = 365;

export function HealthCards({ of }: { of: GetAccountResponse }) {
  const id = of.account;
  const history = useAnswer(`health ${id}`, () =>
    timeline.getHealthHistory({ account: id, days: back, points: 74 }),
  );
  const score = points(of.health?.scoreMilli);
  const known = history.value?.points.filter((point) => point.healthMilli !== undefined) ?? [];
  const now = nowOf(history.value?.freshness);
  const before = known.filter((point) => (instant(point.at) ?? 0) <= now - 30 * 86_400_000).at(-1);
  const moved =
    score === undefined || !before ? undefined : score - (points(before.healthMilli) ?? 0);
  return (
    <>
      <section class="card" aria-labelledby="health">
        <h2 id="health">
          Health <b class="score">{score ?? "not known"}</b> of 100{" "}
          {moved !== undefined && (
            <span class={moved < 0 ? "down" : moved > 0 ? "up" : ""}>
              {change(moved)} in 30 days
            </span>
          )}{" "}
          · 12 months, as it was by what is known now
        </h2>
        <div class="chart-place">
          <Answered answer={history} rows={3}>
            {(value) =>
              value.points.some((point) => point.healthMilli !== undefined) ? (
                <HealthChart history={value.points} />
              ) : (
                <p class="none">Health was not known in this time.</p>
              )
            }
          </Answered>
        </div>
      </section>
      <Parts of={of} />
    </>
  );
}

export function Parts({ of }: { of: GetAccountResponse }) {
  const parts = of.health?.contributions ?? [];
  const missing = parts.filter((part) => part.missing).length;
  const score = points(of.health?.scoreMilli);
  return (
    <section class="card" aria-labelledby="parts">
      <h2 id="parts">What makes it {score ?? "what it is"}</h2>
      {parts.length === 0 && (
        <p class="none">
          No rules compose health for this account: tenure rules shows those in force.
        </p>
      )}
      {parts.map((part) => (
        <Part key={part.signal} part={part} of={of} of100={weightSum(parts)} />
      ))}
      <p class="sub">
        {counted(parts.length, "signal")},{" "}
        {missing === 0 ? "none missing" : `${missing} missing and left out`} · rules{" "}
        {of.health?.profile} {of.health?.rulesVersion}
      </p>
    </section>
  );
}

function weightSum(parts: readonly Contribution[]): number {
  return parts.filter((part) => !part.missing).reduce((sum, part) => sum + Number(part.weight), 0);
}

function Part({ part, of, of100 }: { part: Contribution; of: GetAccountResponse; of100: number }) {
  const signal = signalOf(of, part.signal);
  const most = of100 === 0 ? 0 : Math.round((Number(part.weight) * 100) / of100);
  const value = signal
    ? signalValue(signal.milli, signal.unit, signal.name, currencyOf(of), nowOf(of.freshness))
    : "not known";
  const own = Number(part.pointsMilli) / 1000;
  const tone = part.missing ? "unknown" : own < 40 ? "low" : own <= 70 ? "middle" : "high";
  return (
    <div class={`contrib ${part.missing ? "dimmed" : ""}`}>
      <span>
        {partName(part.signal, signal?.milli)}
        <span class="sub block">{saysItself(part.signal) ? "" : value}</span>
      </span>
      <span class="track" aria-hidden="true">
        <i class={tone} style={{ width: `${part.missing ? 0 : own}%` }} />
      </span>
      <span class="r">{part.missing ? "missing" : `${points(part.shareMilli)} / ${most}`}</span>
    </div>
  );
}

const saysItself = (signal: string): boolean =>
  signal === "profile.champion_left" || signal === "profile.single_threaded";

/** A yes or no reads as a sentence, not as a flag. */
function partName(signal: string, milli: bigint | undefined): string {
  if (milli !== undefined && signal === "profile.champion_left")
    return milli === 0n ? "Champion in place" : "Champion left, no successor";
  if (milli !== undefined && signal === "profile.single_threaded")
    return milli === 0n ? "More than one contact" : "Only one contact";
  return signalName(signal);
}
