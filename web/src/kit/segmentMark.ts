/** Marks that only one segment has; the seventh and all smaller ones share the circle. */
const OWN_MARKS = 6;

/**
 * The mark of a segment, whose numbers go from the largest down. Segments have no control, so the
 * circle is left for the small ones.
 */
export function segmentMark(segment: number): number {
  return segment < OWN_MARKS ? segment + 1 : 0;
}
