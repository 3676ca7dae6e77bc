import type { Polygon } from "./lasso";
import { markPath } from "./Mark";
import {
  mixed,
  paint,
  packed,
  toPixel,
  type Look,
  type Picture,
  type Points,
  type Size,
  type Stamp,
  type View,
} from "./scatterMath";

/** Above so many points in one screenful a mark is a plain dot, and a smaller one further up. */
const SHAPES_MAX = 2_500;
const DOTS = [
  [10_000, 4],
  [40_000, 3],
  [Infinity, 2],
] as const;
const SHAPE_PX = 5;
const LABEL_PX = 12;
const LABEL_LINE_PX = 14;
const LABEL_ROOM_PX = 4;
const PLATE_ROUND_PX = 3;
const PLATE_SHARE = 0.88;
/** How much the ground inside a lasso is darkened. */
const LASSO_SHARE = 0.08;
const LASSO_DASH_PX = [6, 4] as const;
const STRONG_UP_PX = 40;
/** How much of 255 the other groups keep of their colour when the page is about one. */
const BEHIND_SHARE = 105;

export interface Label {
  /** The strong line, then what tells it from others, which is drawn of the strong label only. */
  lines: readonly string[];
  at: readonly [number, number];
  isStrong: boolean;
  /** Another than the one that the page is about. */
  isQuiet: boolean;
}

export interface Scene {
  points: Points;
  view: View;
  /** The scale of the whole map: zoomed in, points stand apart and get their shapes. */
  homeScale: number;
  marks: readonly number[];
  hidden: ReadonlySet<number>;
  front: number | null;
  labels: readonly Label[];
  /** A point that is pointed at. */
  ring: number;
  /** What is selected, around its points. */
  lasso: Polygon | null;
}

/** The colours of the present theme. */
export interface Palette {
  background: number;
  arms: readonly number[];
  surface: string;
  text: string;
  quiet: string;
  font: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: packedHex(token("--surface")),
    arms: Array.from({ length: 7 }, (_, arm) => packedHex(token(`--arm-${arm}`))),
    surface: token("--surface"),
    text: token("--text"),
    quiet: token("--text-2"),
    font: token("--font"),
  };
}

/** "#f9f6f2" as a pixel. */
export function packedHex(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  return Number.isNaN(value)
    ? packed(128, 128, 128)
    : packed((value >> 16) & 255, (value >> 8) & 255, value & 255);
}

/** Draws the scene into a canvas of size × ratio pixels. Keeps its picture between frames. */
export class ScatterPainter {
  private image: ImageData | null = null;
  private picture: Picture = { width: 0, height: 0, pixels: new Uint32Array(0) };
  private stamps = new Map<string, Stamp>();
  private signs = new Map<string, HTMLCanvasElement>();
  private signsOf: Palette | null = null;

  constructor(private readonly context: CanvasRenderingContext2D) {}

  draw(scene: Scene, size: Size, ratio: number, palette: Palette): void {
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (this.image?.width !== width || this.image.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.picture = { width, height, pixels: new Uint32Array(this.image.data.buffer) };
    }
    const view = { ...scene.view, scale: scene.view.scale * ratio };
    paint(this.picture, scene.points, view, this.look(scene, ratio, palette));
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.putImageData(this.image, 0, 0);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawRing(scene, size, palette);
    this.drawLabels(scene, size, ratio, palette);
    this.drawLasso(scene, size, palette);
  }

