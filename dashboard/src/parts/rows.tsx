// Lists that keys walk through. The focus itself moves, so that screen readers follow and Enter is
// the browser's own.

import { useRef } from "preact/hooks";
import { useKeys } from "../keys/keys";

/** Gives each row its focus handler; `chosen()` is the row that the keys speak of. */
export function useRows<T>(rows: readonly T[], idOf: (row: T) => string) {
  const list = useRef<HTMLElement | null>(null);
  const chosenId = useRef<string | undefined>(undefined);
  const chosenAt = useRef(-1);
  const move = (by: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    if (links.length === 0) return;
    const at = links.findIndex((link) => link.dataset.row === chosenId.current);
    // A row that went away, for example snoozed, has left its place to the one behind it.
    const to =
      at >= 0 ? at + by : chosenAt.current >= 0 && by < 0 ? chosenAt.current - 1 : chosenAt.current;
    const next = Math.min(links.length - 1, Math.max(0, to));
    links[next]?.focus();
    links[next]?.scrollIntoView({ block: "nearest" });
  };
  useKeys({
    j: { say: "next row", run: () => move(1) },
    k: { say: "row before", run: () => move(-1) },
  });
  return {
    list: (element: HTMLElement | null) => {
      list.current = element;
    },
    link: (row: T) => ({
      "data-row": idOf(row),
      onFocus: () => {
        chosenId.current = idOf(row);
        chosenAt.current = rows.indexOf(row);
      },
    }),
    // The first row speaks until one was chosen; after that no act falls on another by chance.
    chosen: (): T | undefined =>
      chosenId.current === undefined ? rows[0] : rows.find((row) => idOf(row) === chosenId.current),
  };
}
