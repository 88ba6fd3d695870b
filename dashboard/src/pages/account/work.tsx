// What is still to be done for the account: next steps and promises, the nearest date first.

import { useState } from "preact/hooks";
import { type Answer, useAnswer } from "../../api/ask";
import { actId, timeline } from "../../api/clients";
import { mayAct } from "../../api/session";
import type { Commitment, ListCommitmentsResponse } from "../../gen/tenure/api/v1/timeline_pb";
import { askRevise, record } from "../../parts/record_dialogs";
import { Answered } from "../../parts/states";
import { asSomebody } from "../../parts/who";
import { dateExact, dateNear, instant } from "../../words/dates.js";
import { personName } from "../../words/names";
import { counted } from "../../words/numbers.js";

export const useCommitments = (account: string): Answer<ListCommitmentsResponse> =>
  useAnswer(`commitments ${account}`, () => timeline.listCommitments({ account }));

const keyOf = (one: Commitment) => `${one.kind} ${one.id}`;

export function Work(props: {
  answer: Answer<ListCommitmentsResponse>;
  account: string;
  now: number;
  /** Nothing can be done here, as on paper. */
  still?: boolean;
  /** At most so many. */
  most?: number;
}) {
  const { account, now, most = 10 } = props;
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const end = (one: Commitment) =>
    asSomebody(async () => {
      setEnded((before) => new Set([...before, keyOf(one)]));
      const what =
        one.kind === "promise"
          ? ({ case: "promiseKept", value: { promise: one.id } } as const)
          : ({ case: "taskDone", value: { task: one.id } } as const);
      if (await record(account, what, one.kind === "promise" ? "Kept" : "Done", actId())) return;
      setEnded((before) => new Set([...before].filter((key) => key !== keyOf(one))));
    });
  return (
    <section class="card" aria-labelledby="work">
      <h2 id="work">Next steps and promises</h2>
      <Answered answer={props.answer} rows={6}>
        {({ commitments }) => {
          const open = commitments.filter((one) => !ended.has(keyOf(one)));
          const more = open.length - most;
          return (
            <>
              {open.length === 0 && (
                <p class="none">
                  None is open.
                  {mayAct() && !props.still && (
                    <>
                      {" "}
                      <kbd>d</kbd> writes a next step.
                    </>
                  )}
                </p>
              )}
              {open.slice(0, most).map((one) => (
                <div class="line" key={keyOf(one)}>
                  <Told of={one} now={now} />
                  {!props.still && mayAct() && (
                    <span class="acts small">
                      {one.kind === "promise" && (
                        <button type="button" onClick={() => askRevise(one, account, now)}>
                          Move
                        </button>
                      )}
                      <button type="button" onClick={() => end(one)}>
                        {one.kind === "promise" ? "Kept" : "Done"}
                      </button>
                    </span>
                  )}
                </div>
              ))}
              {more > 0 && <p class="sub">{counted(more, "later one")}.</p>}
            </>
          );
        }}
      </Answered>
    </section>
  );
}

function Told({ of, now }: { of: Commitment; now: number }) {
  const words = [
    of.kind === "promise" ? "promised" : "",
    of.assignee && personName(of.assignee),
    of.revised > 0 ? `moved ${of.revised === 1 ? "once" : `${of.revised} times`}` : "",
  ];
  return (
    <span>
      <span aria-hidden="true">{of.kind === "promise" ? "◇" : "□"}</span> {of.title || of.id}
      <span class="sub block">
        <Due of={of} now={now} />
        {words.filter(Boolean).map((word) => ` · ${word}`)}
      </span>
    </span>
  );
}

export function Due({ of, now }: { of: Commitment; now: number }) {
  const at = instant(of.dueAt);
  if (at === undefined) return <>no date</>;
  return (
    <time dateTime={of.dueAt} title={dateExact(at)} class={of.overdue ? "down" : ""}>
      {of.overdue ? "overdue since" : "due"} {dateNear(at, now)}
    </time>
  );
}
