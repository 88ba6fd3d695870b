// Numbers in thousandths, as the wire carries them, in words with their unit.

import { dateNear, days } from "./dates.js";
import { moneyShort } from "./money.js";

/** A count with thin spaces: "171 204". */
export function count(value: bigint | number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** "812 B", "4.6 kB", "213 MB": bytes as disks are sold, in steps of 1,000. */
export function bytes(value: bigint): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let left = Number(value);
  let unit = 0;
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000;
    unit++;
  }
  return `${unit === 0 || left >= 100 ? Math.round(left) : left.toFixed(1)} ${units[unit]}`;
}

/** "1 account", "22 accounts". */
export function counted(value: bigint | number, one: string, many = `${one}s`): string {
  return `${count(value)} ${Number(value) === 1 ? one : many}`;
}

/** Health for people: whole points; undefined = not known. */
export function points(milli: bigint | undefined): number | undefined {
  return milli === undefined ? undefined : Math.round(Number(milli) / 1000);
}

/** "−8", "+3", "±0": a change always has its sign. */
export function change(value: number): string {
  if (value === 0) return "±0";
  return value > 0 ? `+${value}` : `−${-value}`;
}

/** Which of the three bands health is in: the same bounds as the portfolio's sums. */
export function healthBand(value: number | undefined): "low" | "middle" | "high" | "unknown" {
  if (value === undefined) return "unknown";
  if (value < 40) return "low";
  return value <= 70 ? "middle" : "high";
}

/** A share in thousandths: "88 %". */
export function share(milli: bigint | number): string {
  return `${Math.round(Number(milli) / 10)} %`;
}

/** A signal's value with its unit; absent is "not known", never 0. */
export function signalValue(
  milli: bigint | undefined,
  unit: string,
  name: string,
  currency: string,
  now: number,
): string {
  if (milli === undefined) return "not known";
  const value = Number(milli) / 1000;
  if (unit === "flag") return milli === 0n ? "no" : "yes";
  if (unit === "share") return share(milli);
  if (unit === "money") return moneyShort({ currency, milli });
  if (unit === "instant") return dateNear(Number(milli), now);
  if (unit === "days") return days(Math.trunc(value));
  const digits = Number.isInteger(value) ? count(value) : value.toFixed(1);
  if (name.endsWith("_ratio")) return `${digits} ×`;
  if (name === "relationship.client_contact") return `${digits} contacts, older ones count less`;
  if (name === "complaints.open_weighted") return `${digits} open, weighted by severity`;
  return name.endsWith("_hours") ? `${digits} business hours` : digits;
}
