// Dates as people say them near today, exact on hover. "Now" is the engine's own instant, which an
// answer's freshness names: the browser's clock may differ, and a demo's certainly does.

const day = 86_400_000;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = [
  ..."Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
] as readonly string[];

/** Milliseconds since 1970 of an RFC 3339 text; undefined when it is empty or unreadable. */
export function instant(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function midnight(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole days of the calendar from `now` to `at`; negative for the past. */
export function daysBetween(now: number, at: number): number {
  return Math.round((midnight(at) - midnight(now)) / day);
}

function clock(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** "09:41:07". */
export function clockExact(at: number): string {
  return `${clock(at)}:${String(new Date(at).getSeconds()).padStart(2, "0")}`;
}

/** "today 09:02", "yesterday 16:40", "Thu", "18 Nov", "18 Nov 2025". */
export function dateNear(at: number | undefined, now: number): string {
  if (at === undefined) return "not known";
  const date = new Date(at);
  const days = daysBetween(now, at);
  if (days === 0) return `today ${clock(at)}`;
  if (days === -1) return `yesterday ${clock(at)}`;
  if (days === 1) return `tomorrow ${clock(at)}`;
  if (days > 1 && days < 7) return weekdays[date.getDay()] ?? "";
  const plain = `${date.getDate()} ${months[date.getMonth()]}`;
  return date.getFullYear() === new Date(now).getFullYear()
    ? plain
    : `${plain} ${date.getFullYear()}`;
}

/** "23 Nov", under an axis. */
export function dayMonth(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${months[date.getMonth()]}`;
}

/** "23 Nov 2026", on paper, where nobody can hover. */
export function dayMonthYear(at: number | undefined): string {
  return at === undefined ? "not known" : `${dayMonth(at)} ${new Date(at).getFullYear()}`;
}

/** "Mon 23 Nov 2026 09:41:07". */
export function dateExact(at: number | undefined): string {
  if (at === undefined) return "not known";
  const date = new Date(at);
  return `${weekdays[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()} ${clockExact(at)}`;
}

/** "Monday, 23 November". */
export function dateTitle(at: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
  }).format(at);
}

/** "November 2026", the group of a calendar. */
export function monthTitle(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric" }).format(at);
}

/**
 * Days left to a deadline that lies at a midnight of the account's own zone, which this machine
 * need not share: begun days count, as the engine counts them. Negative once it has passed.
 */
export function daysLeft(now: number, deadline: number): number {
  return deadline < now ? Math.floor((deadline - now) / day) : Math.ceil((deadline - now) / day);
}

/**
 * A deadline: its day, and its clock time where it is no midnight here. It lies at a midnight of the
 * account's own calendar, whose zone answers do not name: "26 Dec 23:00" is then the 27th over there.
 */
export function dateDeadline(at: number | undefined, now: number): string {
  const near = dateNear(at, now);
  if (at === undefined || at === midnight(at) || near.includes(":")) return near;
  return `${near} ${clock(at)}`;
}

/** How near a notice deadline is, the same on every page: red within 45 days, amber within 90. */
export function noticeTone(left: number | undefined): "bad" | "warn" | "" {
  if (left === undefined || left < 0) return "";
  return left <= 45 ? "bad" : left <= 90 ? "warn" : "";
}

/** The zone of every clock time on the pages: "Europe/Berlin", of this browser. */
export function zoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "1 day", "34 days". */
export function days(count: number): string {
  return `${count} ${Math.abs(count) === 1 ? "day" : "days"}`;
}

/** "12 s", "4 min", "3 h", "5 days": how long something took or is old. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return days(Math.round(seconds / 86_400));
}

/** The value of a date field for `at`: "2026-11-23". */
export function dateField(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A date field's value at an hour of that day here, as RFC 3339. */
export function fieldInstant(field: string, hour: number): string {
  const [year = 1970, month = 1, date = 1] = field.split("-").map(Number);
  return new Date(year, month - 1, date, hour).toISOString();
}
