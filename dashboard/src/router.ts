// Addresses are paths; the server answers every one of them with this page.

import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  query: URLSearchParams;
}

const listeners = new Set<() => void>();

function place(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  if (!replace) scrollTo(0, 0);
  for (const listener of listeners) listener();
}

export function usePlace(): Place {
  const [now, set] = useState(place);
  useEffect(() => {
    const listener = () => set(place());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return now;
}

/** Follows plain clicks on links of this origin without leaving the page. */
export function startRouter(): void {
  addEventListener("popstate", () => {
    for (const listener of listeners) listener();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.origin !== location.origin) return;
    if (link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

// The server takes a path with a dot for a file, also where the dot is escaped as addresses do it.
const marks: Record<string, string> = { ".": "~2E", "~": "~7E" };

/** An account's id as a part of a path, without a dot. */
export const idToPart = (id: string): string =>
  encodeURIComponent(id).replace(/[.~]/g, (mark) => marks[mark] ?? mark);

/** The id that such a part stands for; what cannot be read stays as it is. */
export function partToId(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("~2E", "%2E").replaceAll("~7E", "%7E"));
  } catch {
    return part;
  }
}

export const accountPath = (id: string): string => `/account/${idToPart(id)}`;
export const briefPath = (id: string): string => `${accountPath(id)}/brief`;
