// Sums by team and by owner, for leads and directors.

import type { ComponentChildren } from "preact";
import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import type { PortfolioRow } from "../gen/tenure/api/v1/portfolio_pb";
import { useRows } from "../parts/rows";
import { Scroll } from "../parts/scroll";
import { Answered, Empty, Fresh } from "../parts/states";
import { Top } from "../parts/top";
import { Trend } from "../parts/trend";
import { usePlace } from "../router";
import { moneyExact, moneySums } from "../words/money.js";
import { personName } from "../words/names";
import { count, counted } from "../words/numbers.js";

const ask = () => portfolio.getPortfolio({});

export function Portfolio() {
  const lead = usePlace().query.get("team") ?? undefined;
  const answer = useAnswer("portfolio", ask);
  return (
    <>
      <Top title="Portfolio" sub={answer.value && <Fresh of={answer.value.freshness} />} />
      <Answered answer={answer} rows={6}>
        {({ rows, teams, total }) =>
          rows.length === 0 ? (
            <Empty title="No accounts yet">
              Fill it: <code>tenure demo</code>, or <code>tenure import</code> a file.
            </Empty>
          ) : (
            <>
              {lead !== undefined && (
                <p>
                  Only the team of <b>{lead ? personName(lead) : "nobody"}</b>.{" "}
                  <a class="link" href="/portfolio">
                    Everybody
                  </a>
                </p>
              )}
              <Trend lead={lead} key={`trend ${lead}`} />
              <Tables rows={rows} teams={teams} total={total} lead={lead} key={lead} />
            </>
          )
        }
      </Answered>
    </>
  );
}

/** The first screen's owners: the keys stay with the rows above them. */
export function OwnerTable() {
  const answer = useAnswer("portfolio", ask);
  return (
    <section aria-labelledby="owners">
      <h2 class="later" id="owners">
        By owner, the most at risk first
      </h2>
      <Answered answer={answer} rows={6}>
        {({ rows, total }) => <SumTable of="Owner" lines={rows.map(ownerLine)} total={total} />}
      </Answered>
    </section>
  );
}

interface Line {
  key: string;
  /** Where its accounts, or its owners, are. */
  to: string;
  row: PortfolioRow;
}

const ownerLine = (row: PortfolioRow): Line => ({
  key: `owner ${row.owner}`,
  to: row.owner && `/accounts?owner=${encodeURIComponent(row.owner)}`,
  row,
});
const teamLine = (row: PortfolioRow): Line => ({
  key: `team ${row.owner}`,
  to: `/portfolio?team=${encodeURIComponent(row.owner)}`,
  row,
});

function Tables(props: {
  rows: PortfolioRow[];
  teams: PortfolioRow[];
  total: PortfolioRow | undefined;
  /** Only the team of this lead; undefined = all. */
  lead: string | undefined;
}) {
  const { lead } = props;
  const all = lead === undefined;
  const teams = all ? props.teams.map(teamLine) : [];
  const owners = props.rows.filter((row) => all || row.lead === lead).map(ownerLine);
  const { list, link } = useRows([...teams, ...owners], (line) => line.key);
  return (
    <div ref={list}>
      {teams.length > 0 && (
        <section aria-labelledby="teams" class="group">
          <h2 id="teams">By team, the most at risk first</h2>
          <SumTable of="Team of" lines={teams} total={undefined} link={link} />
        </section>
      )}
      <section aria-labelledby="owners" class="group">
        <h2 id="owners">By owner, the most at risk first</h2>
        <SumTable
          of="Owner"
          lines={owners}
          total={all ? props.total : props.teams.find((team) => team.owner === lead)}
          link={link}
        />
      </section>
    </div>
  );
}

function SumTable(props: {
  of: string;
  lines: Line[];
  total: PortfolioRow | undefined;
  link?: (line: Line) => Record<string, unknown>;
}) {
  return (
    <Scroll of={`Sums: ${props.of}`}>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">{props.of}</th>
            <th scope="col" class="r">
              Accounts
            </th>
            <th scope="col" class="r">
              In care, a year
            </th>
            <th scope="col" class="r">
              At risk, a year
            </th>
            <th scope="col">Health mix</th>
            <th scope="col" class="r">
              Open alerts
            </th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <SumRow key={line.key} row={line.row}>
              {line.to ? (
                <a href={line.to} {...props.link?.(line)}>
                  {line.row.owner ? personName(line.row.owner) : "Nobody"}
                </a>
              ) : (
                "Nobody"
              )}
            </SumRow>
          ))}
        </tbody>
        {props.total && (
          <tfoot>
            <SumRow row={props.total}>All</SumRow>
          </tfoot>
        )}
      </table>
    </Scroll>
  );
}

/** `children`: whose sums these are. */
function SumRow({ row, children }: { row: PortfolioRow; children: ComponentChildren }) {
  const risk = row.arrAtRisk.length > 0;
  return (
    <tr>
      <th scope="row">{children}</th>
      <td class="r" data-say="Accounts">
        {count(row.accounts)}
      </td>
      <td class="r" data-say="In care, a year" title={row.arr.map(moneyExact).join(" + ")}>
        {moneySums(row.arr)}
      </td>
      <td
        class={`r ${risk ? "down" : "sub"}`}
        data-say="At risk, a year"
        title={row.arrAtRisk.map(moneyExact).join(" + ")}
      >
        {moneySums(row.arrAtRisk)}
      </td>
      <td class="whole" data-say="Health mix">
        <Mix row={row} />
      </td>
      <td class="r" data-say="Open alerts">
        {count(row.openAlerts)}
      </td>
    </tr>
  );
}

function Mix({ row }: { row: PortfolioRow }) {
  const parts = [
    { of: row.healthLow, say: "below 40", tone: "low" },
    { of: row.healthMiddle, say: "between 40 and 70", tone: "middle" },
    { of: row.healthHigh, say: "above 70", tone: "high" },
    { of: row.healthUnknown, say: "not known", tone: "unknown" },
  ];
  const told = parts
    .filter((part) => part.of > 0n)
    .map((part) => `${count(part.of)} ${part.say}`)
    .join(", ");
  return (
    <span class="mix" title={told}>
      <span class="mix-bar" aria-hidden="true">
        {parts.map((part) => (
          <i key={part.tone} class={part.tone} style={{ flexGrow: Number(part.of) }} />
        ))}
      </span>
      <span class="sub">{told || counted(0, "account")}</span>
    </span>
  );
}
