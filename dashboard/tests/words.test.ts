import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dateNear,
  daysBetween,
  daysLeft,
  fieldInstant,
  instant,
  span,
} from "../src/words/dates.js";
import { placeLabels } from "../src/words/labels.js";
import { fromMinor, moneyExact, moneyShort, moneySums } from "../src/words/money.js";
import { ownerNamed } from "../src/words/names.js";
import { bytes, change, count, healthBand, points, signalValue } from "../src/words/numbers.js";
import { eventsUpTo } from "../src/words/positions.js";
import { joinByName } from "../src/words/same_name.js";
import { apportion, wholeChanges, wholeParts } from "../src/words/shares.js";
import { foldUsage, peopleByWeek, runSentence } from "../src/words/usage_runs.js";
import { rowsInView } from "../src/words/windowing.js";

const euros = (units: number) => ({ currency: "EUR", milli: BigInt(units) * 1000n });

test("money is short in rows and exact on hovering", () => {
  assert.equal(moneyShort(euros(940)), "€940");
  assert.equal(moneyShort(euros(310_000)), "€310 k");
  assert.equal(moneyShort(euros(999_499)), "€999 k");
  assert.equal(moneyShort(euros(999_500)), "€1.00 M");
  assert.equal(moneyShort(euros(1_840_000)), "€1.84 M");
  assert.equal(moneyShort({ currency: "CHF", milli: -44_000_000n }), "−44 k CHF");
  assert.equal(moneyExact({ currency: "EUR", milli: 25_833_330n }), "€25,833.33");
  assert.equal(
    moneyExact({ currency: "EUR", milli: 9_007_199_254_740_993_450n }),
    "€9,007,199,254,740,993.45",
  );
});

test("money that is not known is never 0", () => {
  assert.equal(moneyShort(undefined), "not known");
  assert.equal(moneySums([]), "none");
  assert.equal(moneyShort({ currency: "", milli: 5000n }), "5 of unknown currency");
});

test("sums of two currencies stay apart", () => {
  assert.equal(moneySums([euros(2000), { currency: "USD", milli: 3_000_000n }]), "€2 k + $3 k");
});

test("minor units follow the currency", () => {
  assert.equal(fromMinor("EUR", 31_000_000).milli, 310_000_000n);
  assert.equal(fromMinor("JPY", 500).milli, 500_000n);
});

test("dates near today are told as people say them", () => {
  const now = new Date(2026, 10, 23, 9, 41).getTime();
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();
  assert.equal(dateNear(at(2026, 10, 23, 9, 2), now), "today 09:02");
  assert.equal(dateNear(at(2026, 10, 22, 16, 40), now), "yesterday 16:40");
  assert.equal(dateNear(at(2026, 10, 26, 17, 0), now), "Thu");
  assert.equal(dateNear(at(2026, 9, 21, 8, 0), now), "21 Oct");
  assert.equal(dateNear(at(2027, 2, 27, 0, 0), now), "27 Mar 2027");
  assert.equal(dateNear(undefined, now), "not known");
  assert.equal(daysBetween(now, at(2026, 11, 27, 0, 0)), 34);
});

test("begun days to a deadline count, in any zone", () => {
  const now = Date.parse("2026-11-23T08:46:16Z");
  assert.equal(daysLeft(now, Date.parse("2026-12-26T23:00:00Z")), 34);
  assert.equal(daysLeft(now, Date.parse("2026-11-22T23:00:00Z")), -1);
});

test("an empty or unreadable instant is not known", () => {
  assert.equal(instant(""), undefined);
  assert.equal(instant("soon"), undefined);
  assert.equal(instant("1970-01-01T00:00:01Z"), 1000);
});

test("a date field stands for an hour of that day here", () => {
  assert.equal(Date.parse(fieldInstant("2026-11-26", 17)), new Date(2026, 10, 26, 17).getTime());
});

test("spans have the unit that fits", () => {
  assert.equal(span(12_000), "12 s");
  assert.equal(span(240_000), "4 min");
  assert.equal(span(3 * 3_600_000), "3 h");
  assert.equal(span(5 * 86_400_000), "5 days");
});

