// Every number on the first screen and on ten accounts' pages agrees with the API and the command.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { base, call, openBrowser, openPage, sizes, textOf, visit } from "./support.mjs";

const run = promisify(execFile);
let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/** As the pages write an amount exactly. */
function exact(currency, milli) {
  const [whole, cents] = (Number(milli) / 1000).toFixed(2).split(".");
  const sign = { EUR: "€", USD: "$", GBP: "£" }[currency];
  const digits = `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
  return sign ? `${sign}${digits}` : `${digits} ${currency}`;
}

async function everyAccount() {
  const rows = [];
  let pageToken = "";
  do {
    const page = await call("PortfolioService/ListAccounts", { pageSize: 100, pageToken });
    rows.push(...page.rows);
    pageToken = page.next_page_token ?? "";
  } while (pageToken);
  return rows;
}

const number = (text) => Number(/[\d\u202f]+/.exec(text)?.[0].replaceAll("\u202f", ""));

test("the sums of the first screen", async () => {
  const rows = await everyAccount();
  const { alerts, total } = await call("AlertService/ListAlerts", { pageSize: 1000 });
  const complaints = await call("PortfolioService/ListComplaints", { pageSize: 1000 });
  const renewals = await call("PortfolioService/ListRenewals", { days: 90, pageSize: 1000 });
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  const kpi = (label) => page.locator(`.kpi:has(.l:text-is("${label}"))`);
  const sum = (of) => of.reduce((all, { arr }) => all + BigInt(arr?.milli ?? 0), 0n);

  assert.equal(await kpi("In care").locator("b").getAttribute("title"), exact("EUR", sum(rows)));
  assert.equal(number(await kpi("In care").locator(".s").innerText()), rows.length);

  const high = new Set(alerts.filter((one) => ["high", "critical"].includes(one.severity)).map((one) => one.account));
  const atRisk = sum(rows.filter((row) => high.has(row.account)));
  assert.equal(await kpi("At risk").locator("b").getAttribute("title"), atRisk === 0n ? "" : exact("EUR", atRisk));

  const undecided = renewals.rows.filter((row) => !row.renewed);
  assert.equal(number(await kpi("To decide in 90 days").locator("b").innerText()), undecided.length);

  const late = complaints.rows.filter((row) => Number(row.clock_milli ?? 0) >= 1000).length;
  assert.equal(number(await kpi("Complaints past clock").locator("b").innerText()), late);
  assert.equal(number(await kpi("Complaints past clock").locator(".s").innerText()), Number(complaints.total));

  const overdue = (await call("PortfolioService/GetNeedsYou")).promises_overdue;
  const shown = await kpi("Promises overdue").locator("b").innerText();
  assert.equal(shown, overdue === undefined ? "not known" : String(overdue));

  const needing = new Set(alerts.map((one) => one.account));
  assert.equal(
    await textOf(page, "#needs .sub"),
    `${needing.size} accounts, ${Number(total)} open alerts`,
  );
  await done();
});

test("ten accounts, against tenure account --json", async () => {
  const needs = await call("PortfolioService/GetNeedsYou", { pageSize: 5 });
  const great = await call("PortfolioService/ListAccounts", { orderBy: "arr", pageSize: 20 });
  const ids = [...new Set([...needs.rows, ...great.rows].map((row) => row.account))].slice(0, 10);
  assert.equal(ids.length, 10);
  const { page, done } = await openPage(browser, sizes.wide);
  for (const id of ids) {
    const { stdout } = await run(process.env.TENURE_BINARY, ["account", id, "--server", base, "--json"]);
    const of = JSON.parse(stdout);
    const signal = (name, subject = "") =>
      of.signals.find((one) => one.name === name && (one.subject ?? "") === subject)?.milli;
    await visit(page, `/account/${id}`);
    const fact = (label) => page.locator(`.facts > div:has(> span:text-is("${label}")) b`);

    assert.equal(await textOf(page, "h1"), of.name, id);
    assert.equal(await fact("Value a year").getAttribute("title"), exact("EUR", signal("profile.arr")), id);
    const score = of.health.score_milli;
    assert.equal(await textOf(page, "#health .score"), String(Math.round(Number(score) / 1000)), id);

    const left = Number(signal("contracts.days_to_notice")) / 1000;
    if (Number.isFinite(left) && left >= 0)
      assert.match(await fact("Can leave until").innerText(), new RegExp(` · ${left} days?$`), id);

    // What is shown of the parts adds up to the score, and what could be had to 100.
    const parts = await page.locator(".contrib > :nth-child(3)").allInnerTexts();
    assert.equal(parts.length, of.health.contributions.length, id);
    const shown = parts.map((part) => part.split(" / ").map(Number));
    for (const [at, { missing, share_milli: share = 0 }] of of.health.contributions.entries()) {
      if (missing) assert.equal(parts[at], "missing", id);
      else assert.ok(Math.abs(shown[at][0] - Number(share) / 1000) <= 1, `${id}: ${parts[at]}`);
    }
    const sum = (at) => shown.reduce((all, one) => all + (one[at] || 0), 0);
    assert.equal(sum(0), Math.round(Number(score) / 1000), id);
    assert.equal(sum(1), 100, id);
    const moved = (await page.locator(".contrib > :nth-child(4)").allInnerTexts()).map((text) =>
      Number(text.replace("−", "-").replace(/[±+]/, "")),
    );
    const told = /([+−±]\d+) in 30 days/.exec(await textOf(page, "#health"))?.[1];
    if (told)
      assert.equal(
        moved.reduce((all, one) => all + one, 0),
        Number(told.replace("−", "-").replace(/[±+]/, "")),
        id,
      );

    const open = of.alerts.filter((one) => one.state !== "cleared");
    assert.equal(await page.locator("li.attention").count(), open.length, id);

    const complaints = Number(signal("complaints.open") ?? 0) / 1000;
    assert.equal(await page.locator("section:has(#complaints) .line").count(), complaints, id);
  }
  await done();
});
