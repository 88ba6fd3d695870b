// Reads what the projections' facts say. They come as open JSON: what is missing is not known.

import type { JsonValue } from "@bufbuild/protobuf";
import type { GetAccountResponse, Signal } from "../../gen/tenure/api/v1/account_pb";

import { instant } from "../../words/dates.js";

type Json = { [key: string]: JsonValue };

function objectAt(from: Json | undefined, name: string): Json | undefined {
  const value = from?.[name];
  return value && typeof value === "object" && !Array.isArray(value) ? (value as Json) : undefined;
}

function listAt(from: Json | undefined, name: string): Json[] {
  const value = from?.[name];
  return Array.isArray(value) ? (value as Json[]) : [];
}

export const text = (from: Json | undefined, name: string): string =>
  typeof from?.[name] === "string" ? (from[name] as string) : "";

/** Whole numbers of 64 bits come as texts. */
export function number(from: Json | undefined, name: string): number | undefined {
  const value = from?.[name];
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

export const flag = (from: Json | undefined, name: string): boolean => from?.[name] === true;

export const factsOf = (of: GetAccountResponse, projection: string): Json | undefined =>
  objectAt(of.facts as Json | undefined, projection);

export const contractsOf = (of: GetAccountResponse) =>
  listAt(factsOf(of, "contracts"), "contracts");
export const unpaidOf = (of: GetAccountResponse) => listAt(factsOf(of, "contracts"), "unpaid");
export const currencyOf = (of: GetAccountResponse): string =>
  text(factsOf(of, "contracts"), "currency") || text(factsOf(of, "profile"), "currency");

export const complaintsOf = (of: GetAccountResponse) =>
  listAt(factsOf(of, "complaints"), "complaints");

export const isEnded = (complaint: Json): boolean =>
  ["resolved", "closed", "withdrawn"].includes(text(complaint, "state"));

export function signalOf(of: GetAccountResponse, name: string, subject = ""): Signal | undefined {
  return of.signals.find((signal) => signal.name === name && signal.subject === subject);
}

/** The last instant for a notice, in milliseconds; undefined = not known. */
export function noticeByOf(of: GetAccountResponse): number | undefined {
  const milli = signalOf(of, "contracts.notice_by")?.milli;
  return milli === undefined ? undefined : Number(milli);
}

/** When the client left, in milliseconds; undefined = it did not. An unknown day counts from the start. */
export function lostAtOf(of: GetAccountResponse): number | undefined {
  if (!of.profile?.lost) return undefined;
  return instant(text(factsOf(of, "profile"), "lost_at")) ?? 0;
}
