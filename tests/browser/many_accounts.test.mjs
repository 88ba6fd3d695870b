// A book of many accounts: the list scrolls and filters without a pause that a person would notice.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, sizes, until, visit } from "./support.mjs";

const pauseMostMs = 100;
let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/**
 * The tasks of the page's own thread in a trace, in milliseconds of its processor time: what the page
 * costs, whoever else uses the machine meanwhile. `wall` is the longest by the clock.
 */
function tasksOf(trace) {
  const own = new Set();
  for (const { name, args, pid, tid } of trace.traceEvents)
    if (name === "thread_name" && args.name === "CrRendererMain") own.add(`${pid}/${tid}`);
  let cpu = 0;
  let wall = 0;
  for (const { name, dur = 0, tdur, pid, tid } of trace.traceEvents) {
    if (!name.endsWith("RunTask") || !own.has(`${pid}/${tid}`)) continue;
    cpu = Math.max(cpu, (tdur ?? dur) / 1000);
    wall = Math.max(wall, dur / 1000);
  }
  return { cpu: Math.round(cpu), wall: Math.round(wall) };
}

async function measured(page, what, run) {
  await browser.startTracing(page, { categories: ["toplevel"] });
  const begun = Date.now();
  const said = await run();
  const took = Date.now() - begun;
  const { cpu, wall } = tasksOf(JSON.parse((await browser.stopTracing()).toString()));
  console.log(`${what}: ${said}; longest task ${cpu} ms (${wall} ms by the clock), in all ${took} ms`);
  assert.ok(cpu > 0, "the trace has tasks");
  assert.ok(cpu < pauseMostMs, `${what}: a task of ${cpu} ms`);
}

const total = async (page) =>
  Number((await page.locator(".filters .sub").innerText()).replace(/[^\d]/g, ""));
const held = (page) =>
  page.evaluate(() => Math.round((document.querySelector(".window")?.offsetHeight ?? 0) / 60));

test("scrolling and filtering", async () => {
  const accounts = Number((await call("PortfolioService/ListAccounts", { pageSize: 1 })).total);
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/accounts?order=arr");
  await until("the first rows", async () => (await page.locator(".row.book [data-row]").count()) > 10);
  assert.equal(await total(page), accounts);

  await measured(page, "scrolling", async () => {
    await page.locator("h1").evaluate((element) => element.focus());
    // At least 150 strokes; a machine that shares its processors is given more until the pages have come.
    const giveUp = Date.now() + 60_000;
    for (let i = 0; i < 150 || ((await held(page)) <= 1000 && Date.now() < giveUp); i++) {
      await press(page, "PageDown");
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return `${await held(page)} rows were read`;
  });
  assert.ok((await held(page)) > 1000, "pages came as it scrolled");
  assert.ok((await page.locator(".row.book [data-row]").count()) < 80, "only rows in view are in the page");

  await measured(page, "jumping to the end and back", async () => {
    for (let i = 0; i < 10; i++) {
      await press(page, "End");
      await new Promise((resolve) => setTimeout(resolve, 150));
      await press(page, "Home");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return `${await held(page)} rows were read`;
  });

  await page.locator('input[aria-label="Filter by words of the name"]').focus();
  await measured(page, "filtering", async () => {
    await page.keyboard.type("ostbor", { delay: 80 });
    await until("fewer accounts", async () => (await total(page)) < accounts / 10);
    return `${await total(page)} of ${accounts} accounts`;
  });
  await measured(page, "no filter again", async () => {
    for (let i = 0; i < 6; i++) await press(page, "Backspace");
    await until("all accounts", async () => (await total(page)) === accounts);
    return `${await total(page)} accounts`;
  });
  await page.locator(".filters select").focus();
  await measured(page, "another order", async () => {
    await press(page, "ArrowDown");
    await page.waitForURL(/order=name/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return `first ${await page.locator(".row.book [data-row]").first().innerText()}`;
  });
  await done();
});
