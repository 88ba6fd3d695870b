// Who sits at the screen, until the server knows by itself: kept in this browser only.

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
  localStorage.setItem(place, JSON.stringify(next));
  seat.set(next);
}

/** The owner to ask for: empty = everybody's accounts. */
export function ownerAsked(now: Seat): string {
  return now.view === "manager" ? now.name : "";
}
