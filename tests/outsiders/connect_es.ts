// connect-es against a running server: connect_es.js ADDRESS ACCOUNT
import assert from "node:assert/strict";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import * as node from "@connectrpc/connect-node";
import * as web from "@connectrpc/connect-web";
import { AccountService } from "./gen/tenure/api/v1/account_pb.js";
import { ActService } from "./gen/tenure/api/v1/act_pb.js";
import { PortfolioService } from "./gen/tenure/api/v1/portfolio_pb.js";
import { SubscriptionService } from "./gen/tenure/api/v1/subscription_pb.js";

const [baseUrl, account] = process.argv.slice(2);

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (problem) {
    const error = ConnectError.from(problem);
    assert.notEqual(error.rawMessage, "");
    return Code[error.code];
  }
  return "none";
}

async function walk(name: string, transport: Transport): Promise<void> {
  const accounts = createClient(AccountService, transport);
  const acts = createClient(ActService, transport);
  const watches = createClient(SubscriptionService, transport);
  const needs = await createClient(PortfolioService, transport).getNeedsYou({});
  assert.ok(needs.rows.some((row) => row.account === account), name);
  const one = await accounts.getAccount({ account });
  assert.equal(one.account, account);
  assert.ok(one.events > 0n);
  assert.equal(await codeOf(accounts.getAccount({ account: "nobody" })), "NotFound", name);
  assert.equal(await codeOf(accounts.getAccount({})), "InvalidArgument", name);

  const note = { id: `es-${name}`, account, actor: "kim", what: { case: "note" as const, value: { text: "seen" } } };
  let messages = 0;
  let token = "";
  for await (const message of watches.watchAccount({ account })) {
    messages += 1;
    token = message.resumeToken;
    if (messages === 1) {
      assert.equal(message.account?.events, one.events);
      assert.equal((await acts.record(note)).repeated, false);
    } else if (message.account !== undefined && message.account.events > one.events) {
      break;
    }
  }
  assert.ok(messages >= 2);
  assert.equal((await acts.record(note)).repeated, true);
  const other = { ...note, what: { case: "note" as const, value: { text: "another" } } };
  assert.equal(await codeOf(acts.record(other)), "AlreadyExists", name);

  // Nothing changed since the token: the call's own time ends it.
  const again = async () => {
    for await (const message of watches.watchAccount({ account, resumeToken: token }, { timeoutMs: 700 }))
      assert.fail(`${name}: ${message.resumeToken} after ${token}`);
  };
  assert.equal(await codeOf(again()), "DeadlineExceeded", name);
  console.log(`${name}: good`);
}

for (const useBinaryFormat of [false, true]) {
  const kind = useBinaryFormat ? "binary" : "json";
  const options = { baseUrl, httpVersion: "1.1" as const, useBinaryFormat };
  await walk(`node-connect-${kind}`, node.createConnectTransport(options));
  await walk(`node-connect-get-${kind}`, node.createConnectTransport({ ...options, useHttpGet: true }));
  await walk(`node-grpc-web-${kind}`, node.createGrpcWebTransport(options));
  await walk(`web-connect-${kind}`, web.createConnectTransport({ baseUrl, useBinaryFormat }));
  await walk(`web-connect-get-${kind}`, web.createConnectTransport({ baseUrl, useBinaryFormat, useHttpGet: true }));
  await walk(`web-grpc-web-${kind}`, web.createGrpcWebTransport({ baseUrl, useBinaryFormat }));
}
// A stream that was left early keeps its connection open in some of the transports.
process.exit(0);
