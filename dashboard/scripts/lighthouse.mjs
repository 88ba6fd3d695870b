// Lighthouse on every page: performance, accessibility and best practices, each 95 or more.
//
//   npm run lighthouse -- http://127.0.0.1:8080 [page ...]
//
// CHROMIUM names the browser. FORM is "desktop" (as people use it; the default) or "mobile" (a slow
// phone on a slow network, simulated).

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { pagesOf } from "./pages.mjs";

const [base, ...wanted] = process.argv.slice(2);
if (!base) {
  console.error("usage: node scripts/lighthouse.mjs BASE_URL [PAGE ...]");
  process.exit(2);
}
// Not among the packages of the dashboard: it asks for the latest of others, so no lock file holds.
const home = fileURLToPath(new URL("../../build/lighthouse/", import.meta.url));
execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", home, "lighthouse@12.8.2"]);
const { default: lighthouse, desktopConfig } = await import(
  new URL("../../build/lighthouse/node_modules/lighthouse/core/index.js", import.meta.url).href
);

const least = 95;
const categories = ["performance", "accessibility", "best-practices"];
const mobile = process.env.FORM === "mobile";
const port = 9222 + (process.pid % 1000);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", `--remote-debugging-port=${port}`],
});
let short = 0;

/** Once more where the browser itself failed, as it does now and then on a busy machine. */
async function measured(url, again = true) {
  const flags = { port, onlyCategories: categories, logLevel: "error" };
  const run = await lighthouse(url, flags, mobile ? undefined : desktopConfig);
  return run.lhr.runtimeError && again ? await measured(url, false) : run;
}

console.log(["page", ...categories, "first paint"].join("\t"));
try {
  for (const [name, path] of Object.entries(await pagesOf(base))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { lhr } = await measured(new URL(path, base).href);
    const scores = categories.map((id) => Math.round((lhr.categories[id]?.score ?? 0) * 100));
    const paint = lhr.audits["first-contentful-paint"]?.displayValue ?? "";
    console.log([name, ...scores, paint].join("\t"));
    if (lhr.runtimeError) console.log(`  ${lhr.runtimeError.message}`);
    if (scores.some((score) => score < least)) {
      short++;
      for (const id of categories)
        for (const { id: audit, weight } of lhr.categories[id].auditRefs) {
          const found = lhr.audits[audit];
          if (weight > 0 && found.score !== null && found.score < 0.9)
            console.log(`  ${id}: ${found.title} ${found.displayValue ?? ""}`);
        }
    }
  }
} finally {
  await browser.close();
}
if (short > 0) {
  console.error(`${short} pages below ${least}`);
  process.exitCode = 1;
}
