import clsx from "clsx";
import type { ReactNode } from "react";

/** A small table that scrolls by itself, so keys must reach it; its rows are the children. */
export function ScrollTable(props: {
  /** Of the region, for those who move from one to the next. */
  label: string;
  /** What the table holds; the label where nothing is given. */
  caption?: string;
  headers: readonly string[];
  /** Columns from this one on hold numbers. */
  numbersFrom?: number;
  isFramed?: boolean;
  children: ReactNode;
}) {
  const { label, caption = label, headers, numbersFrom = headers.length, isFramed } = props;
  return (
    <div
      className={clsx("scroll", isFramed && "framed")}
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table className="table tight">
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            {headers.map((header, index) => (
              <th key={header} scope="col" className={index >= numbersFrom ? "num" : undefined}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
