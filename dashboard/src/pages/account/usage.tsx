// Use of one account: how many people, against their own level, and week by week.

import { useAnswer } from "../../api/ask";
import { timeline } from "../../api/clients";
import type { GetAccountResponse } from "../../gen/tenure/api/v1/account_pb";
import { DateText } from "../../parts/marks";
import { dateNear } from "../../words/dates.js";
import { signalName } from "../../words/names";
import { count, counted, share, signalValue } from "../../words/numbers.js";
import { peopleByWeek, type UseWeek } from "../../words/usage_runs.js";
import type { CardProps } from "./cards";
import { currencyOf, factsOf, lostAtOf, number, signalOf, text } from "./read";

const usageSignals = ["usage.seat_share", "usage.limit_hits_30d", "usage.days_since_any"];

export function Usage({ of, now }: CardProps) {
  const facts = factsOf(of, "usage");
  const users = number(facts, "active_users");
  const seats = number(facts, "seats");
  const trend = signalOf(of, "usage.trend")?.milli;
  const last = text(facts, "last_rollup");
  return (
    <section class="card" aria-labelledby="use">
      <h2 id="use">Use</h2>
      {!last ? (
        <p class="none">Nothing is known about their use.</p>
      ) : (
        <>
          <p>
            <b>{users === undefined ? "not known" : counted(users, "active user")}</b>
            {seats ? ` of ${count(seats)} seats` : ", seats not known"}
            {trend !== undefined && (
              <>
                , at{" "}
                <span class={trend < 800n ? "down" : ""}>{share(trend)} of their own level</span>
              </>
            )}
          </p>
          <UseWeeks of={of} now={now} />
          {usageSignals.map((name) => {
            const signal = signalOf(of, name);
            return (
              signal && (
                <div class="line" key={name}>
                  <span>{signalName(name)}</span>
                  <span>{signalValue(signal.milli, signal.unit, name, currencyOf(of), now)}</span>
                </div>
              )
            );
          })}
          <p class="sub">
            last count <DateText at={last} now={now} />
          </p>
        </>
      )}
    </section>
  );
}

const weeks = 26;

/** Half a year of counts, as the timeline tells them; nothing where it tells none. */
function UseWeeks({ of, now }: { of: GetAccountResponse; now: number }) {
  const account = of.account;
  const answer = useAnswer(`use ${account}`, () =>
    timeline.listEvents({ account, types: ["usage.rolled_up"], pageSize: 500 }),
  );
  const until = Math.min(now, lostAtOf(of) || now);
  const found = peopleByWeek(answer.value?.events ?? [], until, weeks);
  const told = found.flatMap((week) => (week.people === undefined ? [] : [week.people]));
  const [first, last] = [told[0], told.at(-1)];
  // Its place is there from the start, so that nothing jumps.
  if (answer.value && (told.length < 2 || first === undefined || last === undefined)) return null;
  const most = Math.max(1, ...told);
  const words = `people in a week's counts, from ${Math.round(first ?? 0)} to ${Math.round(last ?? 0)}`;
  return (
    <figure class="weeks">
      <svg viewBox={`0 0 ${weeks} 40`} preserveAspectRatio="none" role="img" aria-label={words}>
        <title>{words}</title>
        {runsOf(found).map((run) => (
          <Run key={run[0]?.at} of={run} most={most} from={found[0]?.at ?? 0} />
        ))}
      </svg>
      <figcaption class="sub">
        <span>{dateNear(found[0]?.at, now)}</span>
        <span>people, week by week; at most {count(Math.round(most))}</span>
        <span>{dateNear(found.at(-1)?.at, now)}</span>
      </figcaption>
    </figure>
  );
}

type Known = { at: number; people: number };

/** Weeks that follow each other: one without a count is a gap, not a 0. */
function runsOf(found: readonly UseWeek[]): Known[][] {
  const runs: Known[][] = [[]];
  for (const { at, people } of found)
    if (people === undefined) runs.push([]);
    else runs.at(-1)?.push({ at, people });
  return runs.filter((run) => run.length > 0);
}

function Run({ of, most, from }: { of: Known[]; most: number; from: number }) {
  const x = (at: number) => ((at - from) / (7 * 86_400_000)) * (weeks / (weeks - 1));
  const y = (people: number) => 39 - (people / most) * 36;
  const line = of.map(({ at, people }) => `${x(at).toFixed(2)},${y(people).toFixed(2)}`).join(" ");
  const [first, last] = [of[0], of.at(-1)];
  if (!first || !last) return null;
  return (
    <>
      <polygon points={`${x(first.at)},40 ${line} ${x(last.at)},40`} />
      <polyline points={line} vector-effect="non-scaling-stroke" />
    </>
  );
}
