// EventSource against a running server: event_source.mjs ADDRESS. Prints a line a message; it comes back by itself when the
// server went away and is there again.
import { EventSource } from "eventsource";

const source = new EventSource(process.argv[2] + "/events");
for (const kind of ["changed", "reset"])
  source.addEventListener(kind, (event) =>
    console.log(JSON.stringify({ kind, id: event.lastEventId, position: JSON.parse(event.data).position })));
source.addEventListener("error", (event) => console.log(JSON.stringify({ kind: "error", code: event.code ?? 0 })));
