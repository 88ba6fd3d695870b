// Who is there on their side, and what they are for the relationship.

import { type Answer, useAnswer } from "../../api/ask";
import { timeline } from "../../api/clients";
import { mayAct } from "../../api/session";
import type { ListPeopleResponse, Person } from "../../gen/tenure/api/v1/timeline_pb";
import { DateText } from "../../parts/marks";
import { askPerson } from "../../parts/people_dialogs";
import { Answered } from "../../parts/states";
import { roleName } from "../../words/names";
import { counted } from "../../words/numbers.js";
import { type Joined, joinByName } from "../../words/same_name.js";

export const usePeople = (account: string): Answer<ListPeopleResponse> =>
  useAnswer(`people ${account}`, () => timeline.listPeople({ account }));

/** Somebody has a place on the map; others only took part in something. */
const placed = (one: Person): boolean =>
  one.role !== "" || one.title !== "" || one.left || one.sentiment !== undefined;

export function People(props: {
  answer: Answer<ListPeopleResponse>;
  account: string;
  now: number;
  /** Chosen: only what this person took part in. Absent = nothing can be done here, as in print. */
  choose?: (person: string) => void;
  /** At most so many, where room is short. */
  most?: number;
}) {
  const { most = 500 } = props;
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">People on their side</h2>
      <Answered answer={props.answer} rows={10}>
        {({ people }) => {
          const joined = joinByName(people);
          const known = joined.filter(({ person }) => placed(person));
          const others = joined.length - known.length;
          return (
            <>
              {known.length > 0 && <p class="sub">{coverage(known.map(({ person }) => person))}</p>}
              {known.length === 0 && (
                <p class="none">
                  Nobody is known.
                  {mayAct() && props.choose && (
                    <>
                      {" "}
                      <kbd>p</kbd> adds somebody.
                    </>
                  )}
                </p>
              )}
              {known.slice(0, most).map(({ person, ids }) => (
                <One
                  key={person.id}
                  of={person}
                  ids={ids.length}
                  all={known.map((one) => one.person)}
                  {...props}
                />
              ))}
              {props.choose && <SameNames people={people} joined={joined} />}
              {known.length > most && (
                <p class="sub">{counted(known.length - most, "more person", "more people")}.</p>
              )}
              {others > 0 && props.choose && (
                <p class="sub">
                  {counted(others, "other")} took part in something and{" "}
                  {others === 1 ? "has" : "have"} no role: the timeline's list of people names them.
                </p>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}

/** What the page did with people of one name, and what it left apart. */
function SameNames(props: { people: readonly Person[]; joined: readonly Joined<Person>[] }) {
  const { people, joined } = props;
  const names = joined.map(({ person }) => person.name).filter(Boolean);
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return (
    <>
      {joined.some(({ ids }) => ids.length > 1) && joined.length < people.length && (
        <p class="sub">
          Every source has an id of its own for a person: ids of one name stand in one line here
          {twice.length > 0 ? ", where only one of them has a role." : "."}
        </p>
      )}
      {twice.length > 0 && (
        <p class="sub">
          {twice.join(", ")}: more than one of this name, with roles of their own. They may be one
          person or several.
        </p>
      )}
    </>
  );
}

/** What the map says at one look. */
function coverage(known: readonly Person[]): string {
  const here = known.filter((person) => !person.left);
  const champions = here.filter((person) => person.role === "champion").length;
  const sponsors = here.filter((person) => person.role === "sponsor").length;
  const said = [
    champions > 0 ? counted(champions, "champion") : "no champion",
    sponsors > 0 ? counted(sponsors, "sponsor") : "no sponsor",
    here.length === 1 ? "only one contact" : counted(here.length, "contact"),
  ];
  const words = said.join(", ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

const feelings: Record<string, { say: string; tone: string }> = {
  "-2": { say: "against us", tone: "down" },
  "-1": { say: "critical of us", tone: "down" },
  "0": { say: "neutral", tone: "" },
  "1": { say: "likes us", tone: "up" },
  "2": { say: "for us", tone: "up" },
};

function One(props: {
  of: Person;
  /** So many ids have this name. */
  ids: number;
  all: Person[];
  account: string;
  now: number;
  choose?: (person: string) => void;
}) {
  const { of, now, choose } = props;
  const feeling = of.sentiment === undefined ? undefined : feelings[String(of.sentiment)];
  const name = <b>{of.name || "Name not known"}</b>;
  return (
    <div class={`line ${of.left ? "gone" : ""}`}>
      <span>
        {choose ? (
          <button
            type="button"
            class="text"
            onClick={() => askPerson(of, props.all, props.account, choose)}
          >
            {name}
          </button>
        ) : (
          name
        )}{" "}
        {of.role && <span class={of.left ? "sub" : "chip"}>{roleName(of.role)}</span>}
        <span class="sub block">
          {of.left && <span class="down">left the client</span>}
          {of.left && of.title && " · "}
          {of.title}
          {feeling && (
            <>
              {(of.title || of.left) && " · "}
              <span class={feeling.tone}>{feeling.say}</span>
            </>
          )}
        </span>
      </span>
      <span
        class="sub"
        title={props.ids > 1 ? `the latest of ${props.ids} ids of this name` : undefined}
      >
        <DateText at={of.lastWordAt} now={now} none="no word yet" />
      </span>
    </div>
  );
}
