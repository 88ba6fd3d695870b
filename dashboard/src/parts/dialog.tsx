// A modal question: the browser's own dialog keeps the focus inside and closes by Escape.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Store, useStore } from "../store";

type Content = (close: () => void) => ComponentChildren;

const open = new Store<{ title: string; content: Content } | undefined>(undefined);

export function ask(title: string, content: Content): void {
  open.set({ title, content });
}

export function closeDialog(): void {
  open.set(undefined);
}

export function DialogPlace() {
  const now = useStore(open);
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!now || !dialog) return;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [now]);
  if (!now) return null;
  return (
    <dialog ref={element} aria-labelledby="dialog-title" onClose={closeDialog}>
      <header>
        <h2 id="dialog-title">{now.title}</h2>
        <button type="button" class="quiet" onClick={closeDialog}>
          Close <kbd>esc</kbd>
        </button>
      </header>
      {now.content(closeDialog)}
    </dialog>
  );
}
