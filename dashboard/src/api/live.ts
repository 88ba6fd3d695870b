// Says when something changed: by the server's event stream, or every five seconds without it.

import { Store } from "../store";
import { askSession, session } from "./session";

export interface Live {
  mode: "starting" | "stream" | "polling" | "offline";
  position: string;
  /** When the server was last heard, by this machine's clock; 0 = never. */
  heardAt: number;
}

export const live = new Store<Live>({ mode: "starting", position: "", heardAt: 0 });

const pollEvery = 5000;
const streamAgainAfter = 60_000;
const changed = new Set<() => void>();

export function onChanged(listener: () => void): () => void {
  changed.add(listener);
  return () => changed.delete(listener);
}

export function tellChanged(): void {
  for (const listener of [...changed]) listener();
}

/** An answer came: the server is there. */
export function heard(): void {
  const now = live.get();
  const mode = now.mode === "offline" || now.mode === "starting" ? "polling" : now.mode;
  live.set({ ...now, mode, heardAt: Date.now() });
}

export function silent(): void {
  live.set({ ...live.get(), mode: "offline" });
}

function positionOf(data: string): string {
  try {
    const parsed: unknown = JSON.parse(data);
    const position = (parsed as { position?: unknown } | null)?.position;
    return position === undefined ? "" : String(position);
  } catch {
    return "";
  }
}

let stream: EventSource | undefined;

function openStream(): void {
  stream?.close();
  stream = undefined;
  if (session.get().state === "out") return;
  const opened = new EventSource("/events");
  stream = opened;
  const tick = (event: Event) => {
    const position = event instanceof MessageEvent ? positionOf(String(event.data)) : "";
    live.set({ mode: "stream", position: position || live.get().position, heardAt: Date.now() });
    tellChanged();
  };
  opened.onopen = () => live.set({ ...live.get(), mode: "stream", heardAt: Date.now() });
  opened.addEventListener("changed", tick);
  opened.addEventListener("reset", tick);
  opened.onerror = () => {
    if (live.get().mode === "stream") live.set({ ...live.get(), mode: "polling" });
    // CLOSED: the browser gave up, for example because nobody is signed in.
    if (opened.readyState !== EventSource.CLOSED || stream !== opened) return;
    stream = undefined;
    setTimeout(() => stream ?? openStream(), streamAgainAfter);
  };
}

export function startLive(): void {
  openStream();
  let state = session.get().state;
  session.listen(() => {
    const before = state;
    state = session.get().state;
    if (state === before) return;
    openStream();
    tellChanged();
  });
  setInterval(() => {
    if (session.get().state === "unknown") void askSession();
    if (live.get().mode !== "stream" && !document.hidden) tellChanged();
  }, pollEvery);
  addEventListener("online", tellChanged);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tellChanged();
  });
}
