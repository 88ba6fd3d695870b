// What people write on an account's page, by keyboard, and that it stands there afterwards.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, sizes, tabTo, until, visit } from "./support.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

const cardOf = (page, id) => page.locator(`section:has(#${id})`);
const shows = (page, id, words) =>
  until(`${id} shows ${words}`, async () => (await cardOf(page, id).innerText()).includes(words));
const closed = (page) => page.waitForSelector("dialog", { state: "detached" });
const focused = (page, selector) => page.waitForSelector(`dialog ${selector}:focus`);

/** Walks by Tab until the focus is on the button of the line that says `words`. */
async function tabToButton(page, words, button) {
  for (let i = 0; i < 120; i++) {
    const there = await page.evaluate(
      ([text, name]) => {
        const at = document.activeElement;
        return at?.textContent?.trim() === name && !!at.closest(".line")?.textContent?.includes(text);
      },
      [words, button],
    );
    if (there) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${button} of ${words}`);
}

test("a person, a promise that moves and is kept, a view of the risk", async () => {
  const { rows } = await call("PortfolioService/ListRenewals", { days: 90, pageSize: 1 });
  const { account } = rows[0].account;
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  await page.evaluate(() => localStorage.setItem("tenure.seat", JSON.stringify({ name: "kim.lee" })));
  await visit(page, `/account/${account}`);

  await press(page, "p");
  await focused(page, '[name="name"]');
  await page.keyboard.type("Ada Marlow");
  await tabTo(page, "title");
  await page.keyboard.type("Head of Claims");
  await press(page, "Enter");
  await closed(page);
  await shows(page, "people", "Ada Marlow");
  await shows(page, "people", "Head of Claims");

  await tabToButton(page, "Ada Marlow", "Ada Marlow");
  await press(page, "Enter");
  await focused(page, "[data-first]");
  await tabTo(page, "They left the client");
  await press(page, "Enter");
  await closed(page);
  await until("they left", async () => {
    const { people } = await call("TimelineService/ListPeople", { account });
    return people.find((one) => one.name === "Ada Marlow")?.left;
  });
  await shows(page, "people", "left the client");

  await press(page, "o");
  await focused(page, "textarea");
  await page.keyboard.type("A report of the causes");
  await tabTo(page, "Write it down");
  await press(page, "Enter");
  await closed(page);
  await shows(page, "work", "A report of the causes");
  const promise = async () =>
    (await call("TimelineService/ListCommitments", { account })).commitments?.find(
      (one) => one.title === "A report of the causes",
    );
  const before = (await promise()).due_at;
  await tabToButton(page, "A report of the causes", "Move");
  await press(page, "Enter");
  await focused(page, '[name="due"]');
  await tabTo(page, "Move it");
  await press(page, "Enter");
  await closed(page);
  await shows(page, "work", "moved once");
  assert.ok((await promise()).due_at > before);
  await tabToButton(page, "A report of the causes", "Kept");
  await press(page, "Enter");
  await until("it is kept", async () => !(await promise()));

  await press(page, "v");
  await focused(page, '[name="risk"]');
  await press(page, "ArrowLeft");
  await tabTo(page, "reason");
  await page.keyboard.type("They asked for references of a rival.");
  await tabTo(page, "Write it down");
  await press(page, "Enter");
  await closed(page);
  await visit(page, "/renewals?days=90");
  const row = page.locator(`.row.renewal:has([data-row="${account}"])`);
  await until("it stands beside the forecast", async () => /Kim Lee:\s+high risk/.test(await row.innerText()));
  await done();
});
