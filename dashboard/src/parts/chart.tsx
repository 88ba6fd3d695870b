// Health over time, with what changed written on it.

import uPlot from "uplot";
import type { HealthPoint } from "../gen/tenure/api/v1/timeline_pb";
import { instant } from "../words/dates.js";
import { placeLabels } from "../words/labels.js";
import { signalName } from "../words/names";
import { change, points } from "../words/numbers.js";
import { Plot } from "./plot";

interface Mark {
  index: number;
  text: string;
}

/** The greatest changes, far enough from each other to be written. */
export function marksOf(history: readonly HealthPoint[], most: number): Mark[] {
  const apart = Math.max(1, Math.floor(history.length / (most + 2)));
  const found: Mark[] = [];
  const order = history
    .map((point, index) => ({ index, moved: points(point.driverChangeMilli) ?? 0, point }))
    .filter(({ moved, point }) => point.driver && Math.abs(moved) >= 3)
    .sort((a, b) => Math.abs(b.moved) - Math.abs(a.moved));
  for (const { index, moved, point } of order) {
    if (found.length === most) break;
    if (found.some((mark) => Math.abs(mark.index - index) < apart)) continue;
    found.push({ index, text: `${signalName(point.driver)} ${change(moved)}` });
  }
  return found;
}

/** A colour of the style as the canvas takes it: the light or the dark one, whichever holds. */
export function color(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  // The axes have left their own alignment behind.
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  const placeOf = (index: number) => {
    const at = plot.data[0][index];
    const value = plot.data[1]?.[index];
    if (at == null || value == null) return undefined;
    return { x: plot.valToPos(at, "x", true), y: plot.valToPos(value, "y", true) };
  };
  const spots = marks.flatMap(({ index, text }) => {
    const place = placeOf(index);
    return place ? [{ ...place, text, width: ctx.measureText(text).width }] : [];
  });
  const line = Array.from(plot.data[0], (_, index) => placeOf(index)).filter((place) => !!place);
  const { left, top, width, height } = plot.bbox;
  const bounds = { left, right: left + width, top, bottom: top + height };
  const written = placeLabels(spots, line, bounds, 12 * ratio);
  for (const [i, { x, y, text }] of spots.entries()) {
    ctx.beginPath();
    ctx.arc(x, y, 3.5 * ratio, 0, 7);
    ctx.fillStyle = color("--panel");
    ctx.strokeStyle = color("--accent");
    ctx.lineWidth = 2 * ratio;
    ctx.fill();
    ctx.stroke();
    const place = written[i];
    ctx.fillStyle = color("--soft");
    if (place) ctx.fillText(text, place.left, place.baseline);
  }
  ctx.restore();
}

function draw(box: HTMLElement, history: readonly HealthPoint[]): uPlot {
  const marks = marksOf(history, box.clientWidth < 480 ? 2 : 4);
  const axis = {
    stroke: color("--faint"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: 180,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    // Always the whole scale: a curve that begins at 60 looks worse than it is.
    scales: { y: { range: [0, 100] } },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 32, splits: [0, 40, 70, 100] },
    ],
    series: [{}, { label: "health", stroke: color("--accent"), width: 2, points: { show: false } }],
    hooks: { draw: [(plot) => drawMarks(plot, marks)] },
  };
  const times = history.map((point) => (instant(point.at) ?? 0) / 1000);
  // Null is a gap: health that is not known is not drawn as 0.
  const values = history.map((p) =>
    p.healthMilli === undefined ? null : Number(p.healthMilli) / 1000,
  );
  return new uPlot(options, [times, values], box);
}

export function HealthChart({ history }: { history: readonly HealthPoint[] }) {
  const known = history.filter((point) => point.healthMilli !== undefined);
  const told = known.length
    ? `health from ${points(known[0]?.healthMilli)} to ${points(known.at(-1)?.healthMilli)}; ${
        marksOf(history, 4)
          .map((m) => m.text)
          .join(", ") || "no great change"
      }`
    : "health not known";
  return <Plot shape={history} told={told} draw={(box) => draw(box, history)} />;
}
