// Daily counts of use, folded: a month of them is one line of a timeline.

/** What a row needs to be folded; the generated message has more. */
export interface Told {
  type: string;
  occurredAt: string;
  sentence: string;
}

export interface Run<T extends Told> {
  kind: "run";
  /** Newest first. */
  events: T[];
}
export type Entry<T extends Told> = { kind: "one"; event: T } | Run<T>;

const monthOf = (event: Told): string => event.occurredAt.slice(0, 7);

/** Rows in their order; the counts of use of one month stand together where the newest of them is. */
export function foldUsage<T extends Told>(events: readonly T[]): Entry<T>[] {
  const runs = new Map<string, Run<T>>();
  const entries: Entry<T>[] = [];
  for (const event of events) {
    if (event.type !== "usage.rolled_up") {
      entries.push({ kind: "one", event });
      continue;
    }
    const month = monthOf(event);
    const run = runs.get(month);
    if (run) {
      run.events.push(event);
      continue;
    }
    const begun: Run<T> = { kind: "run", events: [event] };
    runs.set(month, begun);
    entries.push(begun);
  }
  return entries.map((entry) =>
    entry.kind === "run" && entry.events.length === 1 && entry.events[0]
      ? { kind: "one", event: entry.events[0] }
      : entry,
  );
}

/** "Use: 12 days, 204 to 248 people"; the people only where every sentence begins with their number. */
export function runSentence(run: Run<Told>): string {
  const days = `Use: ${run.events.length} days`;
  const people = run.events.map(({ sentence }) => /^([\d,]+) people /.exec(sentence)?.[1]);
  if (people.includes(undefined)) return days;
  const numbers = people.map((text) => Number((text ?? "").replaceAll(",", "")));
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  return least === most ? `${days}, ${most} people` : `${days}, ${least} to ${most} people`;
}

const week = 7 * 86_400_000;

export interface UseWeek {
  /** Its first instant. */
  at: number;
  /** People a count, on average; undefined = nothing was counted. */
  people: number | undefined;
}

/** So many weeks up to `until`, oldest first. A sentence that names no number counts as none. */
export function peopleByWeek(events: readonly Told[], until: number, weeks: number): UseWeek[] {
  const found = Array.from({ length: weeks }, (_, i) => ({
    at: until - (weeks - i) * week,
    sum: 0,
    counts: 0,
  }));
  for (const { occurredAt, sentence } of events) {
    const people = /^([\d,]+) (?:people|person) /.exec(sentence)?.[1];
    const back = Math.floor((until - Date.parse(occurredAt)) / week);
    const one = back < 0 ? undefined : found[weeks - 1 - back];
    if (people === undefined || !one) continue;
    one.sum += Number(people.replaceAll(",", ""));
    one.counts++;
  }
  return found.map(({ at, sum, counts }) => ({ at, people: counts ? sum / counts : undefined }));
}
