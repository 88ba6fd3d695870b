// What a client of connect-es does, in Node and in a browser, over any transport.
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AccountService } from "./gen/tenure/api/v1/account_pb.js";
import { ActService } from "./gen/tenure/api/v1/act_pb.js";
import { PortfolioService } from "./gen/tenure/api/v1/portfolio_pb.js";
import { SubscriptionService } from "./gen/tenure/api/v1/subscription_pb.js";

function check(good: boolean, what = ""): asserts good {
  if (!good) throw new Error(`not as it should be: ${what}`);
}

function equal<T>(found: T, wanted: T, what = ""): void {
  check(found === wanted, `${what}: ${found} instead of ${wanted}`);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (problem) {
    const error = ConnectError.from(problem);
    check(error.rawMessage !== "");
    return Code[error.code];
  }
  return "none";
}

export async function walk(name: string, transport: Transport, account: string): Promise<void> {
  const accounts = createClient(AccountService, transport);
  const acts = createClient(ActService, transport);
  const watches = createClient(SubscriptionService, transport);
  const needs = await createClient(PortfolioService, transport).getNeedsYou({});
  check(needs.rows.some((row) => row.account === account), name);
  const one = await accounts.getAccount({ account });
  equal(one.account, account);
  check(one.events > 0n);
  equal(await codeOf(accounts.getAccount({ account: "nobody" })), "NotFound", name);
  equal(await codeOf(accounts.getAccount({})), "InvalidArgument", name);

  const note = { id: `es-${name}`, account, actor: "kim", what: { case: "note" as const, value: { text: "seen" } } };
  let messages = 0;
  let token = "";
  for await (const message of watches.watchAccount({ account })) {
    messages += 1;
    token = message.resumeToken;
    if (messages === 1) {
      equal(message.account?.events, one.events);
      equal((await acts.record(note)).repeated, false);
    } else if (message.account !== undefined && message.account.events > one.events) {
      break;
    }
  }
  check(messages >= 2);
  equal((await acts.record(note)).repeated, true);
  const other = { ...note, what: { case: "note" as const, value: { text: "another" } } };
  equal(await codeOf(acts.record(other)), "AlreadyExists", name);

  // Nothing changed since the token: the call's own time ends it.
  const again = async () => {
    for await (const message of watches.watchAccount({ account, resumeToken: token }, { timeoutMs: 700 }))
      check(false, `${name}: ${message.resumeToken} after ${token}`);
  };
  equal(await codeOf(again()), "DeadlineExceeded", name);
}
