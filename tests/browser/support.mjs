// What the browser's tests share: the browser, a page that is watched, the API, and keys.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

/** What the dashboard's own packages hold: these files stand outside of its folder. */
export const need = createRequire(new URL("../../dashboard/package.json", import.meta.url));
const { chromium } = need("playwright-core");

export const base = process.env.TENURE_URL;
assert.ok(base, "TENURE_URL names the server: run driver.py");

export const sizes = {
  wide: { width: 1360, height: 900 },
  phone: { width: 390, height: 844 },
};

/** One read or write, as JSON. */
export async function call(method, message = {}) {
  const answer = await fetch(`${base}/tenure.api.v1.${method}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Asks until it holds; returns what it returned. */
export async function until(what, condition, seconds = 15) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < deadline, `not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A browser for the tests of one file. */
export async function openBrowser() {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
}

/**
 * A page that notes what must not happen: an error in the console, a request to another origin, a
 * violation of the content security policy, a native dialog. `done` fails on any of them, but for
 * what `expected` matches.
 */
export async function openPage(browser, size, options = {}, expected = /^$/) {
  const context = await browser.newContext({ viewport: size, locale: "en-GB", ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error") faults.push(`console: ${line.text()} ${line.location().url}`);
  });
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (to.origin !== new URL(base).origin) faults.push(`request to ${to.origin}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`native dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    page,
    done: async () => {
      await context.close();
      assert.deepEqual(faults.filter((fault) => !expected.test(fault)), []);
    },
  };
}

/** Goes to a path and waits until every answer is there. */
export async function visit(page, path) {
  await page.goto(new URL(path, base).href);
  await settled(page);
}

export async function settled(page) {
  await page.waitForSelector("h1");
  await page.waitForSelector(".pending", { state: "detached", timeout: 20_000 });
}

/** How many pixels the page is wider than its window. */
export const tooWide = (page) =>
  page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );

/** Presses keys one after the other: "g p", "j". Nothing here ever moves or clicks a mouse. */
export async function press(page, keys) {
  for (const key of keys.split(" ")) await page.keyboard.press(key);
}

/** Walks by Tab until the focus is on something with this name. */
export async function tabTo(page, name) {
  for (let i = 0; i < 60; i++) {
    const here = await page.evaluate(() => {
      const at = document.activeElement;
      return [at?.getAttribute("name"), at?.getAttribute("aria-label"), at?.textContent?.trim()];
    });
    if (here.includes(name)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${name}`);
}

export const textOf = (page, selector) => page.locator(selector).first().innerText();
