// The book over the last weeks: what is at risk, and how health is spread; the numbers as a table too.

import { useEffect } from "preact/hooks";
import uPlot from "uplot";
import { askAgain, useAnswer } from "../api/ask";
import { portfolio } from "../api/clients";
import type { GetPortfolioTrendResponse, TrendPoint } from "../gen/tenure/api/v1/portfolio_pb";
import { dateNear, dayMonth, instant } from "../words/dates.js";
import { moneyShort, moneySums } from "../words/money.js";
import { personName } from "../words/names";
import { count, counted } from "../words/numbers.js";
import { color } from "./chart";
import { Plot } from "./plot";
import { Scroll } from "./scroll";
import { Answered, nowOf } from "./states";

/** Thousandths of `currency`; nothing of it is 0, for the book is known. */
const inCurrency = (amounts: TrendPoint["arr"], currency: string): bigint =>
  amounts.find((one) => one.currency === currency)?.milli ?? 0n;

const bands = [
  { of: (p: TrendPoint) => p.healthLow, say: "below 40", tone: "--bad-bar" },
  { of: (p: TrendPoint) => p.healthMiddle, say: "40 to 70", tone: "--warn-bar" },
  { of: (p: TrendPoint) => p.healthHigh, say: "above 70", tone: "--mark" },
  { of: (p: TrendPoint) => p.healthUnknown, say: "not known", tone: "--line" },
] as const;

export function Trend({ lead }: { lead: string | undefined }) {
  const answer = useAnswer(`trend ${lead ?? ""}`, () =>
    portfolio.getPortfolioTrend({ lead: lead ?? "" }),
  );
  const left = answer.value?.accountsLeft ?? 0n;
  useEffect(() => {
    if (left === 0n) return;
    const again = setInterval(askAgain, 1500);
    return () => clearInterval(again);
  }, [left === 0n]);
  return (
    <section class="trend" aria-labelledby="trend">
      <h2 id="trend">
        Last 12 weeks
        {lead !== undefined && ` of the team of ${lead ? personName(lead) : "nobody"}`}{" "}
        <span class="sub">
          as it was on Mondays, by what is known now
          {lead !== undefined && ", with the reporting lines of then"}
        </span>
      </h2>
      <Answered answer={answer} rows={4}>
        {(value) => <Charts of={value} />}
      </Answered>
    </section>
  );
}

function Charts({ of }: { of: GetPortfolioTrendResponse }) {
  const now = nowOf(of.freshness);
  const { points } = of;
  const last = points.at(-1);
  const currency = last?.arr[0]?.currency ?? "";
  const others = new Set(points.flatMap((point) => point.arrAtRisk.map((one) => one.currency)));
  others.delete(currency);
  if (of.accountsLeft > 0n)
    return (
      <p class="none" role="status">
        The past of {counted(of.accountsLeft, "account")} is still being read from the log.
      </p>
    );
  if (!last || points.length < 2) return <p class="none">There is no past week yet.</p>;
  return (
    <>
      <div class="trend-charts">
        <figure>
          <figcaption>
            At risk, a year{currency && `, in ${currency}`}
            {others.size > 0 && <span class="sub"> · beside {[...others].join(", ")}</span>}
          </figcaption>
          <Plot
            shape={shapeOf(points)}
            told={riskTold(points, currency, now)}
            draw={(box) => drawRisk(currency)(box, points)}
          />
        </figure>
        <figure>
          <figcaption>
            Accounts by health{" "}
            {bands.map((band) => (
              <span class="key" key={band.say}>
                <i style={{ background: `var(${band.tone})` }} aria-hidden="true" /> {band.say}
              </span>
            ))}
          </figcaption>
          <Plot
            shape={shapeOf(points)}
            told={mixTold(points)}
            draw={(box) => drawMix(box, points)}
          />
        </figure>
      </div>
      <details>
        <summary>The same as a table</summary>
        <Table of={points} now={now} />
      </details>
    </>
  );
}

