import type { ComponentChildren } from "preact";

/** Room for what may be wider than the page; it takes the focus, so that keys can move it too. */
export function Scroll({ of, children }: { of: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable.
    <section class="scroll" aria-label={of} tabIndex={0}>
      {children}
    </section>
  );
}
