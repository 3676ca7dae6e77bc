import clsx from "clsx";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import type { Variant } from "../../api/client";
import { count, Mark, StatusWord, statusOf } from "../../kit";
import { sourcedOf, worstOf } from "../../variant/claims";
import { Severity } from "../../variant/Screening";
import { firstWords, headOf, spoken } from "../../variant/words";
import { OTHER, type ControlRow, type Matrix } from "./matrix";

export interface ViewProps {
  matrix: Matrix;
  shown: readonly Variant[];
  isAcross: boolean;
  openId: string | null;
  hrefOf: (variant: Variant) => string;
  segmentName: (segment: number, run?: string) => string;
}

const CELL_GAP = 8;

/** Segments down, strategies across; scrolls by itself where it is narrow. */
export function MatrixTable({ matrix, openId, hrefOf }: ViewProps) {
  const { columns, controls, rows } = matrix;
  const region = useRef<HTMLDivElement>(null);
  // The peek makes the matrix narrower: the open cell stays in sight, without moving the page.
  useEffect(() => {
    const frame = region.current;
    const cell = frame?.querySelector<HTMLElement>(".cell.open");
    if (!frame || !cell) return;
    const hidden = cell.getBoundingClientRect().right - frame.getBoundingClientRect().right;
    if (hidden > 0) frame.scrollLeft += hidden + CELL_GAP;
  }, [openId]);
  return (
    <>
      {/* Scrolls sideways by itself, so keys must reach it. */}
      <div
        ref={region}
        className="matrix-scroll"
        role="region"
        aria-label="Matrix of variants"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <table className="table matrix">
          <caption className="sr">Variants: segments down, strategies across</caption>
          <thead>
            <tr>
              <th scope="col">Segment</th>
              {columns.map((column) => (
                // The title stands inside, deeper than the rule looks.
                // oxlint-disable-next-line jsx-a11y/control-has-associated-label
                <th key={column.key} scope="col">
                  <span className="two">
                    <span className="named">
                      {column.mark === null ? null : <Mark index={column.mark} />}
                      {column.title}
                    </span>
                    <span>
                      {column.approved} of {column.total} approved
                    </span>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {controls.map((row) => (
              <ControlLine
                key={row.hash}
                row={row}
                span={columns.length}
                openId={openId}
                hrefOf={hrefOf}
              />
            ))}
            {rows.map((row) => (
              <tr key={row.segment}>
                <th scope="row">
                  <span className="two">
                    <span>{row.name}</span>
                    {row.size === null ? null : <span>{count(row.size)} people</span>}
                  </span>
                </th>
                {columns.map((column) => {
                  const variants = row.cells[column.key] ?? [];
                  return (
                    <td key={column.key}>
                      {variants.map((variant) => (
                        <Cell
                          key={variant.id}
                          variant={variant}
                          isNamed={column.key === OTHER}
                          isOpen={variant.id === openId}
                          href={hrefOf(variant)}
                        />
                      ))}
                      {variants.length === 0 ? <span className="faint small">–</span> : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="panel-foot">
        Each cell: worst severity of 7, claims that an approved document states, confidence from 0
        to 1.
      </p>
    </>
  );
}

function Cell(props: { variant: Variant; isNamed: boolean; isOpen: boolean; href: string }) {
  const { variant, isNamed, isOpen, href } = props;
  return (
    <div className={clsx("cell", isOpen && "open")}>
      {isNamed ? <span className="tiny dim">{spoken(variant.strategy)}</span> : null}
      <Link
        className="subject"
        to={href}
        data-cell-link=""
        aria-current={isOpen || undefined}
        preventScrollReset
      >
        {headOf(variant)}
      </Link>
      {variant.subject ? <span className="lines">{firstWords(variant.text)}</span> : null}
      <StateWord variant={variant} />
      <Marks variant={variant} />
    </div>
  );
}

/** In a cell the long word of a state is shortened: that it passed is said by its severity. */
export function StateWord({ variant }: { variant: Variant }) {
  const { tone, icon, word } = statusOf.variant(variant.state);
  return (
    <StatusWord tone={tone} icon={icon}>
      {variant.state === "pass" ? "Waits for review" : word}
    </StatusWord>
  );
}

export function Marks({ variant }: { variant: Variant }) {
  const { agree, total } = sourcedOf(variant);
  return (
    <span className="marks">
      <Severity value={worstOf(variant)} />
      <span className={agree < total ? "bad" : undefined}>
        {agree} of {total} claims
      </span>
      <span title="Confidence: how well it is backed by content, from 0 to 1">
        {variant.confidence.toFixed(2)}
        <span className="sr"> confidence</span>
      </span>
    </span>
  );
}

/** One control text, for how many segments, and how far its reviews are. */
export function ControlWords(props: { row: ControlRow; hrefOf: (variant: Variant) => string }) {
  const { row, hrefOf } = props;
  const first = row.variants.find((variant) => variant.state !== "approved") ?? row.variants[0];
  if (!first) return null;
  const states = new Map<Variant["state"], number>();
  for (const { state } of row.variants) states.set(state, (states.get(state) ?? 0) + 1);
  return (
    <span className="control-line">
      <Link to={hrefOf(first)} data-cell-link="" className="subject" preventScrollReset>
        {headOf(first)}
      </Link>
      <span className="dim small">
        one text for {row.variants.length === 1 ? "one segment" : `${row.variants.length} segments`}
      </span>
      <span className="control-states">
        {[...states].map(([state, found]) => {
          const { tone, icon, word } = statusOf.variant(state);
          return (
            <StatusWord key={state} tone={tone} icon={icon}>
              {found} {state === "pass" ? "waiting for review" : word.toLowerCase()}
            </StatusWord>
          );
        })}
      </span>
    </span>
  );
}

function ControlLine(props: {
  row: ControlRow;
  span: number;
  openId: string | null;
  hrefOf: (variant: Variant) => string;
}) {
  const { row, span, openId, hrefOf } = props;
  const isOpen = row.variants.some((variant) => variant.id === openId);
  return (
    <tr className="control">
      <th scope="row">
        <span className="named">
          <Mark index={0} />
          Control
        </span>
      </th>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
      <td colSpan={span} data-open={isOpen || undefined}>
        <ControlWords row={row} hrefOf={hrefOf} />
      </td>
    </tr>
  );
}
