// One line for each name: every source gives a person an id of its own, and nothing in the events joins
// them for certain. So only the page joins them, and says so.

/** What of a person is joined; the generated message has more. */
export interface Named {
  id: string;
  name: string;
  role: string;
  title: string;
  left: boolean;
  sentiment?: number | undefined;
  lastWordAt: string;
}

/** A person's line, and how many ids stand behind it. */
export interface Joined<T extends Named> {
  person: T;
  ids: string[];
}

const placed = (one: Named): boolean =>
  one.role !== "" || one.title !== "" || one.left || one.sentiment !== undefined;

/**
 * Joins those of one name. Where two of them have a place on the map, they may be two people: then none
 * of that name is joined.
 */
export function joinByName<T extends Named>(people: readonly T[]): Joined<T>[] {
  const named = new Map<string, T[]>();
  for (const one of people)
    if (one.name) named.set(one.name, [...(named.get(one.name) ?? []), one]);
  const joined: Joined<T>[] = [];
  const done = new Set<string>();
  for (const one of people) {
    const same = one.name ? (named.get(one.name) ?? [one]) : [one];
    if (same.filter(placed).length > 1) {
      joined.push({ person: one, ids: [one.id] });
      continue;
    }
    if (done.has(one.name) && one.name) continue;
    if (one.name) done.add(one.name);
    const person = same.find(placed) ?? one;
    const words = same.map((each) => each.lastWordAt).sort();
    const lastWordAt = words.at(-1) ?? "";
    joined.push({ person: { ...person, lastWordAt }, ids: same.map((each) => each.id) });
  }
  return joined;
}
