// Who sits at the screen: whoever is signed in, else a name that is kept in this browser only.

import { session } from "./api/session";
import { Store } from "./store";

export interface Seat {
  /** Under which name acts are written; empty = not chosen yet. */
  name: string;
  /** Whose accounts are shown: the person's own, or everybody's. */
  view: "manager" | "director";
}

const place = "tenure.seat";

function read(): Seat {
  const nobody: Seat = { name: "", view: "director" };
  try {
    return { ...nobody, ...JSON.parse(localStorage.getItem(place) ?? "{}") };
  } catch {
    return nobody;
  }
}

export const seat = new Store<Seat>(read());

export function sit(change: Partial<Seat>): void {
  const next = { ...seat.get(), ...change };
  const name = signedIn() ? read().name : next.name;
  localStorage.setItem(place, JSON.stringify({ ...next, name }));
  seat.set(next);
}

const signedIn = (): boolean => session.get().state === "in";

session.listen(() => {
  if (signedIn()) seat.set({ ...seat.get(), name: session.get().name });
});

/** The owner to ask for: empty = everybody's accounts. */
export function ownerAsked(now: Seat): string {
  return now.view === "manager" ? now.name : "";
}
