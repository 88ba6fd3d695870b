// Finds an account by words of its name or id, or by the name of one of its people.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Answer, useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import type { SearchHit, SearchResponse } from "../gen/tenure/api/v1/portfolio_pb";
import { useKeys } from "../keys/keys";
import { accountPath, go } from "../router";
import { personName } from "../words/names";

const most = 8;

export function Search() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const asked = text.trim();
  const answer = useAnswer(`search ${asked}`, () => find(asked));
  useEffect(() => setAt(0), [asked]);
  useKeys({ "/": { say: "search", run: () => input.current?.focus() } });
  const hits = answer.value?.hits ?? [];
  const move = (by: number) => setAt(Math.min(hits.length - 1, Math.max(0, at + by)));
  const found = isEnough(asked) ? { hits, at, move } : undefined;
  return (
    <search class="search">
      <Field text={text} setText={setText} input={input} found={found} />
      <kbd>/</kbd>
      {found && <List found={found} answer={answer} text={asked} />}
    </search>
  );
}

const isEnough = (asked: string): boolean => asked.length > 1;

async function find(text: string): Promise<SearchResponse | undefined> {
  return isEnough(text) ? await portfolio.search({ text, pageSize: most }) : undefined;
}

interface Found {
  hits: SearchHit[];
  at: number;
  move: (by: number) => void;
}

function Field(props: {
  text: string;
  setText: (text: string) => void;
  input: { current: HTMLInputElement | null };
  found: Found | undefined;
}) {
  const { text, setText, input, found } = props;
  const hit = found?.hits[found.at];
  return (
    <input
      ref={input}
      type="search"
      value={text}
      placeholder="Company or person"
      aria-label="Search companies and people"
      role="combobox"
      aria-expanded={found !== undefined}
      aria-controls={found ? "found" : undefined}
      aria-activedescendant={hit ? optionId(found?.at ?? 0) : undefined}
      aria-autocomplete="list"
      autocomplete="off"
      maxLength={100}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={() => setText("")}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
        else if (event.key === "ArrowDown") found?.move(1);
        else if (event.key === "ArrowUp") found?.move(-1);
        else if (event.key === "Enter" && hit) open(hit);
        else return;
        event.preventDefault();
      }}
    />
  );
}

const optionId = (at: number): string => `found-${at}`;

function open(hit: SearchHit): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  go(accountPath(hit.account?.account ?? ""));
}

function List(props: { found: Found; answer: Answer<SearchResponse | undefined>; text: string }) {
  const { found, answer, text } = props;
  return (
    <div class="found">
      {/* Pressing the mouse must not take the focus from the field, which would close this. */}
      <div
        id="found"
        role="listbox"
        aria-label="Found"
        tabIndex={-1}
        onMouseDown={(event) => event.preventDefault()}
      >
        {found.hits.map((hit, i) => (
          <div
            key={`${hit.account?.account} ${hit.person}`}
            id={optionId(i)}
            role="option"
            tabIndex={-1}
            aria-selected={i === found.at}
            onClick={() => open(hit)}
            onKeyDown={(event) => event.key === "Enter" && open(hit)}
          >
            <Hit of={hit} />
          </div>
        ))}
      </div>
      <p class="sub" role="status">
        {answer.failure?.message ?? told(answer.value, text)}
      </p>
    </div>
  );
}

function told(value: SearchResponse | undefined, text: string): string {
  if (!value) return "";
  const more = value.hits.length === most ? "Write more to narrow it down." : "";
  const none = value.hits.length === 0 ? `No company and nobody is called “${text}”.` : more;
  return value.peopleComplete
    ? none
    : `${none} Names of people are still being read: they come by themselves.`.trim();
}

function Hit({ of }: { of: SearchHit }) {
  const row = of.account;
  const words = [row?.sector, row?.tier, row && personName(row.owner), row?.lost ? "left" : ""];
  return (
    <>
      <b>{row?.name || row?.account}</b>
      {of.person && <span class="block">found by: {of.person}</span>}
      <span class="sub block">
        {row?.account} · {words.filter(Boolean).join(" · ")}
      </span>
    </>
  );
}
