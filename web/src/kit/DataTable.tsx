import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useIsPhone } from "./useMedia";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Right-aligned with tabular figures; dims when stale. */
  isNumber?: boolean;
  isSortable?: boolean;
  /** A CSS width for the column, such as "20%". */
  width?: string;
  /** Left out while a peek stands beside the table. */
  isLow?: boolean;
  /** Where it stands in the card of a phone; the first column is the title by default. */
  card?: "title" | "aside" | "line" | "hidden";
}

export interface Sort {
  column: string;
  direction: "ascending" | "descending";
}

export interface DataTableProps<Row> {
  /** Name of the table for those who do not see the panel's heading. */
  caption: string;
  /** The first column is the header of its row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Address of a row (its peek); the row header becomes the link and a click anywhere opens it. */
  hrefOf?: (row: Row) => string;
  /** Key of the row whose peek is open. */
  openKey?: string | null | undefined;
  /** A peek stands beside it: columns with isLow go. */
  isCompact?: boolean;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}

/**
 * A native table with a sticky header; on phones a real list of cards instead. j and k walk the rows
 * while one of them has the focus, Enter opens it.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isPhone = useIsPhone();
  const root = useRef<HTMLDivElement>(null);
  const walk = (event: KeyboardEvent) => {
    const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
    if (step === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...(root.current?.querySelectorAll<HTMLElement>("[data-row-link]") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    if (at >= 0) links[at + step]?.focus();
  };
  return (
    // The keys only add to the links, which are reached by Tab as well.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={root} onKeyDown={walk}>
      {isPhone ? <Cards {...props} /> : <Table {...props} />}
    </div>
  );
}

function Table<Row>(props: DataTableProps<Row>) {
  const { caption, rows, keyOf, hrefOf, openKey, isCompact, sort, onSort } = props;
  const navigate = useNavigate();
  const columns = props.columns.filter((column) => !(isCompact && column.isLow));
  const open = (event: MouseEvent, row: Row) => {
    const isOnControl = (event.target as Element).closest("a,button,input,label,select,summary");
    if (!hrefOf || isOnControl || window.getSelection()?.toString()) return;
    void navigate(hrefOf(row));
  };
  return (
    <table className="table">
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = keyOf(row);
          return (
            // The link in the row header is the way for keys; the row only widens its target.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <tr
              key={key}
              className={clsx(hrefOf && "link")}
              data-open={key === openKey || undefined}
              onClick={(event) => open(event, row)}
            >
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row">
                    <RowLink href={hrefOf?.(row)} isOpen={key === openKey}>
                      {column.cell(row)}
                    </RowLink>
                  </th>
                ) : (
                  <td key={column.id} className={column.isNumber ? "num" : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function HeaderCell<Row>(props: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  const direction = sort?.column === column.id ? sort.direction : undefined;
  const next = direction === "descending" ? "ascending" : "descending";
  const Arrow = direction === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      className={column.isNumber ? "num" : undefined}
      style={column.width ? { width: column.width } : undefined}
      {...(column.isSortable ? { "aria-sort": direction ?? "none" } : {})}
    >
      {column.isSortable && onSort ? (
        <button
          type="button"
          className="sort"
          onClick={() => onSort({ column: column.id, direction: next })}
        >
          {column.header}
          {direction ? <Arrow className="icon" aria-hidden /> : null}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

function RowLink(props: { href: string | undefined; isOpen: boolean; children: ReactNode }) {
  if (!props.href) return <>{props.children}</>;
  return (
    <Link to={props.href} data-row-link="" aria-current={props.isOpen || undefined}>
      {props.children}
    </Link>
  );
}

function Cards<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, keyOf, hrefOf, openKey } = props;
  const place = (column: Column<Row>, index: number) =>
    column.card ?? (index === 0 ? "title" : "line");
  const at = (wanted: string) => columns.filter((column, index) => place(column, index) === wanted);
  return (
    <ul className="cards" aria-label={caption}>
      {rows.map((row) => {
        const key = keyOf(row);
        return (
          <li key={key} data-open={key === openKey || undefined}>
            <div className="top">
              <b>
                <RowLink href={hrefOf?.(row)} isOpen={key === openKey}>
                  {at("title").map((column) => (
                    <span key={column.id}>{column.cell(row)}</span>
                  ))}
                </RowLink>
              </b>
              {at("aside").map((column) => (
                <span key={column.id}>{column.cell(row)}</span>
              ))}
            </div>
            <dl>
              {at("line").map((column) => (
                <div key={column.id} className="contents">
                  <dt>{column.header}</dt>
                  <dd className={column.isNumber ? "num" : undefined}>{column.cell(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
