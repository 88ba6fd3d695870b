// Whole numbers that add up: parts that are rounded one by one do not make the sum that stands above them.

/**
 * Whole parts of `values` that add up to `total`, each beside its value: those that lose most by rounding
 * down are rounded up. No part gets above its `most`, as far as the total allows.
 */
export function apportion(
  values: readonly number[],
  total: number,
  most: readonly number[] = [],
): number[] {
  const parts = values.map((value) => Math.floor(value));
  let left = total - parts.reduce((sum, part) => sum + part, 0);
  const order = values
    .map((value, at) => ({ at, lost: value - Math.floor(value) }))
    .sort((a, b) => b.lost - a.lost || a.at - b.at);
  const room = (at: number) => (parts[at] ?? 0) < (most[at] ?? Number.POSITIVE_INFINITY);
  for (const heedMost of [true, false])
    for (const { at } of order)
      if (left > 0 && (!heedMost || room(at))) {
        parts[at] = (parts[at] ?? 0) + 1;
        left--;
      }
  for (const { at } of [...order].reverse())
    if (left < 0 && (parts[at] ?? 0) > 0) {
      parts[at] = (parts[at] ?? 0) - 1;
      left++;
    }
  return parts;
}

/** What a part needs to be shown; the generated message has more. */
export interface Weighed {
  weight: bigint;
  /** 0 to 100 in thousandths, by itself. */
  pointsMilli: bigint;
  /** Its share of the score, in thousandths. */
  shareMilli: bigint;
  missing: boolean;
}

/** Points and the most that could be had, in whole numbers: points add up to `score`, the most to 100. */
export function wholeParts(
  parts: readonly Weighed[],
  score: number,
): { points: number; most: number }[] {
  const weights = parts.map((part) => (part.missing ? 0 : Number(part.weight)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum === 0) return parts.map(() => ({ points: 0, most: 0 }));
  const most = apportion(
    weights.map((weight) => (weight * 100) / sum),
    100,
  );
  // A part that has all of its points shows all of them: "23 / 24" would say that something is wrong.
  const full = (at: number) => !parts[at]?.missing && parts[at]?.pointsMilli === 100_000n;
  const taken = most.reduce((all, one, at) => all + (full(at) ? one : 0), 0);
  const rest = apportion(
    parts.map((part, at) => (full(at) || part.missing ? 0 : Number(part.shareMilli) / 1000)),
    score - taken,
    most.map((one, at) => (full(at) ? 0 : one)),
  );
  return parts.map((_, at) => ({
    points: full(at) ? (most[at] ?? 0) : (rest[at] ?? 0),
    most: most[at] ?? 0,
  }));
}

/** By how much each part changed, in whole points that add up to `moved`; by the parts' names. */
export function wholeChanges(
  now: ReadonlyMap<string, bigint>,
  before: ReadonlyMap<string, bigint>,
  moved: number,
): Map<string, number> {
  const names = [...new Set([...now.keys(), ...before.keys()])];
  const values = names.map(
    (name) => Number((now.get(name) ?? 0n) - (before.get(name) ?? 0n)) / 1000,
  );
  const whole = apportion(values, moved);
  return new Map(names.map((name, at) => [name, whole[at] ?? 0]));
}
