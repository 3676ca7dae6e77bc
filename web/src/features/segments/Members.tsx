import { useQueries, useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { Customer, Segment } from "../../api/client";
import {
  getCustomerOptions,
  listSegmentMembersOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { featureValue, featureWords, KNOWN_FEATURES } from "../../api/features";
import {
  type Column,
  count,
  DataTable,
  joinQueries,
  Link,
  Pager,
  Panel,
  type PanelQuery,
  PanelState,
  percent,
  Segmented,
  SkeletonRows,
} from "../../kit";
import { hasFeature } from "..";

/** Every shown row is a read of its own, because members come as ids alone. */
const PAGE_SIZE = 20;
const SHOWN_FEATURES = 4;
const VIEWS = ["typical", "borderline", "all"] as const;
const PARSERS = {
  members: parseAsStringLiteral(VIEWS).withDefault("typical"),
  before: parseAsString,
  after: parseAsString,
};

interface Row {
  id: string;
  /** Of a borderline customer, the other segment. */
  other: Segment | undefined;
  /** How firmly it is in, 0 … 1, of the methods that say so. */
  strength: number | undefined;
  features: Customer["features"];
}

/** Who is in a segment: the most typical few, those nearest to another segment, then all by id. */
export function Members(props: {
  run: string;
  segment: number;
  of: Segment | null;
  segments: readonly Segment[];
}) {
  const { run, segment, of, segments } = props;
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const isAll = url.members === "all";
  const isBorderline = url.members === "borderline";
  const borderline = of?.borderline ?? [];
  const page = useQuery({
    ...listSegmentMembersOptions({
      path: { run, segment },
      query: {
        limit: PAGE_SIZE,
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
    enabled: isAll,
  });
  const strengths = new Map(page.data?.items.map((item) => [item.id, item.strength]));
  const ids = isAll
    ? (page.data?.items ?? []).map((item) => item.id)
    : isBorderline
      ? borderline.map((customer) => customer.id)
      : (of?.representatives ?? []);
  const customers = useQueries({
    queries: ids.map((customer) => getCustomerOptions({ path: { customer } })),
  });
  const list: PanelQuery<unknown>[] = isAll ? [page] : [];
  // A customer who was deleted since is shown by the id alone, not as a failure of the page.
  const answered = customers.filter((each) => !each.error);
  const isWaiting = !isAll && !of;
  const rowOf = (id: string, features: Customer["features"]): Row => {
    const other = isBorderline
      ? borderline.find((customer) => customer.id === id)?.other
      : undefined;
    return {
      id,
      features,
      other: segments.find((each) => each.segment === other),
      strength: isAll ? strengths.get(id) : undefined,
    };
  };
  const joined = joinQueries([...list, ...answered], () =>
    ids.map((id, index) => rowOf(id, customers[index]?.data?.features ?? {})),
  );
  const query = isWaiting
    ? { ...joined, data: undefined, isPending: true, isFetching: true, error: null }
    : {
        ...joined,
        dataUpdatedAt: Number.isFinite(joined.dataUpdatedAt) ? joined.dataUpdatedAt : 0,
      };
  const missing = customers.filter((each) => each.error).length;
  const features = KNOWN_FEATURES.filter((name) =>
    (query.data ?? []).some((row) => name in row.features),
  ).slice(0, SHOWN_FEATURES);
  return (
    <Panel
      title="Members"
      aside={
        <Segmented
          label="Which members"
          value={url.members}
          onChange={(members) => void setUrl({ members, before: null, after: null })}
          choices={[
            { value: "typical", label: "Most typical" },
            { value: "borderline", label: "Borderline" },
            { value: "all", label: of ? `All ${count(of.size)}` : "All" },
          ]}
        />
      }
    >
      <PanelState
        query={query}
        subject="The members"
        isEmpty={(rows) => rows.length === 0}
        empty={{
          text: isBorderline
            ? "Nobody is known to be near another segment."
            : "Nobody is in this segment.",
        }}
        missing={() => (missing > 0 ? [`figures of ${count(missing)} customers`] : [])}
        skeleton={<SkeletonRows />}
      >
        {(rows) => (
          <>
            <DataTable
              caption="Members"
              columns={columnsOf(
                run,
                isBorderline,
                rows.some((row) => row.strength !== undefined),
                features,
              )}
              rows={rows}
              keyOf={(row) => row.id}
              {...(hasFeature("customers")
                ? { hrefOf: (row: Row) => `/customers?customer=${encodeURIComponent(row.id)}` }
                : {})}
            />
            {isAll ? (
              <Pager
                order="id"
                newer={page.data?.previous ?? null}
                older={page.data?.next ?? null}
                onNewer={(after) => void setUrl({ after, before: null })}
                onOlder={(before) => void setUrl({ before, after: null })}
                onFirst={
                  url.before || url.after
                    ? () => void setUrl({ before: null, after: null })
                    : undefined
                }
              />
            ) : null}
          </>
        )}
      </PanelState>
    </Panel>
  );
}

/** Of HDBSCAN how firmly a customer is in, of a mixture how probable the segment is. */
const STRENGTH: Column<Row> = {
  id: "strength",
  header: "Strength",
  isNumber: true,
  cell: (row) => (row.strength === undefined ? "not known" : percent(row.strength, 0)),
};

function columnsOf(
  run: string,
  isBorderline: boolean,
  hasStrength: boolean,
  features: readonly string[],
): readonly Column<Row>[] {
  const other: Column<Row> = {
    id: "other",
    header: "Nearest other segment",
    cell: (row) =>
      row.other ? (
        <Link to={`/segments/${run}/${row.other.segment}`}>{row.other.name}</Link>
      ) : (
        "not known"
      ),
  };
  return [
    { id: "id", header: "Customer", cell: (row) => row.id, width: "20%" },
    ...(isBorderline ? [other] : []),
    ...(hasStrength ? [STRENGTH] : []),
    ...features.map((feature) => ({
      id: feature,
      header: featureWords(feature),
      isNumber: true,
      cell: (row: Row) => {
        const value = row.features[feature];
        return value === undefined ? "not known" : featureValue(feature, value);
      },
    })),
  ];
}
