import type { Variant } from "../../api/client";
import { DataTable, Mark, RelativeTime, type Column } from "../../kit";
import { headOf, spoken } from "../../variant/words";
import { Marks, StateWord, type ViewProps } from "./MatrixTable";

/** The same variants one below the other; on phones the only view. */
export function VariantList({ matrix, shown, isAcross, openId, hrefOf, segmentName }: ViewProps) {
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
