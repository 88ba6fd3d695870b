// The one place where acts are told: seen at the foot of the page, heard by screen readers.

import { Store, useStore } from "../store";

interface Told {
  text: string;
  refused: boolean;
  number: number;
}

const told = new Store<Told | undefined>(undefined);
let number = 0;

function tell(text: string, refused: boolean, lasts: number): void {
  const mine = ++number;
  told.set({ text, refused, number: mine });
  setTimeout(() => {
    if (told.get()?.number === mine) told.set(undefined);
  }, lasts);
}

export const say = (text: string): void => tell(text, false, 4000);
/** A refusal stays longer: somebody has to read what to do. */
export const sayRefused = (text: string): void => tell(text, true, 12_000);

export function ToldRegion() {
  const now = useStore(told);
  return (
    <div class="told" aria-live={now?.refused ? "assertive" : "polite"} role="status">
      {now && (
        <div class={now.refused ? "told-text refused" : "told-text"}>
          {now.refused && <b>Refused. </b>}
          {now.text}
        </div>
      )}
    </div>
  );
}
