/** Points of a map: parallel arrays, so that a hundred thousand stay cheap. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  /** Index into the groups. */
  group: Uint8Array;
}

/** What is seen: the point of the data in the middle, and pixels per unit of the data. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A mark as coverage, row by row from its middle: 0 … 255. */
export interface Stamp {
  side: number;
  coverage: Uint8Array;
}

const MARGIN = 0.06;
const ZOOM_MAX = 60;
const CELL_POINTS = 4;

/** The view that holds all points, both axes to the same scale: distances on the map are true. */
export function fitted(points: Points, size: Size): View {
  let left = Infinity;
  let right = -Infinity;
  let bottom = Infinity;
  let top = -Infinity;
  for (let i = 0; i < points.x.length; ++i) {
    const x = points.x[i] ?? 0;
    const y = points.y[i] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < bottom) bottom = y;
    if (y > top) top = y;
  }
  if (left > right) return { x: 0, y: 0, scale: 1 };
  const room = 1 - 2 * MARGIN;
  const across = (room * size.width) / Math.max(right - left, 1e-9);
  const up = (room * size.height) / Math.max(top - bottom, 1e-9);
  const scale = Math.min(across, up, 1e6);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

/** Where a point of the data stands on the picture; y grows upwards in the data, down in pixels. */
export function toPixel(view: View, size: Size, x: number, y: number): [number, number] {
  return [size.width / 2 + (x - view.x) * view.scale, size.height / 2 - (y - view.y) * view.scale];
}

export function toData(view: View, size: Size, px: number, py: number): [number, number] {
  return [
    view.x + (px - size.width / 2) / view.scale,
    view.y - (py - size.height / 2) / view.scale,
  ];
}

/** Moves what is seen by pixels. */
export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/** Zooms by a factor about a pixel, between the whole map and sixty times that. */
export function zoomed(
  view: View,
  size: Size,
  home: View,
  factor: number,
  about: readonly [number, number] = [size.width / 2, size.height / 2],
): View {
  const scale = Math.min(Math.max(view.scale * factor, home.scale), home.scale * ZOOM_MAX);
  const [x, y] = toData(view, size, about[0], about[1]);
  return {
    x: x - (about[0] - size.width / 2) / scale,
    y: y + (about[1] - size.height / 2) / scale,
    scale,
  };
}

