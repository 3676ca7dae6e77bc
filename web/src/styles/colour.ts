/** Colour arithmetic for the tests of the tokens; no screen needs it. Channels are 0 … 255. */
export type Rgb = [number, number, number];
export type Deficiency = "normal" | "protan" | "deutan" | "tritan";

const linear = (channel: number): number => {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

const toLinear = ([r, g, b]: Rgb): Rgb => [linear(r), linear(g), linear(b)];

const times = (m: readonly Rgb[], [x, y, z]: Rgb): Rgb =>
  m.map(([a, b, c]) => a * x + b * y + c * z) as Rgb;

/** Contrast ratio 1 … 21 of WCAG 2.2. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = toLinear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Full colour blindness on linear RGB. Source: Machado, Oliveira & Fernandes, "A Physiologically-based
 * Model for Simulation of Color Vision Deficiency", IEEE TVCG 2009, matrices of severity 1.
 */
const MATRICES: Record<Exclude<Deficiency, "normal">, readonly Rgb[]> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear RGB as somebody with that deficiency sees it. */
export function simulate(colour: Rgb, deficiency: Deficiency): Rgb {
  const seen = toLinear(colour);
  if (deficiency === "normal") return seen;
  return times(MATRICES[deficiency], seen).map((c) => Math.min(1, Math.max(0, c))) as Rgb;
}

/** Distance of two linear RGB colours in OKLab. Source: Ottosson, "A perceptual color space", 2020. */
export function distance(a: Rgb, b: Rgb): number {
  const [p, q] = [oklab(a), oklab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function oklab(colour: Rgb): Rgb {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour,
  ).map(Math.cbrt) as Rgb;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}
