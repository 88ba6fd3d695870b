// Text that somebody wrote to do harm: it is shown as it is, runs nowhere, and breaks no page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, openBrowser, openPage, press, settled, sizes, textOf, tooWide, until, visit } from "./support.mjs";

const script = `<script>window.ran = "script"</script><img src=x onerror="window.ran = 'img'">`;
const quotes = `"'\`;&lt;&amp;]]>--> {{7*7}} \${window.ran = 1} javascript:window.ran=2`;
// What turns the direction of other text is refused; these do not.
const marks = "\u200f\u05d0\u200e right to left \u061c";
const long = "Unbrokenandverylongword".repeat(30);
const hostileNote = `${script} ${quotes} ${marks} ${long}`.padEnd(4000 - 20, "x").slice(0, 3960);
const hostileName = `<b onclick=alert(1)>Mallory</b> "'&${marks}`;

const actor = `kim"><script>window.ran=3</script>`;
let browser;
let account;
let id = 0;
const write = (what) => call("ActService/Record", { id: `hostile-${process.pid}-${++id}`, account, actor, ...what });

before(async () => {
  browser = await openBrowser();
  const { alerts } = await call("AlertService/ListAlerts", { pageSize: 1 });
  account = alerts[0].account;
  await write({ note: { text: hostileNote } });
  await write({ call: { about: `${script} ${quotes}`, duration_s: 60 } });
  await write({ task: { title: `${script} ${long}`.slice(0, 480), due_at: "2030-01-01T12:00:00Z", assignee: hostileName } });
  await write({ promise: { text: `${script} ${marks}`, due_at: "2030-01-01T12:00:00Z" } });
  await write({ person_added: { name: hostileName, title: script, role: "user" } });
  await write({ opinion: { risk: "high", reason: script } });
  const { rule, subject } = alerts[0];
  const act = (more) =>
    call("AlertService/Act", { id: `hostile-${process.pid}-${++id}`, account, rule, subject, actor, ...more });
  await act({ act: "assign", assignee: actor });
  await act({ act: "clear", reason: `${script} ${quotes}` });
});
after(() => browser?.close());

const nothingRan = async (page) => {
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.locator("main script, main img, main [onerror], main [onclick]").count(), 0);
};

for (const [name, size] of Object.entries(sizes)) {
  test(`every page shows it and holds, ${name}`, async () => {
    const { page, done } = await openPage(browser, size);
    const places = [
      "/", `/account/${account}`, `/account/${account}/brief`, "/alerts", "/alerts?state=cleared",
      "/accounts", "/renewals?days=365", "/complaints", "/portfolio", "/operations",
    ];
    for (const place of places) {
      await visit(page, place);
      await nothingRan(page);
      assert.equal(await tooWide(page), 0, `${place} is too wide`);
    }
    await visit(page, `/account/${account}`);
    await until("the note is shown as text", async () =>
      (await textOf(page, "section:has(#timeline)")).includes("<script>window.ran"),
    );
    assert.ok((await textOf(page, "section:has(#people)")).includes("<b onclick=alert(1)>Mallory</b>"));
    assert.ok((await textOf(page, "section:has(#work)")).includes("<script>"));
    await done();
  });
}

test("a hostile name is found, and its words in a search run nowhere", async () => {
  const { page, done } = await openPage(browser, sizes.wide);
  await visit(page, "/");
  await press(page, "/");
  await page.keyboard.type("Mallory");
  await page.waitForSelector('#found [role="option"]:has-text("Mallory")');
  await nothingRan(page);
  await press(page, "Enter");
  await settled(page);
  await press(page, "/");
  await page.keyboard.insertText(script.slice(0, 90));
  await page.waitForSelector('.found [role="status"]:has-text("<script>")');
  await nothingRan(page);
  // Without a dot: a path with one names a file.
  const inPath = encodeURIComponent(script.replaceAll(".", ""));
  for (const path of [`/account/${inPath}`, `/account/${inPath}/brief`, `/accounts?search=${encodeURIComponent(script)}`]) {
    const at = await page.context().newPage();
    await at.goto(new URL(path, page.url()).href);
    await settled(at);
    assert.equal(await at.evaluate(() => window.ran), undefined);
    await at.close();
  }
  await done();
});
