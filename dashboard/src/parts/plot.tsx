// A drawn picture that is drawn again when its box, the theme or its data change.

import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";

/** `shape` stands for the data: while it is the same, nothing is drawn anew. `told` is what the picture says. */
export function Plot(props: { shape: unknown; told: string; draw: (box: HTMLElement) => uPlot }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot = props.draw(element);
    const again = () => {
      plot.destroy();
      plot = props.draw(element);
    };
    const size = new ResizeObserver(() => {
      if (Math.abs(element.clientWidth - plot.width) > 1) again();
    });
    size.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", again);
    document.addEventListener("themechange", again);
    return () => {
      size.disconnect();
      dark.removeEventListener("change", again);
      document.removeEventListener("themechange", again);
      plot.destroy();
    };
  }, [props.shape]);
  return <div ref={box} class="chart" role="img" aria-label={props.told} />;
}
