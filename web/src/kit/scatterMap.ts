import { paletteOf, ScatterPainter, type Label, type Palette } from "./scatterDraw";
import type { Place, Polygon } from "./lasso";
import {
  fitted,
  NearestGrid,
  toData,
  toPixel,
  type Points,
  type Size,
  type View,
} from "./scatterMath";

const RATIO_MAX = 2;

/** What the page wants on the map. */
export interface Shown {
  points: Points;
  marks: readonly number[];
  hidden: ReadonlySet<number>;
  front: number | null;
  labels: readonly Label[];
}

/**
 * The map on one canvas: what is seen of it, and one drawing a frame at most. Follows the size of
 * its canvas and the theme. Lives beside React, which would draw too often.
 */
export class ScatterMap {
  private canvas: HTMLCanvasElement | null = null;
  private painter: ScatterPainter | null = null;
  private palette: Palette | null = null;
  private shown: Shown | null = null;
  private grid: NearestGrid | null = null;
  private view: View = { x: 0, y: 0, scale: 1 };
  private home: View = this.view;
  private size: Size = { width: 0, height: 0 };
  private ring = -1;
  private lasso: Polygon | null = null;
  private frame = 0;

  /** Draws on a canvas until the returned function is called. */
  attach(canvas: HTMLCanvasElement): () => void {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) return () => undefined;
    this.canvas = canvas;
    this.painter = new ScatterPainter(context);
    const sizes = new ResizeObserver(() => this.fit());
    sizes.observe(canvas);
    const recolour = () => {
      this.palette = null;
      this.redraw();
    };
    const themes = new MutationObserver(recolour);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", recolour);
    void document.fonts.ready.then(recolour); // Names are drawn with the font of the page.
    this.fit();
    return () => {
      sizes.disconnect();
      themes.disconnect();
      dark.removeEventListener("change", recolour);
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.canvas = null;
      this.painter = null;
    };
  }

  /** Other points begin with the whole map; all else keeps what is seen. */
  setShown(shown: Shown) {
    const isOther = this.shown?.points !== shown.points;
    this.shown = shown;
    if (!isOther) return this.redraw();
    this.grid = null;
    this.ring = -1;
    this.view = this.home;
    this.fit();
  }

  change(next: (view: View, size: Size, home: View) => View) {
    this.view = next(this.view, this.size, this.home);
    this.redraw();
  }

  get middle(): readonly [number, number] {
    return [this.size.width / 2, this.size.height / 2];
  }

  /** Rings the shown point nearest to a pixel; null when none is within reach. */
  pointAt(px: number, py: number, reach: number) {
    const { shown, view, size } = this;
    if (!shown) return null;
    this.grid ??= new NearestGrid(shown.points);
    const [x, y] = toData(view, size, px, py);
    const isShown = (group: number) => !shown.hidden.has(group);
    const index = this.grid.nearest(x, y, reach / view.scale, isShown);
    this.setRing(index);
    if (index < 0) return null;
    const [left, top] = toPixel(view, size, shown.points.x[index] ?? 0, shown.points.y[index] ?? 0);
    return { index, left, top, isRight: left > size.width / 2 };
  }

  setRing(index: number) {
    if (this.ring === index) return;
    this.ring = index;
    this.redraw();
  }

  /** Draws a polygon of the data over the points, or none. */
  setLasso(lasso: Polygon | null) {
    if (this.lasso === lasso) return;
    this.lasso = lasso;
    this.redraw();
  }

  /** What stands at a pixel. */
  placeAt(px: number, py: number): Place {
    return toData(this.view, this.size, px, py);
  }

  /** Follows the canvas; what is seen keeps its middle and its part of the whole. */
  private fit() {
    if (!this.canvas || !this.shown) return;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = this.ratio();
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.size = { width, height };
    const { home, view } = this;
    this.home = fitted(this.shown.points, this.size);
    this.view =
      view === home ? this.home : { ...view, scale: (view.scale * this.home.scale) / home.scale };
    this.redraw();
  }

  private redraw() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private draw() {
    this.frame = 0;
    const { canvas, painter, shown, size, view, ring, lasso } = this;
    if (!canvas || !painter || !shown || size.width === 0) return;
    this.palette ??= paletteOf(canvas);
    painter.draw(
      { ...shown, view, homeScale: this.home.scale, ring, lasso },
      size,
      this.ratio(),
      this.palette,
    );
  }

  private ratio(): number {
    return Math.min(window.devicePixelRatio || 1, RATIO_MAX);
  }
}
