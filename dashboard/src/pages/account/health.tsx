// Health: over time with what changed, and what it is made of now.

import { useMemo } from "preact/hooks";
import { useAnswer } from "../../api/ask";
import { accounts, timeline } from "../../api/clients";
import type { Contribution, GetAccountResponse } from "../../gen/tenure/api/v1/account_pb";
import { AsOfSense } from "../../gen/tenure/api/v1/common_pb";
import { HealthChart } from "../../parts/chart";
import { Answered, nowOf } from "../../parts/states";
import { instant } from "../../words/dates.js";
import { signalName } from "../../words/names";
import { change, counted, points, signalValue } from "../../words/numbers.js";
import { wholeChanges, wholeParts } from "../../words/shares.js";
import { currencyOf, lostAtOf, signalOf } from "./read";

const day = 86_400_000;
/** In days; the farthest is what the server looks back. */
const back = 365;
const farthest = 1100;

const month = 30 * day;
const hour = 3_600_000;

/**
 * The account a month before `of`, by what is known now. Asked for by the hour: an instant that moved
 * with every answer would be another question each time.
 */
function useMonthAgo(of: GetAccountResponse): GetAccountResponse | undefined {
  const now = nowOf(of.freshness);
  const at = new Date(Math.floor((now - month) / hour) * hour).toISOString();
  const account = of.account;
  return useAnswer(`account ${account} ${at} was`, () =>
    accounts.getAccount({ account, at, sense: AsOfSense.WAS }),
  ).value;
}

/** By how many whole points health moved in a month; undefined = not known. */
function movedOf(of: GetAccountResponse, before: GetAccountResponse | undefined) {
  const score = points(of.health?.scoreMilli);
  const then = points(before?.health?.scoreMilli);
  return score === undefined || then === undefined ? undefined : score - then;
}

const toneOf = (moved: number): string => (moved < 0 ? "down" : moved > 0 ? "up" : "sub");

export function HealthCards({ of }: { of: GetAccountResponse }) {
  const id = of.account;
  const lostAt = lostAtOf(of);
  const now = nowOf(of.freshness);
  // Of a client that left: the year before that. What is computed after it says nothing.
  const since = lostAt ? Math.ceil((now - lostAt) / day) : 0;
  const asked = Math.min(back + since, farthest);
  const history = useAnswer(`health ${id} ${asked}`, () =>
    timeline.getHealthHistory({ account: id, days: asked, points: Math.round(asked / 5) + 1 }),
  );
  const until = lostAt || Number.POSITIVE_INFINITY;
  const kept = useMemo(
    () => history.value?.points.filter((point) => (instant(point.at) ?? 0) <= until) ?? [],
    [history.value, until],
  );
  const score = points(of.health?.scoreMilli);
  const last = points(kept.findLast((point) => point.healthMilli !== undefined)?.healthMilli);
  const moved = movedOf(of, useMonthAgo(of));
  return (
    <>
      <section class="card" aria-labelledby="health">
        {lostAt === undefined ? (
          <h2 id="health">
            Health <b class="score">{score ?? "not known"}</b> of 100{" "}
            {moved !== undefined && <span class={toneOf(moved)}>{change(moved)} in 30 days</span>} ·
            12 months, as it was by what is known now
          </h2>
        ) : (
          <h2 id="health">
            Health before they left: <b class="score">{last ?? "not known"}</b> of 100 at last
          </h2>
        )}
        <div class="chart-place">
          <Answered answer={history} rows={3}>
            {() =>
              kept.some((point) => point.healthMilli !== undefined) ? (
                <HealthChart history={kept} />
              ) : (
                <p class="none">Health was not known in this time.</p>
              )
            }
          </Answered>
        </div>
      </section>
      {lostAt === undefined && <Parts of={of} />}
    </>
  );
}

const sharesOf = (of: GetAccountResponse | undefined): Map<string, bigint> =>
  new Map(of?.health?.contributions.map((part) => [part.signal, part.shareMilli]));

/** `short`: without what is missing, as on paper. */
export function Parts({ of, short = false }: { of: GetAccountResponse; short?: boolean }) {
  const parts = of.health?.contributions ?? [];
  const missing = parts.filter((part) => part.missing);
  const score = points(of.health?.scoreMilli);
  const before = useMonthAgo(of);
  const moved = movedOf(of, before);
  const changes =
    moved === undefined ? undefined : wholeChanges(sharesOf(of), sharesOf(before), moved);
  const whole = wholeParts(parts, score ?? 0);
  return (
    <section class="card" aria-labelledby="parts">
      <h2 id="parts">
        What makes it {score ?? "what it is"}
        {changes && ", and what changed in 30 days"}
      </h2>
      {parts.length === 0 && (
        <p class="none">
          No rules compose health for this account: tenure rules shows those in force.
        </p>
      )}
      {parts.map((part, at) =>
        short && part.missing ? null : (
          <Part
            key={part.signal}
            part={part}
            of={of}
            points={whole[at]?.points ?? 0}
            most={whole[at]?.most ?? 0}
            moved={changes?.get(part.signal)}
          />
        ),
      )}
      <p class="sub">
        {counted(parts.length, "signal")},{" "}
        {missing.length === 0
          ? "none missing"
          : short
            ? `left out as not known: ${missing.map((part) => signalName(part.signal)).join(", ")}`
            : `${missing.length} missing and left out`}{" "}
        · rules {of.health?.profile} {of.health?.rulesVersion}
      </p>
    </section>
  );
}

/** Thousandths of a point as they are, for hovering. */
const exactPoints = (milli: bigint): string => (Number(milli) / 1000).toFixed(3);

function Part(props: {
  part: Contribution;
  of: GetAccountResponse;
  points: number;
  most: number;
  /** In whole points; undefined = not known. */
  moved: number | undefined;
}) {
  const { part, of, moved } = props;
  const signal = signalOf(of, part.signal);
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
      <span class="r" title={`${exactPoints(part.shareMilli)} points`}>
        {part.missing ? "missing" : `${props.points} / ${props.most}`}
      </span>
      <span class={`r ${toneOf(moved ?? 0)}`} title="change in 30 days">
        {moved === undefined || (part.missing && moved === 0) ? "" : change(moved)}
      </span>
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
