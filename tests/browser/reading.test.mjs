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
