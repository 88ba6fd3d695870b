// Which rows of a long list have to be in the page.

export interface Window {
  from: number;
  /** One behind the last. */
  to: number;
}

const beyond = 12;

/** `above`: pixels of the list that are scrolled away; `height`: pixels that can be seen. */
export function rowsInView(rows: number, rowHeight: number, above: number, height: number): Window {
  const first = Math.floor(above / rowHeight) - beyond;
  const from = Math.max(0, Math.min(rows, first));
  const to = Math.min(rows, Math.max(from, Math.ceil((above + height) / rowHeight) + beyond));
  return { from, to };
}
