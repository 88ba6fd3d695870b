// Further pages of a list, behind the first one, which alone is kept fresh.

import { useEffect, useState } from "preact/hooks";
import { sayRefused } from "../parts/told";
import { failureOf } from "./clients";

interface Page {
  nextPageToken: string;
}

/** `key` names the question; another one begins anew. `readMore` is absent at the end. */
export function useMore<P extends Page>(
  key: string,
  first: P | undefined,
  read: (pageToken: string) => Promise<P>,
): { pages: P[]; readMore: (() => Promise<void>) | undefined } {
  const [pages, setPages] = useState<P[]>([]);
  useEffect(() => setPages([]), [key]);
  const token = (pages.at(-1) ?? first)?.nextPageToken ?? "";
  const readMore = async () => {
    try {
      const page = await read(token);
      setPages((before) => [...before, page]);
    } catch (thrown) {
      sayRefused(failureOf(thrown).message);
    }
  };
  return { pages, readMore: token ? readMore : undefined };
}

/** Rows of the first page and those behind it; what moved into the first one meanwhile stands there alone. */
export function joinPages<R>(
  first: readonly R[],
  rest: readonly R[],
  keyOf: (row: R) => string,
): R[] {
  const seen = new Set<string>();
  return [...first, ...rest].filter((row) => {
    const key = keyOf(row);
    return !seen.has(key) && seen.add(key);
  });
}
