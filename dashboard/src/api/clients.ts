// One client for each service, on the origin that served this page.

import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AccountService } from "../gen/tenure/api/v1/account_pb";
import { ActService } from "../gen/tenure/api/v1/act_pb";
import { AlertService } from "../gen/tenure/api/v1/alert_pb";
import { OperatorService } from "../gen/tenure/api/v1/operator_pb";
import { PortfolioService } from "../gen/tenure/api/v1/portfolio_pb";
import { TimelineService } from "../gen/tenure/api/v1/timeline_pb";
import { signedOut } from "./session";

/** A session ends by time or with the server: whatever call hears it first says so. */
const heedSession: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (thrown) {
    if (ConnectError.from(thrown).code === Code.Unauthenticated) signedOut();
    throw thrown;
  }
};

const transport = createConnectTransport({
  baseUrl: location.origin,
  defaultTimeoutMs: 10_000,
  interceptors: [heedSession],
});

export const accounts = createClient(AccountService, transport);
export const acts = createClient(ActService, transport);
export const alerts = createClient(AlertService, transport);
export const operator = createClient(OperatorService, transport);
export const portfolio = createClient(PortfolioService, transport);
export const timeline = createClient(TimelineService, transport);

export interface Failure {
  kind: "offline" | "absent" | "missing" | "refused" | "failed";
  /** The server's own words where it has any. */
  message: string;
}

/** What went wrong, in kinds that the pages can tell apart. */
export function failureOf(thrown: unknown): Failure {
  const error = ConnectError.from(thrown);
  if (thrown instanceof TypeError || error.cause instanceof TypeError)
    return { kind: "offline", message: "the server does not answer" };
  if (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded)
    return { kind: "offline", message: error.rawMessage };
  if (error.code === Code.Unimplemented) return { kind: "absent", message: error.rawMessage };
  if (error.code === Code.NotFound) return { kind: "missing", message: error.rawMessage };
  if (error.code === Code.Internal || error.code === Code.Unknown)
    return { kind: "failed", message: error.rawMessage };
  return { kind: "refused", message: error.rawMessage };
}

/** An id for an act: repeating the request with it changes nothing. */
export function actId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `screen-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
