import type { Variant } from "../../api/client";
import { Link } from "react-router";
import { DataTable, Mark, RelativeTime, useIsPhone, type Column } from "../../kit";
import { headOf, spoken } from "../../variant/words";
import { ControlWords, Marks, StateWord, type ViewProps } from "./MatrixTable";

/** The same variants one below the other; on phones the only view. */
export function VariantList(props: ViewProps) {
  return useIsPhone() ? <VariantCards {...props} /> : <VariantTable {...props} />;
}

/** On phones: whom it is for, its first words, its state; the control once, not once a segment. */
function VariantCards(props: ViewProps) {
  const { matrix, shown, isAcross, openId, hrefOf, segmentName } = props;
  const byId = new Map(shown.map((variant) => [variant.id, variant]));
  const rows = isAcross
    ? shown
    : matrix.order.flatMap((id) => byId.get(id) ?? []).filter((variant) => !variant.is_control);
  return (
    <ul className="cards variant-cards" aria-label="Variants">
      {(isAcross ? [] : matrix.controls).map((row) => (
        <li key={row.hash}>
          <span className="named dim small">
            <Mark index={0} />
            Control
          </span>
          <ControlWords row={row} hrefOf={hrefOf} />
        </li>
      ))}
      {rows.map((variant) => (
        <li key={variant.id} data-open={variant.id === openId || undefined}>
          <span className="small dim">
            {spoken(variant.strategy)} · {segmentName(variant.segment, variant.run)}
          </span>
          <Link to={hrefOf(variant)} className="subject" data-cell-link="" preventScrollReset>
            {headOf(variant)}
          </Link>
          <div className="top">
            <StateWord variant={variant} />
            <Marks variant={variant} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function VariantTable({ matrix, shown, isAcross, openId, hrefOf, segmentName }: ViewProps) {
  const byId = new Map(shown.map((variant) => [variant.id, variant]));
  const rows = isAcross ? shown : matrix.order.flatMap((id) => byId.get(id) ?? []);
  const markOf = (variant: Variant) =>
    variant.is_control
      ? 0
      : (matrix.columns.find((column) => column.key === variant.strategy)?.mark ?? null);
  const columns: readonly Column<Variant>[] = [
    {
      id: "subject",
      header: "Text",
      width: "34%",
      cell: (variant) => headOf(variant),
    },
    {
      id: "strategy",
      header: "Strategy",
      card: "line",
      width: "16%",
      cell: (variant) => {
        const mark = isAcross ? null : markOf(variant);
        return (
          <span className="named">
            {mark === null ? null : <Mark index={mark} />}
            {spoken(variant.strategy)}
          </span>
        );
      },
    },
    {
      id: "segment",
      header: "Segment",
      isLow: true,
      cell: (variant) => segmentName(variant.segment, variant.run),
    },
    {
      id: "state",
      header: "State",
      card: "aside",
      width: "16%",
      cell: (variant) => <StateWord variant={variant} />,
    },
    {
      id: "marks",
      header: "Severity, claims, confidence",
      isLow: true,
      cell: (variant) => <Marks variant={variant} />,
    },
    ...(isAcross
      ? [
          {
            id: "changed",
            header: "Changed",
            isNumber: true,
            width: "12%",
            cell: (variant: Variant) => <RelativeTime at={variant.updated_at} />,
          },
        ]
      : []),
  ];
  return (
    <DataTable
      caption="Variants"
      columns={columns}
      rows={rows}
      keyOf={(variant) => variant.id}
      hrefOf={hrefOf}
      openKey={openId}
      isCompact={openId !== null}
    />
  );
}
