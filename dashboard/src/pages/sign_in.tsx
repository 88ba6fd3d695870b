// Where the server asks for a token: alone before the first page, or above the one whose session
// ended, which keeps what was being written there.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { signIn } from "../api/session";

export function SignIn() {
  useEffect(() => {
    document.title = "Sign in · Tenure";
  }, []);
  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <Form why="This server asks who you are." />
    </main>
  );
}

export function SignInAgain() {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
    element.current?.querySelector("input")?.focus();
    // Escape would close this dialog, and then the one below it with what was written there.
    const stay = (event: KeyboardEvent) => {
      if (event.key === "Escape") event.preventDefault();
    };
    document.addEventListener("keydown", stay, true);
    return () => document.removeEventListener("keydown", stay, true);
  }, []);
  return (
    <dialog
      ref={element}
      class="sign-in"
      aria-label="Sign in again"
      onCancel={(event) => event.preventDefault()}
      // However else it was closed.
      onClose={() => element.current?.showModal()}
    >
      <Form why="Your session has ended. What you were writing is still there." />
    </dialog>
  );
}

function Form({ why }: { why: string }) {
  const [refused, setRefused] = useState("");
  const [asking, setAsking] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const sentence = useId();
  useEffect(() => input.current?.focus(), []);
  const send = async (form: HTMLFormElement) => {
    setAsking(true);
    setRefused("");
    const wrong = await signIn(String(new FormData(form).get("token") ?? "").trim());
    setAsking(false);
    setRefused(wrong);
    if (wrong) input.current?.select();
  };
  return (
    // Were the script ever absent, the token would still not end up in an address.
    <form
      method="post"
      action="/session"
      onSubmit={(event) => {
        event.preventDefault();
        if (!asking) void send(event.currentTarget);
      }}
    >
      <p class="brand">Tenure</p>
      <h1 tabIndex={-1}>Sign in</h1>
      <p>{why}</p>
      <label>
        Your token
        <input
          ref={input}
          name="token"
          type="password"
          required
          placeholder="tenure_…"
          autocomplete="current-password"
          spellcheck={false}
          autocapitalize="off"
          aria-invalid={refused !== ""}
          aria-describedby={sentence}
        />
      </label>
      <p id={sentence} class={refused ? "refusal" : "sub"} role="status">
        {refused && <b>Not signed in. </b>}
        {refused ||
          "It is asked once and not kept in this browser. You stay signed in for twelve hours."}
      </p>
      <div class="acts">
        <button type="submit" class="main" aria-disabled={asking}>
          {asking ? "Signing in …" : "Sign in"}
        </button>
      </div>
      <p class="sub later">
        No token? Whoever runs this server makes one: <code>tenure token new</code>
      </p>
    </form>
  );
}
