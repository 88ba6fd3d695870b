// The keys of the page that is open. A later binding wins over an earlier one, so that a dialog can
// take what the page below has bound.

import { useEffect, useRef } from "preact/hooks";
import { mayAct } from "../api/session";
import { KeyReader } from "./reader";

export interface Binding {
  say: string;
  run: () => void;
  /** An act: not named to those who may only read. Pressed all the same, it says why not. */
  act?: true;
}
export type Bindings = Record<string, Binding>;

const layers: { current: Bindings }[] = [];
const reader = new KeyReader();

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Begins to listen; once, when the page starts. */
export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    const command = reader.read({
      key: event.key,
      at: event.timeStamp,
      chorded: event.ctrlKey || event.metaKey || event.altKey,
      writing: isWriting(event.target),
    });
    if (!command) return;
    // An open dialog is modal: only what it binds itself, and the browser closes it by Escape.
    if (document.querySelector("dialog[open]")) return;
    for (let i = layers.length - 1; i >= 0; i--) {
      const binding = layers[i]?.current[command];
      if (binding) {
        event.preventDefault();
        binding.run();
        return;
      }
    }
  });
}

/** Binds keys as long as the component stands. */
export function useKeys(bindings: Bindings): void {
  const layer = useRef(bindings);
  layer.current = bindings;
  useEffect(() => {
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
}

/** Everything that is bound now, for the page of keys. */
export function boundKeys(): { key: string; say: string }[] {
  const found = new Map<string, string>();
  for (const layer of layers)
    for (const [key, binding] of Object.entries(layer.current))
      if (!binding.act || mayAct()) found.set(key, binding.say);
  return [...found].map(([key, say]) => ({ key, say }));
}