test("numbers have their sign and their thousands", () => {
  assert.equal(change(-8), "−8");
  assert.equal(change(3), "+3");
  assert.equal(change(0), "±0");
  assert.equal(count(171_204n), "171\u202f204");
  assert.deepEqual([812n, 4_600n, 213_400_000n].map(bytes), ["812 B", "4.6 kB", "213 MB"]);
  assert.equal(points(54_500n), 55);
  assert.equal(points(undefined), undefined);
});

test("bands of health are those of the portfolio", () => {
  assert.deepEqual([39, 40, 70, 71, undefined].map(healthBand), [
    "low",
    "middle",
    "middle",
    "high",
    "unknown",
  ]);
});

test("a signal is told with its unit", () => {
  assert.equal(signalValue(undefined, "count", "usage.seats", "EUR", 0), "not known");
  assert.equal(signalValue(5000n, "days", "relationship.silence_days", "EUR", 0), "5 days");
  assert.equal(signalValue(881n, "share", "complaints.clock", "EUR", 0), "88 %");
  assert.equal(signalValue(1000n, "flag", "profile.champion_left", "EUR", 0), "yes");
  assert.equal(
    signalValue(3166n, "count", "relationship.response_hours", "EUR", 0),
    "3.2 business hours",
  );
});

test("a window of a long list holds what is seen and a little more", () => {
  assert.deepEqual(rowsInView(100_000, 60, 0, 900), { from: 0, to: 27 });
  assert.deepEqual(rowsInView(100_000, 60, 600_000, 900), { from: 9988, to: 10_027 });
  assert.deepEqual(rowsInView(3, 60, 90_000, 900), { from: 3, to: 3 });
});

test("texts on a chart neither lie on each other nor leave it", () => {
  const bounds = { left: 40, right: 640, top: 0, bottom: 160 };
  const spots = [
    { x: 42, y: 30, width: 80 },
    { x: 60, y: 30, width: 80 },
    { x: 638, y: 30, width: 80 },
  ];
  const [first, second, last] = placeLabels(spots, [], bounds, 12);
  assert.equal(first?.left, 40);
  assert.equal(last?.left, 560);
  assert.ok(first && second && Math.abs(first.baseline - second.baseline) >= 12);
});

test("a text on a chart keeps off the line, or is left out", () => {
  const spot = { x: 100, y: 30, width: 60 };
  const line = [
    { x: 0, y: 30 },
    { x: 100, y: 30 },
    { x: 130, y: 159 },
    { x: 200, y: 159 },
  ];
  const bounds = { left: 0, right: 200, top: 0, bottom: 160 };
  assert.ok((placeLabels([spot], line, bounds, 12)[0]?.baseline ?? 99) < 30);
  assert.equal(placeLabels([spot], line, { ...bounds, top: 20 }, 12)[0], undefined);
});

test("a month of daily counts is one line, where its newest stands", () => {
  const use = (day: string, people: number) => ({
    type: "usage.rolled_up",
    occurredAt: `2026-${day}T16:30:00Z`,
    sentence: `${people} people used the product in 1 days`,
  });
  const note = { type: "note.added", occurredAt: "2026-11-19T10:00:00Z", sentence: "A note" };
  const entries = foldUsage([use("11-20", 222), note, use("11-18", 248), use("10-30", 204)]);
  assert.deepEqual(
    entries.map((entry) => entry.kind),
    ["run", "one", "one"],
  );
  const run = entries[0];
  assert.ok(run?.kind === "run");
  assert.equal(runSentence(run), "Use: 2 days, 222 to 248 people");
  assert.equal(runSentence({ kind: "run", events: [note, note] }), "Use: 2 days");
});

test("a position of shards says how many events it holds", () => {
  assert.equal(eventsUpTo("0/123,1/7"), 130n);
  assert.equal(eventsUpTo(""), undefined);
  assert.equal(eventsUpTo("171204"), undefined);
});

