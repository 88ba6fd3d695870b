// Who is away and who covers: the marks on rows, the line above them, and the form.

import { useState } from "preact/hooks";
import { useAnswer } from "../api/ask";
import { actId, portfolio } from "../api/clients";
import type { Cover } from "../gen/tenure/api/v1/common_pb";
import type { Absence, GetNeedsYouResponse } from "../gen/tenure/api/v1/portfolio_pb";
import { seat } from "../person";
import { useStore } from "../store";
import { dateExact, dateField, dateNear, fieldInstant, instant } from "../words/dates.js";
import { personName } from "../words/names";
import { counted } from "../words/numbers.js";
import { ask } from "./dialog";
import { record } from "./record_dialogs";
import { nowOf } from "./states";
import { asSomebody, OwnerField, whoIs } from "./who";

const day = 86_400_000;

const untilWords = (until: string, now: number): string => {
  const at = instant(until);
  return at === undefined ? "" : ` until ${dateNear(at, now)}`;
};

/** "covering for Sina Moritz until 4 Dec", or who does; `beside` the owner's name it is not repeated. */
export function CoverMark(props: { of: Cover | undefined; now: number; beside?: boolean }) {
  const { of, now } = props;
  const me = useStore(seat).name;
  if (!of) return null;
  const until = untilWords(of.until, now);
  const owner = props.beside ? "" : personName(of.owner);
  const covers = of.by ? `${personName(of.by)} covers` : "nobody covers";
  const told =
    me !== "" && of.by === me
      ? `covering${owner && ` for ${owner}`}${until}`
      : props.beside
        ? `away${until}; ${covers}`
        : `${owner} is away${until}; ${covers}`;
  return (
    <span class="cover" title={`${told} (${dateExact(instant(of.until))})`}>
      {told}
    </span>
  );
}

/** Above the rows of somebody who is away. */
export function AwayLine({ of, now }: { of: GetNeedsYouResponse; now: number }) {
  if (!of.away) return null;
  return (
    <p class="cover-line" role="note">
      Away{untilWords(of.away.until, now)}:{" "}
      {of.away.by ? `${personName(of.away.by)} covers` : "nobody covers"}.
    </p>
  );
}

/** Below a manager's rows, which are marked each: for whom they also are. */
export function CoverLine({ of, now }: { of: GetNeedsYouResponse; now: number }) {
  if (of.covering.length === 0) return null;
  return (
    <p class="cover-line" role="note">
      {counted(of.accountsCovered, "account")} of these {of.accountsCovered === 1n ? "is" : "are"}{" "}
      covered for{" "}
      {of.covering.map((one) => `${personName(one.owner)}${untilWords(one.until, now)}`).join(", ")}
      .
    </p>
  );
}

export function askAway(): void {
  asSomebody(() => {
    const id = actId();
    ask("I am away", (close) => <AwayForm id={id} close={close} />);
  });
}

function AwayForm({ id, close }: { id: string; close: () => void }) {
  const me = useStore(seat).name;
  const answer = useAnswer(`absences ${me}`, () => portfolio.listAbsences({ person: me }));
  const now = nowOf(answer.value?.freshness);
  const today = dateField(now);
  // Until somebody writes a day, the field follows the engine's today, which may come after it.
  const [written, write] = useState<string>();
  return (
    <>
      {answer.value?.absences.map((one) => (
        <Planned key={one.id} of={one} now={now} close={close} />
      ))}
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const from = String(form.get("from"));
          const until = String(form.get("until") ?? "");
          const value = {
            // Today begins now: a midnight that has passed would say that it was so before.
            from: from === today ? "" : fieldInstant(from, 0),
            until: until ? fieldInstant(until, 0) : "",
            cover: await whoIs(String(form.get("cover") ?? "")),
          };
          if (await record("", { case: "away", value }, "Away: written", id)) close();
        }}
      >
        <p class="sub">
          For that time your accounts also stand in the lists of whoever covers. It ends by itself.
        </p>
        <label>
          Away from{" "}
          <input
            type="date"
            name="from"
            required
            value={written ?? today}
            onInput={(event) => write(event.currentTarget.value)}
            data-first
          />
        </label>
        <label>
          First day back, if it is known{" "}
          <input type="date" name="until" min={dateField(now + day)} />
        </label>
        <OwnerField say="Who covers" name="cover" longest={200} but={me} />
        <div class="acts">
          <button type="submit" class="main">
            Write it down
          </button>
        </div>
      </form>
    </>
  );
}

function Planned({ of, now, close }: { of: Absence; now: number; close: () => void }) {
  const end = async () => {
    const value = { absence: of.id };
    if (await record("", { case: "back", value }, "The absence is over", `${of.id}-back`)) close();
  };
  return (
    <p class="planned">
      {of.begun ? "Away since" : "Away from"} {dateNear(instant(of.from), now)}
      {untilWords(of.until, now)}; {of.cover ? `${personName(of.cover)} covers` : "nobody covers"}.{" "}
      <button type="button" onClick={() => void end()}>
        {of.begun ? "I am back" : "Not after all"}
      </button>
    </p>
  );
}
