// connect-es in a page: every transport that browsers have, against the origin that served it. What came of it goes back there.
import * as web from "@connectrpc/connect-web";
import { walk } from "./connect_walk.js";

const baseUrl = location.origin;
const account = new URLSearchParams(location.search).get("account") ?? "";

async function tell(text: string): Promise<void> {
  await fetch("/told", { method: "POST", body: text });
}

try {
  for (const useBinaryFormat of [false, true]) {
    const kind = useBinaryFormat ? "binary" : "json";
    for (const [name, transport] of [
      ["connect", web.createConnectTransport({ baseUrl, useBinaryFormat })],
      ["connect-get", web.createConnectTransport({ baseUrl, useBinaryFormat, useHttpGet: true })],
      ["grpc-web", web.createGrpcWebTransport({ baseUrl, useBinaryFormat })],
    ] as const) {
      await walk(`page-${name}-${kind}`, transport, account);
      await tell(`${name}-${kind}: good`);
    }
  }
} catch (problem) {
  await tell(`failed: ${problem}`);
}
await tell("end");
