// Makes a picture of every page, light, dark and at phone width, and one of the brief as printed.
//
//   node scripts/screenshots.mjs [--docs] http://127.0.0.1:8080 shots [account]
//
// With --docs: those that stand in docs/screenshots, of one window each, light and dark.
// CHROMIUM names the browser; /usr/bin/chromium when not set.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { pagesOf } from "./pages.mjs";

const words = process.argv.slice(2);
const docs = words[0] === "--docs";
const [base, folder, wanted] = docs ? words.slice(1) : words;
if (!base || !folder) {
  console.error("usage: node scripts/screenshots.mjs [--docs] BASE_URL FOLDER [ACCOUNT]");
  process.exit(2);
}

const wide = { width: 1360, height: docs ? 720 : 900 };
const phone = { width: 390, height: 844 };
const looks = {
  light: { colorScheme: "light", viewport: wide },
  dark: { colorScheme: "dark", viewport: wide },
  phone: { colorScheme: "light", viewport: phone },
  "phone-dark": { colorScheme: "dark", viewport: phone },
};
/** Long lists are pictured as they are seen: a picture of all of their rows says nothing. */
const whole = (name) => !docs && !["accounts", "renewals"].includes(name);
/** Of phones the documents show what a phone is for. */
const left = (name, look) =>
  docs && (look === "phone-dark" || (look === "phone" && !["needs-you", "account"].includes(name)));

const pages = { ...(await pagesOf(base, wanted)), "sign-in": "/" };

/** The demo's present, not the day on which pictures are made: else all of it is "yesterday". */
async function nowOf(server) {
  const answer = await fetch(new URL("/tenure.api.v1.OperatorService/GetStatus", server), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  return new Date((await answer.json()).freshness.as_of);
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let faults = 0;

async function picture(context, name, path, look) {
  const page = await context.newPage();
  const fault = (what) => {
    faults++;
    console.error(`${name} ${look}: ${what}`);
  };
  page.on("pageerror", (error) => fault(error.message));
  page.on("console", (line) => {
    if (line.type() === "error") fault(`${line.text()} ${line.location().url}`);
  });
  // The demo asks nobody; the page shows what it does where the server does.
  if (name === "sign-in")
    await page.route("**/session", (route) => route.fulfill({ json: { sign_in: true } }));
  await page.goto(new URL(path, base).href);
  await page.waitForSelector(".pending", { state: "detached", timeout: 15_000 });
  if (name === "sign-in") await page.waitForSelector("input:focus");
  else await page.waitForFunction(() => document.querySelector(".rail .n")?.textContent);
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (over > 0) fault(`${over} pixels too wide`);
  await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: whole(name) });
  if (name === "brief" && look === "light") await print(page, fault);
  await page.close();
}

/** The brief is one sheet; without --docs it is kept as it is printed. */
async function print(page, fault) {
  for (const format of ["A4", "Letter"]) {
    const path = docs || format !== "A4" ? undefined : join(folder, "brief.pdf");
    const pdf = await page.pdf({ format, ...(path ? { path } : {}) });
    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
    if (sheets !== 1) fault(`${sheets} sheets of ${format}`);
  }
}

try {
  for (const [look, options] of Object.entries(looks)) {
    // The zone of the demo's calendars: dates on the pages are then those of its sentences.
    const zone = { locale: "en-GB", timezoneId: "Europe/Berlin" };
    const context = await browser.newContext({ ...options, ...zone });
    await context.clock.setFixedTime(await nowOf(base));
    for (const [name, path] of Object.entries(pages))
      if (!left(name, look)) await picture(context, name, path, look);
    await context.close();
  }
} finally {
  await browser.close();
}
if (faults > 0) process.exitCode = 1;
