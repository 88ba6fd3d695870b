// Sums by owner, for leads and directors.

import { useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import type { PortfolioRow } from "../gen/tenure/api/v1/portfolio_pb";
import { Answered, Empty, Fresh } from "../parts/states";
import { Top } from "../parts/top";
import { moneyExact, moneySums } from "../words/money.js";
import { personName } from "../words/names";
import { count, counted } from "../words/numbers.js";

const ask = () => portfolio.getPortfolio({});

export function Portfolio() {
  const answer = useAnswer("portfolio", ask);
  return (
    <>
      <Top title="Portfolio" sub={answer.value && <Fresh of={answer.value.freshness} />} />
      <OwnerTable />
    </>
  );
}

export function OwnerTable({ heading }: { heading?: boolean }) {
  const answer = useAnswer("portfolio", ask);
  return (
    <section aria-label="By owner">
      {heading && <h2 class="later">By owner, the most at risk first</h2>}
      <Answered answer={answer} rows={6}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <Empty title="No accounts yet">
              Fill it: <code>tenure demo</code>, or <code>tenure import</code> a file.
            </Empty>
          ) : (
            <div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Owner</th>
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
                  {rows.map((row) => (
                    <OwnerRow key={row.owner} row={row} />
                  ))}
                </tbody>
                {total && (
                  <tfoot>
                    <OwnerRow row={total} all />
                  </tfoot>
                )}
              </table>
            </div>
          )
        }
      </Answered>
    </section>
  );
}

function OwnerRow({ row, all }: { row: PortfolioRow; all?: boolean }) {
  const name = all ? "All" : row.owner ? personName(row.owner) : "Nobody";
  const to = all ? "/accounts" : `/accounts?owner=${encodeURIComponent(row.owner)}`;
  const risk = row.arrAtRisk.length > 0;
  return (
    <tr>
      <th scope="row">{row.owner || all ? <a href={to}>{name}</a> : name}</th>
      <td class="r">{count(row.accounts)}</td>
      <td class="r" title={row.arr.map(moneyExact).join(" + ")}>
        {moneySums(row.arr)}
      </td>
      <td class={`r ${risk ? "down" : "sub"}`} title={row.arrAtRisk.map(moneyExact).join(" + ")}>
        {moneySums(row.arrAtRisk)}
      </td>
      <td>
        <Mix row={row} />
      </td>
      <td class="r">{count(row.openAlerts)}</td>
    </tr>
  );
}

function Mix({ row }: { row: PortfolioRow }) {
  const parts = [
    { of: row.healthLow, say: "below 40", tone: "low" },
    { of: row.healthMiddle, say: "40 to 70", tone: "middle" },
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
