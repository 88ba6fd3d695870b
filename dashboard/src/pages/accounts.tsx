// The whole book. Only the rows in view are in the page, and pages of 200 come as one scrolls.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Failure } from "../api/clients";
import { failureOf, portfolio } from "../api/clients";
import { onChanged } from "../api/live";
import type { AccountRow, ListAccountsResponse } from "../gen/tenure/api/v1/portfolio_pb";
import { CoverMark } from "../parts/cover";
import { DateText, Health, MoneyText, NoticeDays } from "../parts/marks";
import { Everybodys, NoAccount } from "../parts/nobodys";
import { useRows } from "../parts/rows";
import { Empty, Fresh, nowOf, Pending } from "../parts/states";
import { Top } from "../parts/top";
import { ownerAsked, seat } from "../person";
import { accountPath, go, usePlace } from "../router";
import { useStore } from "../store";
import { personName } from "../words/names";
import { count, counted } from "../words/numbers.js";
import { rowsInView } from "../words/windowing.js";

const orders = [
  { by: "health", say: "Health, lowest first" },
  { by: "change", say: "Change, greatest fall first" },
  { by: "notice", say: "Notice deadline" },
  { by: "arr", say: "Value" },
  { by: "name", say: "Name" },
  { by: "owner", say: "Owner" },
];
const pageSize = 200;
const afterTyping = 120;
const pastEvery = 1500;

interface Book {
  rows: AccountRow[];
  last: ListAccountsResponse | undefined;
  failure: Failure | undefined;
}
interface Asked {
  owner: string;
  orderBy: string;
  search: string;
  lost: boolean;
}

/** Pages that were read, and a way to read the next one. */
function useBook(asked: Asked) {
  const [book, setBook] = useState<Book>({ rows: [], last: undefined, failure: undefined });
  const running = useRef(0);
  const reading = useRef("");
  const held = useRef(book);
  held.current = book;
  const key = JSON.stringify(asked);
  const read = async (from: Book, token: string, mine: number) => {
    try {
      const last = await portfolio.listAccounts({ ...asked, pageSize, pageToken: token });
      if (mine !== running.current) return;
      setBook({ rows: token ? [...from.rows, ...last.rows] : last.rows, last, failure: undefined });
    } catch (thrown) {
      if (mine === running.current) setBook({ ...from, failure: failureOf(thrown) });
    }
  };
  useEffect(() => {
    // The rows of the question before stay until the answer comes; nobody reads while they type.
    const empty: Book = { rows: [], last: undefined, failure: undefined };
    const mine = ++running.current;
    reading.current = "";
    const begin = () => mine === running.current && void read(empty, "", mine);
    const wait = setTimeout(begin, held.current.last ? afterTyping : 0);
    return () => clearTimeout(wait);
  }, [key]);
  // What another answer was under way for is asked again after this one: its place is open.
  const readAnew = () => {
    reading.current = "";
    void read(held.current, "", ++running.current);
  };
  // A change asks the first page again only while no other was read: rows must not jump away
  // from under somebody who scrolls.
  useEffect(() => {
    let waiting = false;
    return onChanged(() => {
      if (waiting || held.current.rows.length > pageSize) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        if (held.current.rows.length <= pageSize) readAnew();
      }, 1000);
    });
  }, [key]);
  // The past of some is still to be read from the log: they stand last until it is.
  const left = book.last?.accountsLeft ?? 0n;
  useEffect(() => {
    if (left === 0n || book.rows.length > pageSize) return;
    const again = setTimeout(readAnew, pastEvery);
    return () => clearTimeout(again);
  }, [book.last]);
  const more = () => {
    const token = book.last?.nextPageToken;
    if (!token || reading.current === token) return;
    reading.current = token;
    void read(book, token, running.current);
  };
  return { book, more };
}

export function Accounts() {
  const { query } = usePlace();
  const now = useStore(seat);
  const asked: Asked = {
    owner: query.get("owner") ?? ownerAsked(now),
    orderBy: query.get("order") ?? "health",
    search: query.get("search") ?? "",
    lost: query.get("lost") === "yes",
  };
  const { book, more } = useBook(asked);
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    go(`/accounts${next.size ? `?${next}` : ""}`, true);
  };
  return (
    <>
      <Top
        title="Accounts"
        sub={book.last && <Fresh of={book.last.freshness} />}
        whose={!query.has("owner")}
      />
      <Filters asked={asked} change={change} owned={query.has("owner")} total={book.last?.total} />
      {book.failure && (
        <div class="empty failure" role="alert">
          <b>The accounts could not be read</b>
          <p>{book.failure.message}</p>
        </div>
      )}
      {!book.last && !book.failure && <Pending rows={10} />}
      {(book.last?.accountsLeft ?? 0n) > 0n && (
        <p class="sub" role="status">
          The past of {counted(book.last?.accountsLeft ?? 0n, "account")} is still being read from
          the log: they stand last.
        </p>
      )}
      {book.last?.rows.length === 0 &&
        (asked.search ? (
          <Empty title="No account matches">
            Write less of the name
            {asked.owner && (
              <>
                , or look at all. <Everybodys />
              </>
            )}
            .
          </Empty>
        ) : (
          <NoAccount owner={asked.owner} />
        ))}
      {book.rows.length > 0 && (
        <Window
          rows={book.rows}
          total={Number(book.last?.total ?? 0n)}
          more={more}
          now={nowOf(book.last?.freshness)}
          moved={asked.orderBy === "change"}
        />
      )}
    </>
  );
}

