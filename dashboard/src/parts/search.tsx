// Finds an account by words of its name or id.

import { useRef, useState } from "preact/hooks";
import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { useKeys } from "../keys/keys";
import { accountPath, go } from "../router";
import { personName } from "../words/names";

export function Search() {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": { say: "search", run: () => input.current?.focus() } });
  return (
    <search class="search">
      <input
        ref={input}
        type="search"
        value={text}
        placeholder="Company or account …"
        aria-label="Search accounts"
        role="combobox"
        aria-expanded={text.trim().length > 1}
        aria-controls="found"
        autocomplete="off"
        maxLength={128}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setText("");
            event.currentTarget.blur();
          }
          if (event.key === "ArrowDown" || event.key === "Enter") {
            const first = document.querySelector<HTMLElement>("#found a");
            if (!first) return;
            event.preventDefault();
            if (event.key === "Enter") first.click();
            else first.focus();
          }
        }}
      />
      <kbd>/</kbd>
      {text.trim().length > 1 && <Found text={text.trim()} done={() => setText("")} />}
    </search>
  );
}

function Found({ text, done }: { text: string; done: () => void }) {
  const answer = useAnswer(`search ${text}`, () =>
    portfolio.listAccounts({ search: text, orderBy: "name", lost: true, pageSize: 8 }),
  );
  const rows = answer.value?.rows;
  const more = Number(answer.value?.total ?? 0n) - (rows?.length ?? 0);
  const walk = (event: KeyboardEvent) => {
    const links = [...document.querySelectorAll<HTMLElement>("#found a")];
    const at = links.indexOf(event.target as HTMLElement);
    const next = event.key === "ArrowDown" ? at + 1 : event.key === "ArrowUp" ? at - 1 : undefined;
    if (next === undefined) return;
    event.preventDefault();
    (links[next] ?? document.querySelector<HTMLElement>(".search input"))?.focus();
  };
  return (
    <div
      id="found"
      class="found"
      onKeyDown={walk}
      role="listbox"
      tabIndex={-1}
      aria-label="Accounts found"
    >
      {rows?.map((row) => (
        <a
          key={row.account}
          role="option"
          aria-selected="false"
          href={accountPath(row.account)}
          onClick={(event) => {
            event.preventDefault();
            done();
            go(accountPath(row.account));
          }}
        >
          <b>{row.name || row.account}</b>
          <span class="sub">
            {[row.account, row.sector, personName(row.owner), row.lost ? "left" : ""]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </a>
      ))}
      {rows?.length === 0 && <p class="sub">No account has “{text}” in its name or id.</p>}
      {more > 0 && <p class="sub">{more} more: write more of the name</p>}
      {answer.failure && <p class="sub">{answer.failure.message}</p>}
    </div>
  );
}