/** Colours as the canvas stores them on the little-endian machines that browsers run on. */
export function packed(red: number, green: number, blue: number): number {
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

export interface Picture extends Size {
  pixels: Uint32Array;
}

export interface Look {
  background: number;
  /** One colour a group, or null for a group that is not shown. */
  colours: readonly (number | null)[];
  /** One mark a group. Without marks every point is a square of `dot` pixels. */
  stamps: readonly Stamp[] | null;
  dot: number;
  /** Drawn last, over the others. */
  front: number | null;
}

/** Fills the picture with the points of the view. */
export function paint(picture: Picture, points: Points, view: View, look: Look): void {
  picture.pixels.fill(look.background);
  if (look.front === null) return paintGroups(picture, points, view, look, look.colours);
  const without = look.colours.map((colour, group) => (group === look.front ? null : colour));
  const only = look.colours.map((colour, group) => (group === look.front ? colour : null));
  paintGroups(picture, points, view, look, without);
  paintGroups(picture, points, view, look, only);
}

function paintGroups(
  picture: Picture,
  points: Points,
  view: View,
  look: Look,
  colours: readonly (number | null)[],
) {
  const { width, height, pixels } = picture;
  const { x, y, group } = points;
  const { scale } = view;
  const offsetX = width / 2 - view.x * scale;
  const offsetY = height / 2 + view.y * scale;
  const { dot, stamps } = look;
  const half = dot >> 1;
  const colourOf = Int32Array.from(colours, (colour) => colour ?? 0);
  const isShown = Uint8Array.from(colours, (colour) => (colour === null ? 0 : 1));
  const widest = Math.max(0, width - dot);
  const lowest = Math.max(0, height - dot);
  for (let i = 0; i < x.length; ++i) {
    const g = group[i]!;
    if (isShown[g] === 0) continue;
    const left = Math.floor(x[i]! * scale + offsetX + 0.5) - half;
    const top = Math.floor(offsetY - y[i]! * scale + 0.5) - half;
    if (stamps !== null) {
      stampAt(picture, stamps[g]!, left + half, top + half, colourOf[g]!);
      continue;
    }
    if (left < 0 || top < 0 || left > widest || top > lowest) continue;
    const colour = colourOf[g]!;
    let at = top * width + left;
    if (dot === 2) {
      pixels[at] = pixels[at + 1] = pixels[at + width] = pixels[at + width + 1] = colour;
      continue;
    }
    for (let row = 0; row < dot; ++row, at += width)
      for (let column = 0; column < dot; ++column) pixels[at + column] = colour;
  }
}

function stampAt(picture: Picture, stamp: Stamp, px: number, py: number, colour: number) {
  const { width, height, pixels } = picture;
  const { side, coverage } = stamp;
  const left = px - (side >> 1);
  const top = py - (side >> 1);
  for (let row = Math.max(0, -top); row < side && top + row < height; ++row) {
    for (let column = Math.max(0, -left); column < side && left + column < width; ++column) {
      const share = coverage[row * side + column]!;
      if (share === 0) continue;
      const at = (top + row) * width + left + column;
      pixels[at] = share === 255 ? colour : mixed(pixels[at]!, colour, share);
    }
  }
}

/** `share` of 255 parts `over`, the rest `under`. */
export function mixed(under: number, over: number, share: number): number {
  const rest = 255 - share;
  const red = ((over & 255) * share + (under & 255) * rest + 127) / 255;
  const green = (((over >> 8) & 255) * share + ((under >> 8) & 255) * rest + 127) / 255;
  const blue = (((over >> 16) & 255) * share + ((under >> 16) & 255) * rest + 127) / 255;
  return packed(red, green, blue);
}

/** A grid over the data, so that the point nearest to a place is found without looking at all. */
export class NearestGrid {
  private readonly columns: number;
  private readonly rows: number;
  private readonly left: number;
  private readonly bottom: number;
  private readonly cell: number;
  /** Points of cell c are order[start[c]] … order[start[c + 1] − 1]. */
  private readonly start: Uint32Array;
  private readonly order: Uint32Array;

  constructor(private readonly points: Points) {
    const { x, y } = points;
    const box = fitted(points, { width: 1, height: 1 });
    const side = (1 - 2 * MARGIN) / box.scale;
    this.columns = this.rows = Math.max(1, Math.ceil(Math.sqrt(x.length / CELL_POINTS)));
    this.left = box.x - side / 2;
    this.bottom = box.y - side / 2;
    this.cell = Math.max(side / this.columns, 1e-12);
    this.start = new Uint32Array(this.columns * this.rows + 1);
    this.order = new Uint32Array(x.length);
    const cells = new Uint32Array(x.length);
    for (let i = 0; i < x.length; ++i) {
      const at = this.row(y[i] ?? 0) * this.columns + this.column(x[i] ?? 0);
      cells[i] = at;
      this.start[at + 1]! += 1;
    }
    for (let at = 1; at < this.start.length; ++at) this.start[at]! += this.start[at - 1]!;
    const next = this.start.slice();
    for (let i = 0; i < x.length; ++i) {
      const at = cells[i]!;
      this.order[next[at]!] = i;
      next[at]! += 1;
    }
  }

  /** Index of the nearest shown point at most `reach` away, or −1. */
  nearest(x: number, y: number, reach: number, isShown: (group: number) => boolean): number {
    let best = -1;
    let bestSquare = reach * reach;
    for (let row = this.row(y - reach); row <= this.row(y + reach); ++row) {
      for (let column = this.column(x - reach); column <= this.column(x + reach); ++column) {
        const at = row * this.columns + column;
        for (let k = this.start[at]!; k < this.start[at + 1]!; ++k) {
          const i = this.order[k]!;
          const square = (this.points.x[i]! - x) ** 2 + (this.points.y[i]! - y) ** 2;
          if (square > bestSquare || !isShown(this.points.group[i]!)) continue;
          best = i;
          bestSquare = square;
        }
      }
    }
    return best;
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.left) / this.cell), this.columns - 1);
  }
  private row(y: number): number {
    return clamp(Math.floor((y - this.bottom) / this.cell), this.rows - 1);
  }
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}

/** The middle of each group, by the median of its coordinates: outliers do not move it. */
export function middles(points: Points, groups: number): ([number, number] | null)[] {
  const counts = new Uint32Array(groups);
  for (const group of points.group) counts[group]! += 1;
  const column = (values: Float32Array) => {
    const columns = Array.from(counts, (length) => new Float32Array(length));
    const next = new Uint32Array(groups);
    for (let i = 0; i < values.length; ++i) {
      const group = points.group[i]!;
      columns[group]![next[group]!++] = values[i]!;
    }
    return columns.map((each) => each.sort()[each.length >> 1]);
  };
  const [across, up] = [column(points.x), column(points.y)];
  return across.map((x, group) => (x === undefined ? null : [x, up[group]!]));
}