  private drawLasso(scene: Scene, size: Size, palette: Palette) {
    const { context } = this;
    if (!scene.lasso || scene.lasso.length < 2) return;
    context.beginPath();
    for (const [x, y] of scene.lasso) context.lineTo(...toPixel(scene.view, size, x, y));
    context.closePath();
    context.globalAlpha = LASSO_SHARE;
    context.fillStyle = palette.text;
    context.fill("evenodd");
    context.globalAlpha = 1;
    for (const [width, colour, dash] of [
      [4, palette.surface, []],
      [2, palette.text, LASSO_DASH_PX],
    ] as const) {
      context.setLineDash([...dash]);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    context.setLineDash([]);
  }

  private look(scene: Scene, ratio: number, palette: Palette): Look {
    const zoom = scene.view.scale / scene.homeScale;
    const crowd = scene.points.x.length / (zoom * zoom);
    const colours = scene.marks.map((mark, group) => {
      if (scene.hidden.has(group)) return null;
      const colour = palette.arms[mark] ?? 0;
      const isBehind = scene.front !== null && scene.front !== group;
      return isBehind ? mixed(palette.background, colour, BEHIND_SHARE) : colour;
    });
    const dot = DOTS.find(([most]) => crowd <= most)?.[1] ?? 2;
    return {
      background: palette.background,
      colours,
      stamps:
        crowd <= SHAPES_MAX ? scene.marks.map((mark) => this.stamp(mark, SHAPE_PX * ratio)) : null,
      dot: Math.max(1, Math.round(dot * ratio)),
      front: scene.front,
    };
  }

  /** The coverage of a mark, drawn once by the browser. */
  private stamp(mark: number, side: number): Stamp {
    const key = `${mark} ${side}`;
    const known = this.stamps.get(key);
    if (known) return known;
    const pixels = Math.ceil(side) | 1;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = pixels;
    const context = canvas.getContext("2d");
    const coverage = new Uint8Array(pixels * pixels).fill(255);
    if (context) {
      context.scale(pixels / 14, pixels / 14);
      context.fill(new Path2D(markPath(mark)));
      const { data } = context.getImageData(0, 0, pixels, pixels);
      for (let i = 0; i < coverage.length; ++i) coverage[i] = data[4 * i + 3] ?? 0;
    }
    const stamp = { side: pixels, coverage };
    this.stamps.set(key, stamp);
    return stamp;
  }

  private drawRing(scene: Scene, size: Size, palette: Palette) {
    if (scene.ring < 0) return;
    const { points, view } = scene;
    const [x, y] = toPixel(view, size, points.x[scene.ring] ?? 0, points.y[scene.ring] ?? 0);
    const { context } = this;
    for (const [width, colour] of [
      [5, palette.surface],
      [2, palette.text],
    ] as const) {
      context.beginPath();
      context.arc(x, y, 8, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
  }

  /** Names at the middles of their groups; one that would cover an earlier one is left out. */
  private drawLabels(scene: Scene, size: Size, ratio: number, palette: Palette) {
    const taken: [number, number, number, number][] = [];
    for (const label of scene.labels) {
      const [x, centre] = toPixel(scene.view, size, label.at[0], label.at[1]);
      // Beside the points that the page is about, not over them.
      const y = label.isStrong ? Math.max(centre - STRONG_UP_PX, STRONG_UP_PX / 2) : centre;
      const sign = this.sign(label, ratio, palette);
      const half = sign.width / ratio / 2;
      const up = sign.height / ratio / 2;
      const middle = Math.min(Math.max(x, half), size.width - half);
      const box: [number, number, number, number] = [middle - half, y - up, middle + half, y + up];
      const isOutside = x < 0 || x > size.width || box[1] < 0 || box[3] > size.height;
      const isCovering = taken.some(
        (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1],
      );
      if (isOutside || isCovering) continue;
      taken.push(box);
      this.context.drawImage(sign, box[0], box[1], 2 * half, 2 * up);
    }
  }

  /** A name on a plate as a picture: text costs a millisecond, drawing its picture next to nothing. */
  private sign(label: Label, ratio: number, palette: Palette): HTMLCanvasElement {
    if (this.signsOf !== palette) this.signs.clear();
    this.signsOf = palette;
    const key = `${label.lines.join("|")} ${label.isStrong} ${label.isQuiet} ${ratio}`;
    const known = this.signs.get(key);
    if (known) return known;
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    if (!context) return canvas;
    const font = (line: number) =>
      `${line === 0 ? 600 : 400} ${LABEL_PX + (label.isStrong && line === 0 ? 1 : 0)}px ${palette.font}`;
    const lines = label.isStrong ? label.lines : label.lines.slice(0, 1);
    const widths = lines.map((text, line) => {
      context.font = font(line);
      return context.measureText(text).width;
    });
    const width = Math.max(...widths) + 2 * LABEL_ROOM_PX;
    const height = lines.length * LABEL_LINE_PX + 2 * LABEL_ROOM_PX;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
    context.scale(ratio, ratio);
    context.globalAlpha = PLATE_SHARE;
    context.fillStyle = palette.surface;
    context.beginPath();
    context.roundRect(0, 0, width, height, PLATE_ROUND_PX);
    context.fill();
    context.globalAlpha = 1;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = label.isQuiet ? palette.quiet : palette.text;
    lines.forEach((text, line) => {
      context.font = font(line);
      const y = LABEL_ROOM_PX + LABEL_LINE_PX * (line + 0.5);
      context.fillText(text, width / 2, y);
    });
    this.signs.set(key, canvas);
    return canvas;
  }
}