function Filters(props: {
  asked: Asked;
  change: (name: string, value: string) => void;
  owned: boolean;
  total: bigint | undefined;
}) {
  const { asked, change, owned, total } = props;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Filter by words of the name"
        placeholder="Filter by name …"
        value={asked.search}
        onInput={(event) => change("search", event.currentTarget.value)}
      />
      <label>
        Order{" "}
        <select
          value={asked.orderBy}
          onChange={(event) => change("order", event.currentTarget.value)}
        >
          {orders.map((order) => (
            <option key={order.by} value={order.by}>
              {order.say}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={asked.lost}
          onChange={(event) => change("lost", event.currentTarget.checked ? "yes" : "")}
        />{" "}
        also those who left
      </label>
      {owned && (
        <button type="button" onClick={() => change("owner", "")}>
          {personName(asked.owner)} ✕
        </button>
      )}
      {total !== undefined && <span class="sub">{counted(total, "account")}</span>}
    </form>
  );
}

function Window(props: {
  rows: AccountRow[];
  total: number;
  more: () => void;
  now: number;
  /** The rows say by how much their health changed. */
  moved: boolean;
}) {
  const { rows, now } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState({ above: 0, height: 900, narrow: false });
  useEffect(() => {
    const measure = () => {
      const top = box.current?.getBoundingClientRect().top ?? 0;
      setScrolled({ above: Math.max(0, -top), height: innerHeight, narrow: innerWidth <= 820 });
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, []);
  const rowHeight = scrolled.narrow ? 100 : 60;
  const view = rowsInView(rows.length, rowHeight, scrolled.above, scrolled.height);
  useEffect(() => {
    if (view.to >= rows.length - 20) props.more();
  });
  const shown = useMemo(() => rows.slice(view.from, view.to), [rows, view.from, view.to]);
  const { list, link } = useRows(shown, (row) => row.account);
  return (
    <section aria-label="Accounts">
      <div class="row book head" aria-hidden="true">
        <span>Account</span>
        <span>Value, a year</span>
        <span>Notice deadline</span>
        <span>{props.moved ? "Health, 4 weeks" : "Health"}</span>
        <span>Owner</span>
        <span>Last word</span>
        <span>Alerts</span>
      </div>
      <div ref={box} class="window" style={{ height: `${rows.length * rowHeight}px` }}>
        <ul class="rows" ref={list} style={{ transform: `translateY(${view.from * rowHeight}px)` }}>
          {shown.map((row) => (
            <BookRow key={row.account} row={row} now={now} height={rowHeight} link={link(row)} />
          ))}
        </ul>
      </div>
      {rows.length < props.total && (
        <p class="sub foot-line">
          {count(rows.length)} of {count(props.total)} are here; more come as you scroll.
        </p>
      )}
    </section>
  );
}

function BookRow(props: {
  row: AccountRow;
  now: number;
  height: number;
  link: Record<string, unknown>;
}) {
  const { row, now } = props;
  return (
    <li class={`row book ${row.lost ? "dimmed" : ""}`} style={{ height: `${props.height}px` }}>
      <div class="who">
        <a href={accountPath(row.account)} {...props.link}>
          <b>{row.name || row.account}</b>
        </a>
        <span class="sub">
          {[row.sector, row.tier, row.lost ? "left" : row.stage].filter(Boolean).join(" · ")}
        </span>
      </div>
      <div>{!row.lost && <MoneyText of={row.arr} />}</div>
      <div>{!row.lost && <NoticeDays at={row.noticeBy} now={now} />}</div>
      <div>
        {!row.lost && (
          <Health milli={row.healthMilli} change={row.healthChange4wMilli} since="in 4 weeks" />
        )}
      </div>
      <div class="word">
        {row.owner ? personName(row.owner) : <span class="sub">nobody</span>}
        <CoverMark of={row.cover} now={now} beside />
      </div>
      <div class="word sub">
        <DateText at={row.lastClientWordAt} now={now} none="never" />
      </div>
      <div>
        {row.lost ? null : row.openAlerts > 0 ? (
          <span class="chip warn">{counted(row.openAlerts, "alert")}</span>
        ) : (
          <span class="sub">no alert</span>
        )}
      </div>
    </li>
  );
}
