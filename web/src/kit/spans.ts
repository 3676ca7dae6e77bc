/** A part of a text as the server gives it: Unicode code points, end exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A run of text under the same spans. */
export interface Piece {
  text: string;
  /** Indexes of the spans above it, the outermost first. */
  under: number[];
  /** Indexes of the spans whose last piece this is. */
  ends: number[];
}

/** From code points, which the server counts, to the UTF-16 units of a JavaScript string. */
export function unitsOf(text: string): (codePoint: number) => number {
  const starts: number[] = [];
  let unit = 0;
  for (const character of text) {
    starts.push(unit);
    unit += character.length;
  }
  return (codePoint) => (codePoint < 0 ? 0 : (starts[codePoint] ?? text.length));
}

/** The words of a span. */
export function textOf(text: string, span: Span): string {
  const unit = unitsOf(text);
  return text.slice(unit(span.start), unit(span.end));
}

/** The text with the words of a span replaced. */
export function replaceSpan(text: string, span: Span, by: string): string {
  const unit = unitsOf(text);
  return text.slice(0, unit(span.start)) + by + text.slice(unit(span.end));
}

/**
 * Cuts a text wherever a span begins or ends, so that overlapping spans become nested pieces. Spans
 * without words (such as a missing line) have no piece.
 */
export function splitSpans(text: string, spans: readonly Span[]): Piece[] {
  const unit = unitsOf(text);
  const ranges = spans.map((span) => ({ from: unit(span.start), to: unit(span.end) }));
  const cuts = new Set([0, text.length]);
  for (const range of ranges) if (range.from < range.to) cuts.add(range.from).add(range.to);
  const at = [...cuts].sort((left, right) => left - right);
  const outerFirst = ranges
    .map((_, index) => index)
    .sort((left, right) => {
      const [one, other] = [ranges[left], ranges[right]];
      return (one?.from ?? 0) - (other?.from ?? 0) || (other?.to ?? 0) - (one?.to ?? 0);
    });
  return at.slice(1).map((end, index) => {
    const start = at[index] ?? 0;
    const under = outerFirst.filter((each) => {
      const range = ranges[each];
      return range !== undefined && range.from <= start && range.to >= end && start < end;
    });
    return {
      text: text.slice(start, end),
      under,
      ends: under.filter((each) => ranges[each]?.to === end),
    };
  });
}

/** The pieces in the paragraphs of the text, which empty lines part. */
export function paragraphsOf(pieces: readonly Piece[]): Piece[][] {
  const paragraphs: Piece[][] = [[]];
  for (const piece of pieces) {
    const parts = piece.text.split(/\n[ \t]*\n\s*/);
    const last = parts.length - 1;
    parts.forEach((part, index) => {
      if (index > 0) paragraphs.push([]);
      const ends = index === last ? piece.ends : [];
      if (part !== "" || ends.length > 0)
        paragraphs.at(-1)?.push({ text: part, under: piece.under, ends });
    });
  }
  return paragraphs.filter((paragraph) => paragraph.length > 0);
}
