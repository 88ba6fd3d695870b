// A manager's morning and a director's, by keyboard only, wide and at phone width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, settled, sizes, tabTo, textOf, tooWide, until, visit } from "./support.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/** Who has the most accounts that need somebody. */
async function busiest() {
  const { rows } = await call("PortfolioService/GetNeedsYou", { pageSize: 50 });
  const counts = new Map();
  for (const { owner } of rows) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0][0];
}

/** A named person of the client, and the account. */
async function somebody() {
  const { rows } = await call("PortfolioService/ListAccounts", { orderBy: "arr", pageSize: 5 });
  for (const { account } of rows) {
    const { people = [] } = await call("TimelineService/ListPeople", { account });
    const person = people.find((one) => one.name?.includes(" "));
    if (person) return { account, name: person.name };
  }
  throw new Error("nobody has a name");
}

/** What the page said at its foot; a refusal that follows at once is heard too. */
async function told(page, words) {
  const said = () => page.evaluate(() => globalThis.said.join(" | "));
  await until(`it says ${words}`, async () => (await said()).includes(words)).catch(async (error) => {
    throw new Error(`${error.message}; it said: ${await said()}`);
  });
  assert.ok(!(await said()).includes("Refused"), await said());
}

/** Runs in the page: keeps what is told, however short it stands there. */
function listen() {
  globalThis.said = [];
  window.print = () => document.body.setAttribute("data-printed", "yes");
  new MutationObserver(() => {
    const text = document.querySelector(".told")?.textContent;
    if (text && globalThis.said.at(-1) !== text) globalThis.said.push(text);
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

const chosen = (page) => page.evaluate(() => document.activeElement?.dataset.row);

/** Walks down the rows to this one, from the top. */
async function choose(page, account) {
  for (let i = 0; i < 20; i++) await press(page, "k");
  for (let i = 0; i < 20 && (await chosen(page)) !== account; i++) await press(page, "j");
  assert.equal(await chosen(page), account);
}

/** Money, a reason and freshness stand on the first screen without scrolling. */
async function firstScreen(page) {
  const inView = await page.evaluate(() => {
    const seen = (element) => {
      const box = element?.getBoundingClientRect();
      return box !== undefined && box.height > 0 && box.bottom <= innerHeight ? element.innerText : "";
    };
    return {
      fresh: seen(document.querySelector(".top .sub")),
      money: seen(document.querySelector(".kpi b")),
      reason: [...document.querySelectorAll(".row.need .why")].map(seen).find(Boolean) ?? "",
    };
  });
  assert.match(inView.fresh, /^everything up to .*\d\d:\d\d:\d\d is in$/);
  assert.match(inView.money, /^€/);
  assert.match(inView.reason, /\w+ .*\w+/);
}

/** The chosen line says what the API says is at risk. */
async function atRisk(page, { arr_at_risk: sums = [] }) {
  const line = await page.evaluate(() => document.activeElement?.closest("tr")?.innerText);
  const thousands = Number(sums[0]?.milli ?? 0) / 1e6;
  if (sums.length === 0) assert.match(line, /none/);
  else if (thousands < 999) assert.ok(line.includes(`€${Math.round(thousands)} k`), line);
}

for (const [name, size] of Object.entries(sizes)) {
  test(`a manager's morning, ${name}`, async () => {
    const me = await busiest();
    const wanted = await somebody();
    const { page, done } = await openPage(browser, size);
    await page.addInitScript(listen);
    await visit(page, "/");

    await press(page, "w");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.type(me);
    await press(page, "Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    await press(page, "m");
    await page.waitForSelector('[aria-label="Whose accounts"] [aria-pressed="true"]:has-text("Mine")');
    const mine = await call("PortfolioService/GetNeedsYou", { owner: me });
    await until("only mine", async () => (await page.locator(".row.need:not(.head)").count()) === mine.rows.length);
    await firstScreen(page);
    assert.equal(await tooWide(page), 0);

    await press(page, "j");
    const first = await chosen(page);
    assert.equal(first, mine.rows[0].account);
    await press(page, "e");
    await page.waitForSelector("dialog .evidence li");
    assert.equal(await page.locator("dialog .evidence li").count(), mine.rows[0].alert.evidence.length);
    await press(page, "Escape");
    await page.waitForSelector("dialog", { state: "detached" });

    const step = `Send the figures, ${name}`;
    await press(page, "c");
    await page.waitForSelector("dialog textarea:focus");
    await page.keyboard.type("They want figures before they go on.");
    await tabTo(page, "next");
    await page.keyboard.type(step);
    await press(page, "Enter");
    await told(page, "Call and next step: written");
    await page.waitForSelector("dialog", { state: "detached" });

    // A colleague is away: the rest of the morning is for everybody's accounts.
    await press(page, "m");
    await until("everybody's", async () => (await page.locator(".row.need:not(.head)").count()) > mine.rows.length);
    const { rows } = await call("PortfolioService/GetNeedsYou");
    // With one alert only: of a second one the row would stand for it.
    const untouched = rows.filter(
      ({ account, alert, open_alerts }) =>
        account !== first && open_alerts === 1 && alert.state === "open" && !alert.verdict,
    );
    assert.ok(untouched.length >= 2, "two accounts that nobody looked at");
    const [snoozed, judged] = untouched;
    await choose(page, snoozed.account);
    await press(page, "s");
    await page.waitForSelector("dialog [data-first]:focus");
    await press(page, "Enter");
    await told(page, "Snoozed");
    const alertOf = async (row) => {
      const states = ["open", "acknowledged", "snoozed", "cleared"];
      const { alerts } = await call("AlertService/ListAlerts", { account: row.account, states });
      return alerts.find((one) => one.id === row.alert.id);
    };
    await until("snoozed", async () => (await alertOf(snoozed)).state === "snoozed");
    await until("it is gone", async () => (await page.locator(`[data-row="${snoozed.account}"]`).count()) === 0);

    await choose(page, judged.account);
    await press(page, "f");
    await told(page, "Judged");
    await until("judged", async () => (await alertOf(judged)).verdict === "false");

    await press(page, "/");
    await page.keyboard.type(wanted.name);
    await page.waitForSelector(`#found [aria-selected="true"]:has-text("found by: ${wanted.name}")`);
    await press(page, "Enter");
    await page.waitForURL(/\/account\//);
    await settled(page);
    const found = decodeURIComponent(new URL(page.url()).pathname.split("/")[2]);
    const { people } = await call("TimelineService/ListPeople", { account: found });
    assert.ok(people.some((one) => one.name === wanted.name));
    assert.equal(await tooWide(page), 0);

    await press(page, "b");
    await page.waitForURL(/\/brief$/);
    await settled(page);
    await press(page, "p");
    assert.equal(await page.getAttribute("body", "data-printed"), "yes");
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1, "the brief fits one page");

    // What was written stands where somebody else would look for it.
    await visit(page, `/account/${mine.rows[0].account}`);
    await until("the next step is there", async () => (await textOf(page, "section:has(#work)")).includes(step));
    await done();
  });

  test(`a director's morning, ${name}`, async () => {
    const { page, done } = await openPage(browser, size);
    await visit(page, "/");
    await firstScreen(page);
    assert.match(await textOf(page, '.kpi:has-text("At risk") b'), /^(€|none)/);
    await press(page, "g p");
    await page.waitForURL(/\/portfolio$/);
    await settled(page);
    // The team with the most at risk, in it the owner, in whose book the account.
    const { rows, teams } = await call("PortfolioService/GetPortfolio");
    await press(page, "j");
    assert.equal(await chosen(page), `team ${teams[0].owner}`);
    await atRisk(page, teams[0]);
    await press(page, "Enter");
    await page.waitForSelector('p:has-text("Only the team of")');
    await settled(page);
    const owner = rows.find((row) => (row.lead ?? "") === teams[0].owner);
    await page.waitForSelector(`[data-row="owner ${owner.owner}"]`);
    await press(page, "j");
    assert.equal(await chosen(page), `owner ${owner.owner}`);
    await atRisk(page, owner);
    await press(page, "Enter");
    await page.waitForURL(/\/accounts\?owner=/);
    await settled(page);
    await page.waitForSelector(".row.book [data-row]");
    await press(page, "j");
    const account = await chosen(page);
    await press(page, "Enter");
    await page.waitForURL(/\/account\//);
    await settled(page);
    const of = await call("AccountService/GetAccount", { account });
    assert.equal(of.profile.owner, owner.owner);
    assert.equal(await textOf(page, "h1"), of.name);
    await done();
  });
}
