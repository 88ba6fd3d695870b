// Questions with an answer that stays on the screen while a newer one is fetched.

import { useEffect, useState } from "preact/hooks";
import { type Failure, failureOf } from "./clients";
import { heard, onChanged, silent } from "./live";
import { session } from "./session";

export interface Answer<T> {
  value: T | undefined;
  failure: Failure | undefined;
  /** When the value came, by this machine's clock. */
  at: number;
}

interface Entry {
  answer: Answer<unknown>;
  fetch: () => Promise<unknown>;
  listeners: Set<() => void>;
  running: boolean;
  again: boolean;
  startedAt: number;
}

const entries = new Map<string, Entry>();
const kept = 60;
// Changes come several a second; a page is asked again at most once in this time.
const atMostEvery = 1000;

async function refresh(entry: Entry): Promise<void> {
  // Nobody may read until somebody has signed in; then everything is asked again.
  if (session.get().state === "out") return;
  if (entry.running) {
    entry.again = true;
    return;
  }
  entry.running = true;
  entry.startedAt = Date.now();
  try {
    const value = await entry.fetch();
    entry.answer = { value, failure: undefined, at: Date.now() };
    heard();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.kind === "offline") silent();
    entry.answer = { ...entry.answer, failure };
  }
  entry.running = false;
  for (const listener of [...entry.listeners]) listener();
  if (!entry.again) return;
  entry.again = false;
  setTimeout(() => refresh(entry), Math.max(0, entry.startedAt + atMostEvery - Date.now()));
}

function refreshShown(): void {
  for (const entry of entries.values()) {
    if (entry.listeners.size === 0 || entry.again) continue;
    const wait = entry.startedAt + atMostEvery - Date.now();
    if (wait <= 0) void refresh(entry);
    else if (!entry.running) {
      entry.again = true;
      setTimeout(() => {
        entry.again = false;
        void refresh(entry);
      }, wait);
    } else entry.again = true;
  }
}
onChanged(refreshShown);

/** Asks everything that is shown again, for example after an act. */
export function askAgain(): void {
  refreshShown();
}

function entryOf(key: string, fetch: () => Promise<unknown>): Entry {
  const known = entries.get(key);
  if (known) {
    known.fetch = fetch;
    return known;
  }
  for (const [old, entry] of entries) {
    if (entries.size < kept) break;
    if (entry.listeners.size === 0) entries.delete(old);
  }
  const answer = { value: undefined, failure: undefined, at: 0 };
  const entry: Entry = {
    answer,
    fetch,
    listeners: new Set(),
    running: false,
    again: false,
    startedAt: 0,
  };
  entries.set(key, entry);
  return entry;
}

/** `key` names the question with everything it depends on. */
export function useAnswer<T>(key: string, fetch: () => Promise<T>): Answer<T> {
  const [, tick] = useState(0);
  const entry = entryOf(key, fetch);
  useEffect(() => {
    const mine = entryOf(key, fetch);
    const listener = () => tick((n) => n + 1);
    mine.listeners.add(listener);
    void refresh(mine);
    return () => {
      mine.listeners.delete(listener);
    };
  }, [key]);
  return entry.answer as Answer<T>;
}
