// What a page says is what holds: whose accounts, how many pages a brief has, sums, deadlines, who left.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, sizes, textOf, until, visit } from "./support.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/** Says who one is and looks at one's own accounts, by keys. */
async function sitAs(page, name) {
  await press(page, "w");
  await page.waitForSelector("dialog input:focus");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(name);
  await press(page, "Enter");
  await page.waitForSelector("dialog", { state: "detached" });
}

test("a name as the pages show it is an owner's; somebody else's has no account", async () => {
  const { owners } = await call("PortfolioService/GetNeedsYou", { page_size: 1 });
  const owner = owners.find((one) => /^[a-z]+\.[a-z]+$/.test(one));
  const shown = owner.split(".").map((part) => part[0].toUpperCase() + part.slice(1)).join(" ");
  const { accounts } = await call("PortfolioService/GetNeedsYou", { owner });
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  await sitAs(page, shown);
  await press(page, "m");
  await until("my accounts", async () =>
    (await textOf(page, ".kpi .s")).startsWith(`${accounts} account`),
  );
  assert.equal(JSON.parse(await page.evaluate(() => localStorage.getItem("tenure.seat"))).name, owner);

  await sitAs(page, "Kim Nobody");
  for (const path of ["/", "/accounts"]) {
    await visit(page, path);
    await until("it says so", async () => (await textOf(page, ".empty b")) === "No account is yours");
    assert.doesNotMatch(await textOf(page, "main"), /tenure (demo|import)/);
  }
  await page.getByRole("button", { name: "Show everybody's" }).click();
  await page.waitForSelector(".row.book [data-row]");
  await done();
});

const pagesOf = (pdf) => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;

test("a brief is one sheet, of A4 as of Letter", async () => {
  const { rows: worst } = await call("PortfolioService/GetNeedsYou", { page_size: 8 });
  const { rows: great } = await call("PortfolioService/ListAccounts", { order_by: "arr", page_size: 8 });
  const ids = new Set(["acc-0019", ...[...worst, ...great].map((row) => row.account)]);
  for (const id of ids) {
    // A window of its own for each: printing leaves the layout of paper behind.
    const { page, done } = await openPage(browser, sizes.wide);
    await visit(page, `/account/${id}/brief`);
    for (const format of ["A4", "Letter"])
      assert.equal(pagesOf(await page.pdf({ format })), 1, `${id}, ${format}`);
    await done();
  }
});

test("an account that left says so at first sight, and an unknown one in plain words", async () => {
  const { rows } = await call("PortfolioService/ListAccounts", { page_size: 1000, lost: true });
  const { account, name } = rows.find((row) => row.lost);
  const { facts } = await call("AccountService/GetAccount", { account });
  const { page, done } = await openPage(browser, sizes.wide, {}, /GetAccount|status of 404/);
  await visit(page, `/account/${account}`);
  assert.ok((await textOf(page, ".left-line")).startsWith(`${name} left on `));
  assert.match(await textOf(page, ".left-line"), new RegExp(facts.profile.lost_at.slice(0, 4)));
  const all = await textOf(page, "main");
  for (const alive of ["renewing ·", "Can leave until", "Champion in place", "Your view"])
    assert.ok(!all.includes(alive), alive);
  await visit(page, "/account/no-such-account");
  assert.equal(await textOf(page, ".empty b"), "No account of that id");
  assert.doesNotMatch(await textOf(page, "main"), /tenure/);
  await done();
});

test("a list goes on behind its first page, and its sums are of all of it", async () => {
  const all = await call("PortfolioService/ListRenewals", { days: 365, page_size: 1000 });
  assert.ok(all.rows.length > 100, "more than a page");
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/renewals?days=365");
  const counts = async () =>
    (await page.locator(".kpi .s").allInnerTexts()).map((text) => Number.parseInt(text, 10));
  assert.deepEqual(await counts(), all.forecasts.map((sum) => Number(sum.count)));
  assert.equal((await counts()).reduce((sum, one) => sum + one, 0), all.rows.length);
  const rows = page.locator(".row.renewal:not(.head)");
  assert.equal(await rows.count(), 100);
  await page.getByRole("button", { name: /^Show the next/ }).click();
  await until("the next page", async () => (await rows.count()) === Math.min(200, all.rows.length));
  await done();
});

test("the book by change says by how much, the greatest fall first", async () => {
  const { rows } = await until("its past is read", async () => {
    const found = await call("PortfolioService/ListAccounts", { order_by: "change", page_size: 3 });
    return Number(found.accounts_left ?? 0) === 0 ? found : undefined;
  });
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/accounts?order=change");
  await until("the greatest fall", async () => {
    const first = page.locator(".row.book:not(.head)").first();
    const fall = Math.round(-Number(rows[0].health_change_4w_milli) / 1000);
    return (await first.innerText()).includes(rows[0].name) && (await first.innerText()).includes(`−${fall}`);
  });
  await done();
});

test("at phone width tables are cards and nothing lies beside the window", async () => {
  const { page, done } = await openPage(browser, sizes.phone);
  for (const path of ["/", "/portfolio", "/portfolio?team=", "/operations", "/accounts", "/renewals", "/complaints"]) {
    await visit(page, path);
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll("nav *, td, th, .chip, .av")]
        .filter((one) => one.getClientRects().length > 0)
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.textContent),
    );
    assert.deepEqual(outside, [], path);
  }
  await done();
});
