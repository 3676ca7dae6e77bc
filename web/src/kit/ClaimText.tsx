import { SpanText, type MarkLinks, type TextMark } from "./SpanText";
import type { Span } from "./spans";

/** How a claim stands to the approved documents. */
export type Standing = "agrees" | "disagrees" | "none";

export interface ClaimMark extends Span {
  id: string;
  number: number;
  standing: Standing;
}

const SAYS: Record<Standing, string> = {
  agrees: "agrees with its source",
  disagrees: "disagrees with its source",
  none: "has no source",
};

/** A text whose claims carry the number of their source: solid agrees, wavy does not. */
export function ClaimText(props: {
  text: string;
  claims: readonly ClaimMark[];
  links: MarkLinks;
  className?: string;
}) {
  const { claims, ...rest } = props;
  const marks = claims.map((claim): TextMark => {
    const isGood = claim.standing === "agrees";
    return {
      id: claim.id,
      start: claim.start,
      end: claim.end,
      number: claim.number,
      className: isGood ? "claim" : "claim broken",
      refClassName: isGood ? "ref" : "ref bad",
      says: `Claim ${claim.number} ${SAYS[claim.standing]}`,
    };
  });
  return <SpanText marks={marks} {...rest} />;
}