function riskTold(points: TrendPoint[], currency: string, now: number): string {
  const money = (point: TrendPoint | undefined) =>
    moneyShort({ currency, milli: inCurrency(point?.arrAtRisk ?? [], currency) });
  const most = points.reduce((a, b) =>
    inCurrency(b.arrAtRisk, currency) > inCurrency(a.arrAtRisk, currency) ? b : a,
  );
  return `at risk from ${money(points[0])} to ${money(points.at(-1))}; most ${money(most)}, ${dateNear(
    instant(most.at),
    now,
  )}`;
}

function mixTold(points: TrendPoint[]): string {
  return bands
    .map(
      (band) =>
        `${band.say} from ${count(band.of(points[0] as TrendPoint))} to ${count(
          band.of(points.at(-1) as TrendPoint),
        )}`,
    )
    .join("; ");
}

const axisOf = () => ({
  stroke: color("--faint"),
  font: "11px system-ui, sans-serif",
  grid: { stroke: color("--line"), width: 1 },
  ticks: { show: false },
});

/** Weeks are named by their Monday; the year stands in the table. */
const weekAxis = () => ({
  ...axisOf(),
  grid: { show: false },
  space: 60,
  values: (_: uPlot, ticks: number[]) => ticks.map((tick) => dayMonth(tick * 1000)),
});

const timesOf = (points: readonly TrendPoint[]): number[] =>
  points.map((point) => (instant(point.at) ?? 0) / 1000);

type Draw = (box: HTMLElement, points: readonly TrendPoint[]) => uPlot;

const drawRisk =
  (currency: string): Draw =>
  (box, points) => {
    const axis = axisOf();
    const accent = color("--bad");
    const values = points.map((point) => Number(inCurrency(point.arrAtRisk, currency)) / 1000);
    const options: uPlot.Options = {
      width: box.clientWidth,
      height: 160,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      // From 0: a line that begins elsewhere looks steeper than it is.
      scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
      axes: [
        weekAxis(),
        {
          ...axis,
          size: 62,
          values: (_, ticks) =>
            ticks.map((tick) => moneyShort({ currency, milli: BigInt(Math.round(tick * 1000)) })),
        },
      ],
      series: [
        {},
        { stroke: accent, fill: `color-mix(in srgb, ${accent} 14%, transparent)`, width: 2 },
      ],
    };
    return new uPlot(options, [timesOf(points), values], box);
  };

const drawMix: Draw = (box, points) => {
  const axis = axisOf();
  // Each band stands on those before it; the last one drawn is the lowest, in front.
  const sums: number[][] = [];
  for (const band of bands) {
    const below = sums.at(-1);
    sums.push(points.map((point, i) => Number(band.of(point)) + (below?.[i] ?? 0)));
  }
  const layers = bands.map((band, i) => ({ tone: color(band.tone), values: sums[i] ?? [] }));
  layers.reverse();
  const panel = color("--panel");
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: 160,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max, 1)] } },
    axes: [weekAxis(), { ...axis, size: 44 }],
    series: [
      {},
      ...layers.map((layer) => ({
        stroke: layer.tone,
        fill: `color-mix(in srgb, ${layer.tone} 55%, ${panel})`,
        width: 1,
        points: { show: false },
      })),
    ],
  };
  return new uPlot(options, [timesOf(points), ...layers.map((layer) => layer.values)], box);
};

const shapeOf = (points: TrendPoint[]) =>
  JSON.stringify(points, (_, value) => (typeof value === "bigint" ? value.toString() : value));

function Table({ of, now }: { of: TrendPoint[]; now: number }) {
  return (
    <Scroll of="The last weeks">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" class="r">
              Accounts
            </th>
            <th scope="col" class="r">
              In care, a year
            </th>
            <th scope="col" class="r">
              At risk, a year
            </th>
            {bands.map((band) => (
              <th scope="col" class="r" key={band.say}>
                {band.say}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.map((point) => (
            <tr key={point.at}>
              <th scope="row">{dateNear(instant(point.at), now)}</th>
              <td class="r" data-say="Accounts">
                {count(point.accounts)}
              </td>
              <td class="r" data-say="In care, a year">
                {moneySums(point.arr)}
              </td>
              <td class="r" data-say="At risk, a year">
                {moneySums(point.arrAtRisk)}
              </td>
              {bands.map((band) => (
                <td class="r" key={band.say} data-say={`Health ${band.say}`}>
                  {count(band.of(point))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
