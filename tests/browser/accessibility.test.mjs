// Roles, names and contrast of every page, light and dark, wide and at phone width, judged by axe.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, need, openBrowser, openPage, press, sizes, visit } from "./support.mjs";

const axe = need("axe-core");
let browser;
let account;
before(async () => {
  browser = await openBrowser();
  account = (await call("AlertService/ListAlerts", { pageSize: 1 })).alerts[0].account;
});
after(() => browser?.close());

async function findings(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({ id, impact, where: node.target.join(" "), why: node.failureSummary })),
  );
}

const grave = (all) => all.filter(({ impact }) => impact === "serious" || impact === "critical");

/** What opens above a page, by its keys. */
const dialogs = { e: "evidence", s: "snooze", c: "a call", w: "who", "?": "keys" };

for (const colorScheme of ["light", "dark"])
  for (const [name, size] of Object.entries(sizes))
    test(`nothing serious on any page, ${colorScheme}, ${name}`, async () => {
      const { page, done } = await openPage(browser, size, { colorScheme });
      const places = [
        "/", "/accounts", `/account/${account}`, `/account/${account}/brief`, "/alerts", "/renewals",
        "/complaints", "/portfolio", "/operations", "/no-such-page",
      ];
      for (const place of places) {
        await visit(page, place);
        assert.deepEqual(grave(await findings(page)), [], place);
      }
      await done();
    });

test("nothing serious in dialogs and in the search", async () => {
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  await page.evaluate(() => localStorage.setItem("tenure.seat", JSON.stringify({ name: "kim" })));
  for (const [key, what] of Object.entries(dialogs)) {
    await visit(page, "/");
    await press(page, key);
    await page.waitForSelector("dialog[open]");
    assert.deepEqual(grave(await findings(page)), [], what);
  }
  await visit(page, "/");
  await press(page, "/");
  await page.keyboard.type("an");
  await page.waitForSelector('#found [role="option"]');
  assert.deepEqual(grave(await findings(page)), [], "search");
  await done();
});
