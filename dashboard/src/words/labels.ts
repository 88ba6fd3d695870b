// Where texts are written beside the points of a line, so that none lies on another or on the line.

export interface Spot {
  /** The point's place. */
  x: number;
  y: number;
  /** How wide its text is. */
  width: number;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Written {
  /** Where the text begins. */
  left: number;
  /** The line it stands on. */
  baseline: number;
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function crosses(line: readonly { x: number; y: number }[], box: Box): boolean {
  return line.some((from, i) => {
    const to = line[i + 1];
    if (!to || to.x < box.left || from.x > box.right) return false;
    const high = Math.min(from.y, to.y);
    const low = Math.max(from.y, to.y);
    return high < box.bottom && low > box.top;
  });
}

/**
 * A place for each spot's text within `bounds`, below the point where there is room, else above; in the
 * order of `spots`. Undefined where no place is free: the point then stands without its text.
 */
export function placeLabels(
  spots: readonly Spot[],
  line: readonly { x: number; y: number }[],
  bounds: Box,
  height: number,
): (Written | undefined)[] {
  const taken: Box[] = [];
  return spots.map(({ x, y, width }) => {
    const left = Math.max(bounds.left, Math.min(x - width / 2, bounds.right - width));
    for (const rows of [1.3, -0.7, 2.6, -2, 3.9, 5.2]) {
      const baseline = y + rows * height;
      const box = {
        left: left - 4,
        right: left + width + 4,
        top: baseline - height,
        bottom: baseline + 3,
      };
      if (box.top < bounds.top || box.bottom > bounds.bottom) continue;
      if (taken.some((other) => meet(box, other)) || crosses(line, box)) continue;
      taken.push(box);
      return { left, baseline };
    }
    return undefined;
  });
}
