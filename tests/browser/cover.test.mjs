// Who is away and who covers, and the portfolio's weeks: by keyboard, wide and at phone width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, sizes, tabTo, textOf, tooWide, until, visit } from "./support.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

const sit = (page, name) =>
  page.evaluate(
    (who) => localStorage.setItem("tenure.seat", JSON.stringify({ name: who, view: "manager" })),
    name,
  );

test("the book's absence is marked for whoever covers, on rows and on an account's page", async () => {
  const { absences } = await call("PortfolioService/ListAbsences");
  const { person, cover } = absences.find((one) => one.begun);
  const { rows } = await call("PortfolioService/ListAccounts", { owner: person, page_size: 1 });
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  await sit(page, cover);
  await visit(page, "/");
  const needs = await call("PortfolioService/GetNeedsYou", { owner: cover });
  assert.ok(Number(needs.accounts_covered) > 0);
  assert.match(await textOf(page, ".cover-line"), new RegExp(`^${needs.accounts_covered} accounts`));
  await visit(page, "/accounts?order=name");
  await until("a covered row", async () => (await page.locator(".row.book .cover").count()) > 0);
  assert.match(await textOf(page, ".row.book .cover"), /^covering until /);
  // The list's own name before an id is an account's page too, also with a dot in the id.
  await visit(page, `/accounts/${rows[0].account}`);
  assert.match(await textOf(page, ".facts .cover"), /^covering until /);
  await sit(page, "somebody.else");
  await visit(page, `/account/${rows[0].account}`);
  assert.match(await textOf(page, ".facts .cover"), /^away until .*; .* covers$/);
  await done();
  const dotted = await fetch(new URL("/accounts/acc.1", process.env.TENURE_URL));
  assert.equal(dotted.status, 200);
});

test("somebody says that they are away, and is back", async () => {
  const { owners } = await call("PortfolioService/GetNeedsYou", { page_size: 1 });
  const { absences } = await call("PortfolioService/ListAbsences");
  const there = owners.filter(
    (owner) => !absences.some((one) => one.person === owner || one.cover === owner),
  );
  const [me, other] = there;
  const { freshness } = await call("PortfolioService/ListAbsences");
  const today = new Date(freshness.as_of).toLocaleDateString("sv");
  const tomorrow = Date.now() + 86_400_000;
  // The second browser's clock is a day ahead: the field for the first day takes the engine's.
  for (const { size, clock } of [{ size: sizes.wide }, { size: sizes.phone, clock: tomorrow }]) {
    const { page, done } = await openPage(browser, size);
    if (clock) await page.clock.setSystemTime(clock);
    await visit(page, "/");
    await sit(page, me);
    await visit(page, "/");
    await press(page, "A");
    const first = page.locator('dialog [name="from"]');
    await until("the engine's today", async () => (await first.inputValue()) === today);
    assert.ok(await first.evaluate((field) => field === document.activeElement));
    await tabTo(page, "cover");
    await page.keyboard.type(other);
    await press(page, "Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    await until("the line says so", async () =>
      (await page.locator(".cover-line").count()) > 0
        ? /^Away: .* covers\.$/.test((await textOf(page, ".cover-line")).trim())
        : false,
    );
    const theirs = await call("PortfolioService/GetNeedsYou", { owner: other });
    assert.deepEqual(theirs.covering.map((one) => one.owner), [me]);
    await press(page, "A");
    await tabTo(page, "I am back");
    await press(page, "Enter");
    await until("it is over", async () => {
      const { absences: left } = await call("PortfolioService/ListAbsences", { person: me });
      return left.length === 0;
    });
    assert.equal(await tooWide(page), 0);
    await done();
  }
});

test("the portfolio's weeks: pictures with words, and the same as a table", async () => {
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/portfolio");
  await until("both pictures", async () => (await page.locator(".trend canvas").count()) === 2);
  const told = await page.locator(".trend [role=img]").evaluateAll((all) =>
    all.map((one) => one.getAttribute("aria-label")),
  );
  assert.match(told[0], /^at risk from .* to .*; most /);
  assert.match(told[1], /^below 40 from \d+ to \d+; /);
  await tabTo(page, "The same as a table");
  await press(page, "Enter");
  const { points, accounts_left } = await call("PortfolioService/GetPortfolioTrend");
  assert.equal(accounts_left, "0");
  assert.equal(points.length, 13);
  assert.equal(await page.locator(".trend tbody tr").count(), points.length);
  const first = await page.locator(".trend tbody tr").first().locator("td").first().innerText();
  assert.equal(first, points[0].accounts);
  const { total } = await call("PortfolioService/GetPortfolio");
  const last = await page.locator(".trend tbody tr").last().locator("td").first().innerText();
  assert.equal(last, total.accounts);
  await done();
});
