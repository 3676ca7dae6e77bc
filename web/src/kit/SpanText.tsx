import clsx from "clsx";
import { useId, useState, type ReactNode } from "react";
import { paragraphsOf, splitSpans, type Piece, type Span } from "./spans";

/** A marked part of a text, linked with an entry of a list by its number. */
export interface TextMark extends Span {
  id: string;
  number: number;
  /** Classes of the marked words, such as "span pii" or "claim broken". */
  className: string;
  /** Classes and words of its number, which stands behind the last word. */
  refClassName: string;
  label?: string;
  /** What the number says to those who hear it. */
  says: string;
}

export interface MarkLinks {
  active: string | null;
  setHovered: (id: string | null) => void;
  setFocused: (id: string | null) => void;
  /** Ids of the elements of both ends, for the focus to go from one to the other. */
  refId: (id: string) => string;
  entryId: (id: string) => string;
}

/**
 * Links the marks of a text with the entries of a list. The one under the pointer is active, else
 * the one with the focus.
 */
export function useMarkLinks(): MarkLinks {
  const prefix = useId();
  const [hovered, setHovered] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  return {
    active: hovered ?? focused,
    setHovered,
    setFocused,
    refId: (id) => `${prefix}ref-${id}`,
    entryId: (id) => `${prefix}entry-${id}`,
  };
}

export function focusOn(id: string) {
  const element = document.getElementById(id);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: "center" });
}

const GLUED_MAX = 22;

/** A text with marked parts; overlapping marks lie inside each other. Offsets are code points. */
export function SpanText(props: {
  text: string;
  marks: readonly TextMark[];
  links: MarkLinks;
  className?: string;
}) {
  const { text, marks, links, className } = props;
  const paragraphs = paragraphsOf(splitSpans(text, marks));
  return (
    <>
      {paragraphs.map((pieces, at) => (
        // The text is one value: its paragraphs have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <p key={at} className={clsx("marked-line", className)}>
          {pieces.map((piece, index) => (
            <PieceOf
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              piece={piece}
              marks={marks}
              links={links}
            />
          ))}
        </p>
      ))}
    </>
  );
}

function PieceOf(props: { piece: Piece; marks: readonly TextMark[]; links: MarkLinks }) {
  const { piece, marks, links } = props;
  const under = piece.under.flatMap((index) => marks[index] ?? []);
  if (under.length === 0) return <>{piece.text}</>;
  const ending = piece.ends.flatMap((index) => marks[index] ?? []);
  const inside = under.reduceRight<ReactNode>(
    (content, mark, depth) => (
      <span
        className={clsx(mark.className, depth > 0 && "inner", mark.id === links.active && "lit")}
        onMouseEnter={() => links.setHovered(mark.id)}
        onMouseLeave={() => links.setHovered(null)}
      >
        {content}
      </span>
    ),
    <Words text={piece.text} marks={ending} links={links} />,
  );
  return <>{inside}</>;
}

/** The words, with the numbers of the marks that end here held to the last one. */
function Words(props: { text: string; marks: readonly TextMark[]; links: MarkLinks }) {
  const { text, marks, links } = props;
  if (marks.length === 0) return <>{text}</>;
  const refs = marks.map((mark) => <Ref key={mark.id} mark={mark} links={links} />);
  const cut = text.search(/\S+\s*$/);
  const isGlued = cut >= 0 && text.length - cut <= GLUED_MAX;
  if (!isGlued)
    return (
      <>
        {text}
        {refs}
      </>
    );
  return (
    <>
      {text.slice(0, cut)}
      <span className="nowrap">
        {text.slice(cut)}
        {refs}
      </span>
    </>
  );
}

function Ref({ mark, links }: { mark: TextMark; links: MarkLinks }) {
  return (
    <button
      type="button"
      id={links.refId(mark.id)}
      className={clsx(mark.refClassName, mark.id === links.active && "lit")}
      aria-label={mark.says}
      onClick={() => focusOn(links.entryId(mark.id))}
      onFocus={() => links.setFocused(mark.id)}
      onBlur={() => links.setFocused(null)}
    >
      <span>
        {mark.number}
        {mark.label ? ` ${mark.label}` : null}
      </span>
    </button>
  );
}
