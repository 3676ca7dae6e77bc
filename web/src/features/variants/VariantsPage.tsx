import { useQuery } from "@tanstack/react-query";
import {
  createSerializer,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { useCallback, useMemo } from "react";
import type { Variant, VariantState } from "../../api/client";
import {
  listSegmentsOptions,
  listVariantsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  Checkbox,
  Link,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  PeekLayout,
  RelativeTime,
  Segmented,
  Select,
  statusOf,
  useIsPhone,
  type ActiveFilter,
} from "../../kit";
import { Page } from "../../shell/Page";
import { hasFeature } from "..";
import { WAITING } from "../../variant/mayReview";
import { buildMatrix, sumOf } from "./matrix";
import { MatrixTable } from "./MatrixTable";
import { useRuns, useRunVariants } from "./runs";
import { useSteps, useWalkKeys } from "./useWalkKeys";
import { VariantList } from "./VariantList";
import { TABS, VariantPeek } from "./VariantPeek";

const STATES: readonly VariantState[] = [
  "pass",
  "review",
  "block",
  "unscreened",
  "approved",
  "rejected",
];
const ALL_RUNS = "all";
const PAGE_SIZE = 50;
const PARSERS = {
  run: parseAsString,
  segment: parseAsInteger,
  state: parseAsStringLiteral(STATES),
  only: parseAsStringLiteral(["waiting"]),
  view: parseAsStringLiteral(["matrix", "list"]).withDefault("matrix"),
  before: parseAsString,
  after: parseAsString,
  item: parseAsString,
  tab: parseAsStringLiteral(TABS).withDefault("text"),
};
const inUrl = createSerializer(PARSERS);
const FIRST_PAGE = { before: null, after: null };
const NO_FILTER = { segment: null, state: null, only: null, ...FIRST_PAGE };

/** What was written for whom: read, compare with the sources, approve or send back. */
export default function VariantsPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const isPhone = useIsPhone();
  const runs = useRuns();
  // A state without a run counts over all runs, as the links of the overview do.
  const isAcross = url.run === ALL_RUNS || (url.run === null && url.state !== null);
  const chosen = isAcross ? null : (url.run ?? runs.named[0]?.run.id ?? null);
  const run = runs.named.find((each) => each.run.id === chosen);
  const segmentation = run?.run.request.segmentation_run;
  const segments = useQuery({
    ...listSegmentsOptions({ path: { run: segmentation ?? "" } }),
    enabled: segmentation !== undefined,
  });
  const ofRun = useRunVariants(chosen);
  const across = useQuery({
    ...listVariantsOptions({
      query: {
        limit: PAGE_SIZE,
        ...(url.state ? { state: url.state } : {}),
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
    enabled: isAcross,
  });
  const fits = useCallback(
    (variant: Variant) =>
      (url.state === null || variant.state === url.state) &&
      (url.segment === null || variant.segment === url.segment) &&
      (isAcross || url.only === null || WAITING.includes(variant.state)),
    [isAcross, url.state, url.segment, url.only],
  );
  const all = useMemo(
    () => (isAcross ? (across.data?.items ?? []) : (ofRun.data?.items ?? [])),
    [isAcross, across.data, ofRun.data],
  );
  const shown = useMemo(() => all.filter(fits), [all, fits]);
  const matrix = useMemo(
    () => buildMatrix(all, shown, segments.data?.items ?? []),
    [all, shown, segments.data],
  );
  const isMatrix = !isAcross && url.view === "matrix" && !isPhone;
  const order = isAcross ? shown.map((variant) => variant.id) : matrix.order;
  const close = useCallback(() => void setUrl({ item: null }), [setUrl]);
  const step = useSteps(order, url.item, (item) => void setUrl({ item }, { history: "replace" }));
  useWalkKeys({ isOpen: url.item !== null, previous: step(-1), next: step(1) });
  const segmentName = (segment: number, ofVariant?: string) =>
    (ofVariant === undefined || ofVariant === chosen
      ? segments.data?.items.find((each) => each.segment === segment)?.name
      : undefined) ?? `Segment ${segment}`;
  const hrefOf = (variant: Variant) => inUrl({ ...url, item: variant.id }) || "?";

  const filters: ActiveFilter[] = [];
  if (url.state)
    filters.push({
      name: "State",
      value: statusOf.variant(url.state).word,
      onRemove: () => void setUrl({ state: null, ...FIRST_PAGE }),
    });
  if (url.segment !== null)
    filters.push({
      name: "Segment",
      value: segmentName(url.segment),
      onRemove: () => void setUrl({ segment: null }),
    });
  if (url.only && !isAcross)
    filters.push({
      name: "Only",
      value: "needs review",
      onRemove: () => void setUrl({ only: null }),
    });
  const view = {
    matrix,
    shown,
    isAcross,
    openId: url.item,
    hrefOf,
    segmentName,
  };
  const state = {
    subject: "The variants",
    isEmpty: () => shown.length === 0,
    empty: { text: "This run wrote no variants. Its job says why." },
    filters,
    onClearFilters: () => void setUrl(NO_FILTER),
  };
  const hasRun = isAcross || chosen !== null;
  return (
    <Page
      title="Variants"
      {...(run?.campaign && hasFeature("campaigns/:id/runs/:run")
        ? { crumbs: [{ label: run.campaign.name, to: run.campaign.to }] }
        : {})}
      sub={
        isAcross
          ? "Of all runs, newest first"
          : ofRun.data
            ? sumOf(all)
            : "What was written for each segment, with its sources"
      }
      actions={<LiveChip />}
    >
      <div className="toolbar">
        <Select
          label="Run"
          value={isAcross ? ALL_RUNS : (chosen ?? "")}
          onChange={(next) => void setUrl({ ...NO_FILTER, run: next, item: null })}
          choices={[
            ...runs.named.map((each) => ({
              value: each.run.id,
              label: runLabel(each.run, each.name),
            })),
            { value: ALL_RUNS, label: "All runs" },
          ]}
        />
        <Select
          label="State"
          value={url.state ?? "any"}
          onChange={(next) =>
            void setUrl({
              state: next === "any" ? null : (next as VariantState),
              ...FIRST_PAGE,
              run: isAcross ? ALL_RUNS : chosen,
            })
          }
          choices={[
            { value: "any", label: "Every state" },
            ...STATES.map((each) => ({ value: each, label: statusOf.variant(each).word })),
          ]}
        />
        {isAcross ? null : (
          <Select
            label="Segment"
            value={url.segment === null ? "any" : String(url.segment)}
            onChange={(next) => void setUrl({ segment: next === "any" ? null : Number(next) })}
            choices={[
              { value: "any", label: "Every segment" },
              ...(segments.data?.items ?? []).map((each) => ({
                value: String(each.segment),
                label: each.name,
              })),
            ]}
          />
        )}
        {isAcross ? null : (
          <Checkbox
            isSelected={url.only !== null}
            onChange={(isOn) => void setUrl({ only: isOn ? "waiting" : null })}
          >
            Only needs review
          </Checkbox>
        )}
        {isAcross || isPhone ? null : (
          <Segmented
            label="View"
            value={url.view}
            onChange={(next) => void setUrl({ view: next })}
            choices={[
              { value: "matrix", label: "Matrix" },
              { value: "list", label: "List" },
            ]}
          />
        )}
      </div>
      <PeekLayout
        list={
          <Panel
            title={isAcross ? "Variants of all runs" : (run?.name ?? "Variants")}
            aside={run ? <RelativeTime at={run.run.created_at} /> : null}
          >
            {!hasRun ? (
              <PanelState
                query={runs.query}
                subject="The runs"
                isEmpty={(page) => page.items.length === 0}
                empty={{
                  text: "No variants yet. A campaign run writes some for each segment.",
                  action: hasFeature("campaigns") ? (
                    <Link to="/campaigns">Open campaigns</Link>
                  ) : undefined,
                }}
              >
                {() => null}
              </PanelState>
            ) : isAcross ? (
              <PanelState
                query={across}
                {...state}
                empty={{
                  text: "No variants yet. A campaign run writes some for each segment.",
                  action: hasFeature("campaigns") ? (
                    <Link to="/campaigns">Open campaigns</Link>
                  ) : undefined,
                }}
              >
                {(page) => (
                  <>
                    <VariantList {...view} />
                    <Pager
                      newer={page.previous}
                      older={page.next}
                      onNewer={(cursor) => void setUrl({ after: cursor, before: null })}
                      onOlder={(cursor) => void setUrl({ before: cursor, after: null })}
                      onFirst={url.before ? () => void setUrl(FIRST_PAGE) : undefined}
                    />
                  </>
                )}
              </PanelState>
            ) : (
              <PanelState
                query={ofRun}
                {...state}
                missing={(data) => [
                  ...(data.isCut ? ["variants beyond the first 1,000"] : []),
                  ...absent(segments, "names of the segments"),
                  ...runs.missing,
                ]}
              >
                {() => (isMatrix ? <MatrixTable {...view} /> : <VariantList {...view} />)}
              </PanelState>
            )}
          </Panel>
        }
        peek={
          url.item ? (
            <VariantPeek
              key={url.item}
              id={url.item}
              tab={url.tab}
              onTab={(tab) => void setUrl({ tab }, { history: "replace" })}
              segmentName={segmentName}
              onClose={close}
              onPrevious={step(-1)}
              onNext={step(1)}
            />
          ) : null
        }
      />
    </Page>
  );
}

function runLabel(run: { created_at: string }, name: string): string {
  const at = new Date(run.created_at);
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `${name}, ${day} ${time}`;
}
