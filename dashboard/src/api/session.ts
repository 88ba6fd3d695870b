// Who is signed in, where the server asks for it. The token is exchanged for a cookie that scripts
// cannot read; it is kept nowhere here.

import { Store } from "../store";

export interface Session {
  /** unknown: not heard yet. open: the server asks nobody. out: it asks, and nobody is signed in. */
  state: "unknown" | "open" | "out" | "in";
  name: string;
  role: string;
}

const nobody = { name: "", role: "" };
export const session = new Store<Session>({ state: "unknown", ...nobody });

const path = "/session";
const acting = ["manager", "director"];

export function mayAct(): boolean {
  const { state, role } = session.get();
  return state !== "in" || acting.includes(role);
}

/** Why somebody may only read, as a sentence. */
export function readsOnly(): string {
  return `You may read here: your role is ${session.get().role}, and acts need a manager's or a director's.`;
}

interface Told {
  sign_in?: boolean;
  name?: string;
  role?: string;
  message?: string;
}

function set(told: Told): void {
  const { name = "", role = "" } = told;
  if (told.sign_in === false) session.set({ state: "open", ...nobody });
  else if (name) session.set({ state: "in", name, role });
  else session.set({ state: "out", ...nobody });
}

/** Asks the server who is signed in; what cannot be heard stays unknown. */
export async function askSession(): Promise<void> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(5000) });
    if (answer.ok) set((await answer.json()) as Told);
    else if (answer.status === 401) set({});
  } catch {
    // The pages say that the server does not answer, and it is asked again.
  }
}

/** A call was refused because nobody is signed in any more. */
export function signedOut(): void {
  if (session.get().state !== "out") session.set({ ...session.get(), state: "out" });
}

/** Signs in; otherwise the sentence that says why not. */
export async function signIn(token: string): Promise<string> {
  // What cannot stand in a header is no token either, and fetch would throw at it.
  if (!/^[\x21-\x7e]{1,200}$/.test(token)) return unknownToken;
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const told = (await answer.json()) as Told;
    if (!answer.ok) return refusal(answer.status, told.message ?? "");
    if (told.role === "publisher") {
      await endSession();
      return "This token is of a publisher: a program may send events with it, and nobody can read with it.";
    }
    set({ ...told, sign_in: true });
    return "";
  } catch {
    return "The server does not answer. Try again.";
  }
}

const unknownToken =
  "This token is not known here. Paste all of it, from tenure_ to its last letter, or ask whoever runs this server for a new one.";

function refusal(status: number, message: string): string {
  if (status === 401) return unknownToken;
  if (status === 429) return "Too many wrong tokens came from here. Try again in a minute.";
  return `The server refused this: ${message}`;
}

async function endSession(): Promise<void> {
  await fetch(path, { method: "DELETE", signal: AbortSignal.timeout(10_000) });
}

/** Ends the session and begins anew, so that nothing of it stays in the page; false = not ended. */
export async function signOut(): Promise<boolean> {
  try {
    await endSession();
  } catch {
    return false;
  }
  location.assign("/");
  return true;
}