test("those of one name stand in one line, unless they may be two people", () => {
  const one = (id: string, name: string, role: string, lastWordAt: string) => ({
    id,
    name,
    role,
    title: "",
    left: false,
    lastWordAt,
  });
  const joined = joinByName([
    one("1", "Ada Marlow", "champion", ""),
    one("2", "Ada Marlow", "", "2026-03-02T08:00:00Z"),
    one("3", "Ada Marlow", "", "2026-01-02T08:00:00Z"),
    one("4", "", "", ""),
    one("5", "", "", ""),
    one("6", "Bo Lind", "user", ""),
    one("7", "Bo Lind", "sponsor", ""),
  ]);
  assert.deepEqual(
    joined.map(({ ids }) => ids),
    [["1", "2", "3"], ["4"], ["5"], ["6"], ["7"]],
  );
  assert.equal(joined[0]?.person.role, "champion");
  assert.equal(joined[0]?.person.lastWordAt, "2026-03-02T08:00:00Z");
});

test("an owner is found by the name as pages show it, and by the id in any case", () => {
  const owners = ["arne.fokken", "nele.harms"];
  assert.equal(ownerNamed("Nele Harms", owners), "nele.harms");
  assert.equal(ownerNamed("  nele   HARMS ", owners), "nele.harms");
  assert.equal(ownerNamed("Nele.Harms", owners), "nele.harms");
  assert.equal(ownerNamed("Kim Lee ", owners), "Kim Lee");
  assert.equal(ownerNamed("nele", owners), "nele");
});

test("parts that are shown add up to what stands above them", () => {
  assert.deepEqual(apportion([0.5, 0.5, 0.5, 0.5], 2), [1, 1, 0, 0]);
  assert.deepEqual(apportion([-0.769, -1.765, 0], -3), [-1, -2, 0]);
  assert.deepEqual(apportion([0.2, -0.2], 0), [0, 0]);
  const part = (weight: number, own: number, missing = false) => ({
    weight: BigInt(weight),
    pointsMilli: BigInt(own * 1000),
    shareMilli: BigInt(Math.round((weight * own * 1000) / 85)),
    missing,
  });
  const parts = [
    part(10, 7.157),
    part(10, 10),
    part(5, 10),
    { ...part(15, 0), missing: true },
    part(20, 100),
    part(10, 100),
    part(5, 100),
    part(10, 0),
    part(5, 30),
    part(5, 10),
    part(5, 100),
  ];
  const shown = wholeParts(parts, 52);
  const sum = (of: "points" | "most") => shown.reduce((all, one) => all + one[of], 0);
  assert.equal(sum("points"), 52);
  assert.equal(sum("most"), 100);
  assert.ok(shown.every((one) => one.points <= one.most));
  assert.deepEqual(shown[4], { points: 23, most: 23 });
  assert.deepEqual(shown[3], { points: 0, most: 0 });
  assert.deepEqual(shown[7]?.points, 0);
  const all = wholeParts(
    parts.map((one) => ({ ...one, pointsMilli: 100_000n })),
    100,
  );
  assert.ok(all.every((one) => one.points === one.most));
});

test("what changed adds up to the change, also of parts that came or went", () => {
  const now = new Map([
    ["contact", 842n],
    ["silence", 588n],
  ]);
  const before = new Map([
    ["contact", 1611n],
    ["survey", 5000n],
  ]);
  const changes = wholeChanges(now, before, -5);
  assert.deepEqual(
    [...changes],
    [
      ["contact", -1],
      ["silence", 1],
      ["survey", -5],
    ],
  );
});

test("people of each week, with a gap where nothing was counted", () => {
  const told = (occurredAt: string, sentence: string) => ({
    type: "usage.rolled_up",
    occurredAt,
    sentence,
  });
  const events = [
    told("2026-11-20T16:00:00Z", "1,200 people used the product in 1 day"),
    told("2026-11-19T16:00:00Z", "1,000 people used the product in 1 day (620 seats)"),
    told("2026-11-12T16:00:00Z", "Something else"),
    told("2026-11-04T16:00:00Z", "1 person used the product in 7 days"),
    told("2026-01-01T16:00:00Z", "9 people used the product in 1 day"),
  ];
  const found = peopleByWeek(events, Date.parse("2026-11-23T00:00:00Z"), 3);
  assert.deepEqual(
    found.map((week) => week.people),
    [1, undefined, 1100],
  );
});
