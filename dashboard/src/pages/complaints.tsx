// Open complaints; the one whose clock ends first on top.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import { joinPages, useMore } from "../api/more";
import type { ComplaintRow } from "../gen/tenure/api/v1/portfolio_pb";
import { Clock } from "../parts/clock";
import { CoverMark } from "../parts/cover";
import { Avatar, DateText, MoneyText, Severity } from "../parts/marks";
import { MoreLine } from "../parts/more";
import { Everybodys } from "../parts/nobodys";
import { useRows } from "../parts/rows";
import { Answered, Empty, Fresh, nowOf } from "../parts/states";
import { Top } from "../parts/top";
import { ownerAsked, seat } from "../person";
import { accountPath } from "../router";
import { useStore } from "../store";
import { counted } from "../words/numbers.js";

const pageSize = 100;
const rowKey = (row: ComplaintRow) => `${row.account?.account} ${row.complaint}`;

type Column = { title: string; holds: (row: ComplaintRow) => boolean };
const columns: Column[] = [
  {
    title: "Past the clock",
    holds: (row) => row.clockMilli !== undefined && row.clockMilli >= 1000n,
  },
  {
    title: "Three quarters gone",
    holds: (row) =>
      row.clockMilli !== undefined && row.clockMilli >= 750n && row.clockMilli < 1000n,
  },
  { title: "In time", holds: (row) => row.clockMilli !== undefined && row.clockMilli < 750n },
  { title: "Without a clock", holds: (row) => row.clockMilli === undefined },
];

export function Complaints() {
  const owner = ownerAsked(useStore(seat));
  const key = `complaints ${owner}`;
  const answer = useAnswer(key, () => portfolio.listComplaints({ owner, pageSize }));
  const { pages, readMore } = useMore(key, answer.value, (pageToken) =>
    portfolio.listComplaints({ owner, pageSize, pageToken }),
  );
  const rest = pages.flatMap((page) => page.rows);
  return (
    <>
      <Top title="Complaints" sub={answer.value && <Fresh of={answer.value.freshness} />} whose />
      <Answered answer={answer}>
        {(value) => (
          <Board
            rows={joinPages(value.rows, rest, rowKey)}
            total={Number(value.total)}
            now={nowOf(value.freshness)}
            mine={owner !== ""}
            readMore={readMore}
          />
        )}
      </Answered>
    </>
  );
}

function Board(props: {
  rows: ComplaintRow[];
  total: number;
  now: number;
  mine: boolean;
  readMore: (() => void) | undefined;
}) {
  const { rows, total, now } = props;
  const { list, link } = useRows(rows, rowKey);
  const more = total - rows.length;
  const last = rows.at(-1);
  if (rows.length === 0)
    return (
      <Empty title="No open complaint">
        {props.mine ? (
          <>
            None on your accounts. <Everybodys />
          </>
        ) : (
          "Complaints stand here with their clocks as soon as the help desk opens one."
        )}
      </Empty>
    );
  return (
    <div ref={list}>
      {columns.map((column) => {
        const held = rows.filter(column.holds);
        if (held.length === 0) return null;
        return (
          <section key={column.title} class="group" aria-label={column.title}>
            <h2>
              {column.title}{" "}
              <span class="sub">
                {counted(held.length, "complaint")}
                {more > 0 && last && held.includes(last) && " so far"}
              </span>
            </h2>
            <ul class="rows">
              {held.map((row) => (
                <Row key={rowKey(row)} row={row} now={now} link={link(row)} />
              ))}
            </ul>
          </section>
        );
      })}
      <MoreLine
        say={`${counted(more, "more complaint")} with more time left`}
        left={more}
        pageSize={pageSize}
        readMore={props.readMore}
      />
    </div>
  );
}

function Row({
  row,
  now,
  link,
}: {
  row: ComplaintRow;
  now: number;
  link: Record<string, unknown>;
}) {
  const account = row.account;
  return (
    <li class="row complaint">
      <div class="who">
        <a href={accountPath(account?.account ?? "")} {...link}>
          <b>{account?.name || account?.account}</b>
        </a>
        <span class="sub">{row.complaint} </span>
        <MoneyText of={account?.arr} />
        <CoverMark of={account?.cover} now={now} />
      </div>
      <div>
        <Severity of={row.severity} /> <span class="sub">{row.state.replaceAll("_", " ")}</span>
      </div>
      <Clock milli={row.clockMilli} />
      <div class="sub">
        opened <DateText at={row.openedAt} now={now} />
      </div>
      <Avatar of={account?.owner ?? ""} />
    </li>
  );
}
