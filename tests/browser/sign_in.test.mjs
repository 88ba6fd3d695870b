// Who may see and do what, in a browser over TLS with a certificate of its own: signing in and out,
// roles, a session that ends while somebody writes, and pages of another origin.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { after, before, test } from "node:test";
import { base, need, openBrowser, openPage, press, settled, sizes, tabTo, textOf, tooWide, until, visit } from "./support.mjs";

const axe = need("axe-core");
const tokens = JSON.parse(process.env.TENURE_TOKENS);
const cookieName = "__Host-tenure_session";
/** The browser itself writes these when an answer refuses; the tests ask for just that. */
const refusals = /status of 40[13]/;

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

const open = (size = sizes.wide, options = {}) =>
  openPage(browser, size, { ignoreHTTPSErrors: true, ...options }, refusals);

/** One call with a token; the answer as it is. */
async function ask(role, method, message) {
  return await fetch(`${base}/tenure.api.v1.${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${tokens[role]}` },
    body: JSON.stringify(message),
  });
}

async function anAccount() {
  const { alerts } = await (await ask("reader", "AlertService/ListAlerts", { states: ["open"], pageSize: 1 })).json();
  return alerts[0].account;
}

async function notesOf(account) {
  const { events = [] } = await (await ask("reader", "TimelineService/ListEvents", { account, types: ["note."] })).json();
  return events;
}

/** Pastes a token where the focus is already, and sends it. */
async function give(page, token) {
  await page.waitForSelector('[name="token"]:focus');
  await page.keyboard.insertText(token);
  await press(page, "Enter");
}

async function signIn(page, role, path = "/") {
  await page.goto(new URL(path, base).href);
  await give(page, `  ${tokens[role]}\n`);
  await page.waitForSelector(".rail");
  await settled(page);
}

async function findings(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id);
}

for (const colorScheme of ["light", "dark"])
  for (const [name, size] of Object.entries(sizes))
    test(`a wrong token is refused with a sentence, ${colorScheme}, ${name}`, async () => {
      const { page, done } = await open(size, { colorScheme });
      await page.goto(`${base}/alerts`);
      await page.waitForSelector('[name="token"]:focus');
      assert.equal(await textOf(page, "h1"), "Sign in");
      assert.equal(await page.locator(".rail").count(), 0, "nothing of the book is there yet");
      await picture(page, `sign-in-${colorScheme}-${name}`);
      const wrong = `${tokens.reader.slice(0, -1)}${tokens.reader.endsWith("0") ? "1" : "0"}`;
      for (const token of [wrong, "secret", "töken"]) {
        await give(page, token);
        await until("it says why", async () => (await textOf(page, ".refusal")).includes("not known here"));
      }
      assert.deepEqual(await findings(page), []);
      assert.equal(await tooWide(page), 0);
      assert.deepEqual(await page.context().cookies(), []);
      assert.equal(page.url(), `${base}/alerts`, "no token in the address");
      await picture(page, `refused-${colorScheme}-${name}`);
      await done();
    });

test("a reader reads and is offered no act", async () => {
  const account = await anAccount();
  const { page, done } = await open();
  await signIn(page, "reader", "/alerts");
  assert.equal(page.url(), `${base}/alerts`, "where one wanted to go");
  assert.match(await textOf(page, ".rail .foot"), /Rita Read · reader/);

  const [cookie, ...others] = await page.context().cookies();
  assert.deepEqual(others, []);
  assert.equal(cookie.name, cookieName);
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, "Strict", "/"]);
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
  assert.ok(!kept.includes("tenure_"), kept);

  assert.ok((await page.locator(".row.alert").count()) > 0);
  assert.equal(await page.locator(".row.alert button:not(.ev), .row.alert select").count(), 0);
  await picture(page, "reader-alerts");
  await press(page, "?");
  await page.waitForSelector("dialog[open]");
  assert.doesNotMatch(await textOf(page, "dialog"), /acknowledge|log a call/);
  await press(page, "Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await press(page, "a");
  await until("it says why", async () => (await textOf(page, ".told")).includes("your role is reader"));

  await visit(page, `/account/${account}`);
  assert.equal(await page.getByRole("button", { name: "Log a call" }).count(), 0);
  assert.match(await textOf(page, "main"), /You may read here: your role is reader/);
  await picture(page, "reader-account");
  const refused = await page.evaluate(async (message) => {
    const answer = await fetch("/tenure.api.v1.ActService/Record", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
    });
    return [answer.status, (await answer.json()).code];
  }, { id: "r1", account, note: { text: "by a reader" } });
  assert.deepEqual(refused, [403, "permission_denied"], "the server refuses what the page does not offer");
  await done();
});

