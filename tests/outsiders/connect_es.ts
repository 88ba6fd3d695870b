// connect-es against a running server: connect_es.js ADDRESS ACCOUNT
import type { Transport } from "@connectrpc/connect";
import * as node from "@connectrpc/connect-node";
import * as web from "@connectrpc/connect-web";
import { walk } from "./connect_walk.js";

const [baseUrl = "", account = ""] = process.argv.slice(2);

async function told(name: string, transport: Transport): Promise<void> {
  await walk(name, transport, account);
  console.log(`${name}: good`);
}

for (const useBinaryFormat of [false, true]) {
  const kind = useBinaryFormat ? "binary" : "json";
  const options = { baseUrl, httpVersion: "1.1" as const, useBinaryFormat };
  await told(`node-connect-${kind}`, node.createConnectTransport(options));
  await told(`node-connect-get-${kind}`, node.createConnectTransport({ ...options, useHttpGet: true }));
  await told(`node-grpc-web-${kind}`, node.createGrpcWebTransport(options));
  await told(`web-connect-${kind}`, web.createConnectTransport({ baseUrl, useBinaryFormat }));
  await told(`web-connect-get-${kind}`, web.createConnectTransport({ baseUrl, useBinaryFormat, useHttpGet: true }));
  await told(`web-grpc-web-${kind}`, web.createGrpcWebTransport({ baseUrl, useBinaryFormat }));
}
// A stream that was left early keeps its connection open in some of the transports.
process.exit(0);
