// Makes a picture of every page, light, dark and at phone width, and one of the brief as printed.
//
//   node scripts/screenshots.mjs http://127.0.0.1:8080 shots [account]
//
// CHROMIUM names the browser; /usr/bin/chromium when not set.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [base, folder, wanted] = process.argv.slice(2);
if (!base || !folder) {
  console.error("usage: node scripts/screenshots.mjs BASE_URL FOLDER [ACCOUNT]");
  process.exit(2);
}

/** The account of the worst alert, unless one was named. */
async function anAccount() {
  if (wanted) return wanted;
  const answer = await fetch(new URL("/tenure.api.v1.AlertService/ListAlerts", base), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ pageSize: 1 }),
  });
  if (!answer.ok) throw new Error(`ListAlerts: ${answer.status} ${await answer.text()}`);
  const { alerts = [] } = await answer.json();
  if (!alerts[0]) throw new Error("no alert is open: name an account as the third argument");
  return alerts[0].account;
}

const account = encodeURIComponent(await anAccount());
const pages = {
  "needs-you": "/",
  accounts: "/accounts",
  account: `/account/${account}`,
  alerts: "/alerts",
  renewals: "/renewals",
  complaints: "/complaints",
  portfolio: "/portfolio",
  operations: "/operations",
  brief: `/account/${account}/brief`,
};
const looks = {
  light: { colorScheme: "light", viewport: { width: 1360, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1360, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
  "phone-dark": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let faults = 0;
try {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ ...options, locale: "en-GB" });
    for (const [name, path] of Object.entries(pages)) {
      const page = await context.newPage();
      const fault = (what) => {
        faults++;
        console.error(`${name} ${look}: ${what}`);
      };
      page.on("pageerror", (error) => fault(error.message));
      page.on("console", (line) => {
        // A server without the event stream is no fault of the page.
        const { url } = line.location();
        if (line.type() === "error" && !url.endsWith("/events")) fault(`${line.text()} ${url}`);
      });
      await page.goto(new URL(path, base).href);
      await page.waitForSelector(".pending", { state: "detached", timeout: 15_000 });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (wide > 0) fault(`${wide} pixels too wide`);
      // Long lists are pictured as they are seen: a picture of all of their rows says nothing.
      const fullPage = !["accounts", "renewals"].includes(name);
      await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage });
      if (name === "brief" && look === "light")
        await page.pdf({ path: join(folder, "brief.pdf"), preferCSSPageSize: true });
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
}
if (faults > 0) process.exitCode = 1;