test("a manager acts under the token's name, and signs out", async () => {
  const account = await anAccount();
  const { page, done } = await open(sizes.phone);
  await signIn(page, "manager", `/account/${account}`);
  await press(page, "n");
  await page.waitForSelector("dialog textarea:focus");
  await page.keyboard.type("Spoke with their lawyer");
  await tabTo(page, "Write it down");
  await press(page, "Enter");
  await page.waitForSelector("dialog", { state: "detached" });
  await until("it is in the log", async () => (await notesOf(account)).some(({ actor }) => actor === "ana.prado"));

  const [cookie] = await page.context().cookies();
  await press(page, "w");
  await page.waitForSelector("dialog[open]");
  assert.match(await textOf(page, "dialog"), /signed in as ana\.prado, with the role manager/);
  await picture(page, "who");
  await press(page, "Enter");
  await page.waitForSelector('[name="token"]:focus');
  assert.deepEqual(await page.context().cookies(), []);
  const old = await fetch(`${base}/events`, { headers: { Cookie: `${cookieName}=${cookie.value}` } });
  assert.equal(old.status, 401, "the session is over for whoever kept its cookie");
  await done();
});

test("a session that ends keeps what is being written", async () => {
  const account = await anAccount();
  const { page, done } = await open();
  await signIn(page, "director", `/account/${account}`);
  await press(page, "n");
  await page.waitForSelector("dialog textarea:focus");
  await page.keyboard.type("Half a thought");
  const [cookie] = await page.context().cookies();
  const ended = await fetch(`${base}/session`, { method: "DELETE", headers: { Cookie: `${cookieName}=${cookie.value}` } });
  assert.equal(ended.status, 200);
  await tabTo(page, "Write it down");
  await press(page, "Enter");
  await page.waitForSelector("dialog.sign-in[open]");
  for (let i = 0; i < 3; i++) await press(page, "Escape");
  assert.equal(await page.locator("dialog.sign-in[open]").count(), 1, "there is no way around it");
  assert.deepEqual(await findings(page), []);
  await picture(page, "again");
  await give(page, tokens.director);
  await page.waitForSelector("dialog.sign-in", { state: "detached" });
  assert.equal(await page.locator("dialog textarea").inputValue(), "Half a thought");
  await tabTo(page, "Write it down");
  await press(page, "Enter");
  await page.waitForSelector("dialog", { state: "detached" });
  await until("it is in the log", async () => (await notesOf(account)).some(({ actor }) => actor === "dora.lane"));
  await done();
});

test("a publisher's token opens no page", async () => {
  const { page, done } = await open();
  await page.goto(base);
  await give(page, tokens.publisher);
  await until("it says why", async () => (await textOf(page, ".refusal")).includes("of a publisher"));
  assert.deepEqual(await page.context().cookies(), []);
  await done();
});

test("a page of another origin has no use of the cookie", async () => {
  const account = await anAccount();
  const before = (await notesOf(account)).length;
  // The same machine, the same certificate, another port: the same site to a browser, so the cookie is sent.
  const files = { key: readFileSync(process.env.TENURE_KEY), cert: readFileSync(process.env.NODE_EXTRA_CA_CERTS) };
  const sent = [];
  const other = createServer(files, (request, answer) => {
    sent.push(request.headers.cookie ?? "");
    answer.setHeader("Content-Type", "text/html");
    answer.end(`<form method="post" enctype="text/plain" action="${base}/tenure.api.v1.ActService/Record"><input name="a"></form>`);
  });
  await new Promise((resolve) => other.listen(0, "localhost", resolve));
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page = await context.newPage();
    await page.goto(base);
    await give(page, tokens.manager);
    await page.waitForSelector(".rail");
    await page.goto(`https://localhost:${other.address().port}/`);
    const path = "/tenure.api.v1.ActService/Record";
    const answered = (of) => page.waitForResponse((one) => one.url() === base + of);
    const message = JSON.stringify({ id: "csrf", account, note: { text: "forged" } });
    const [byScript] = await Promise.all([
      answered(path),
      page.evaluate(
        ([to, body]) => fetch(to, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => {}),
        [base + path, message],
      ),
    ]);
    assert.equal(byScript.status(), 403);
    assert.ok(sent.some((cookie) => cookie.includes(cookieName)), "the browser does send it to other ports");
    const [read] = await Promise.all([
      answered("/events"),
      page.evaluate((to) => fetch(to, { mode: "no-cors", credentials: "include" }).catch(() => {}), `${base}/events`),
    ]);
    assert.equal(read.status(), 401);
    const [byForm] = await Promise.all([answered(path), page.evaluate(() => document.forms[0].submit())]);
    assert.equal(byForm.status(), 403);
    assert.equal((await notesOf(account)).length, before, "nothing was written");
  } finally {
    await context.close();
    other.close();
  }
});

/** Keeps a picture for whoever looks, where SHOTS names a folder. */
async function picture(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
