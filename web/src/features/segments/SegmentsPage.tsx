import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import type { Segment, SegmentationRun } from "../../api/client";
import {
  listSegmentationRunsOptions,
  listSegmentsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { featureValue, featureWords } from "../../api/features";
import {
  Button,
  ButtonLink,
  count,
  counted,
  DataTable,
  Facts,
  Mark,
  Panel,
  PanelState,
  percent,
  RelativeTime,
  segmentMark,
  Select,
  type Column,
  type PanelQuery,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { hasFeature } from "..";
import { Contrast } from "./Contrast";
import { CustomerMap } from "./CustomerMap";
import { DensityTree } from "./DensityTree";
import { HowMade } from "./HowMade";
import { PendingRun } from "./PendingRun";
import { RadiusCurve } from "./RadiusCurve";
import {
  clarity,
  densityOf,
  methodWords,
  mixtureOf,
  modelUrl,
  momentWords,
  pendingRun,
  qualityOf,
  shownRun,
  type Density,
  type Mixture,
  type Quality,
} from "./runs";
import { StartRunDialog } from "./StartRunDialog";
import { treeOf } from "./tree";
import { TreeCut } from "./TreeCut";

const RUNS_MAX = 30;
const DRIVERS_SHOWN = 2;

/** The segments of the newest run, or of the one in the address, with all customers on a map. */
export default function SegmentsPage() {
  const [asked, setAsked] = useQueryState("run", parseAsString);
  const [isStarting, setStarting] = useState(false);
  const canStart = useCan("editor");
  const query = useQuery(listSegmentationRunsOptions({ query: { limit: RUNS_MAX } }));
  const runs = query.data?.items ?? [];
  const shown = shownRun(runs, asked);
  const pending = asked === null ? pendingRun(runs, shown) : null;
  return (
    <Page
      title="Segments"
      sub={
        shown ? (
          <>
            {counted(shown.customers, "customer")} grouped by how they buy, computed{" "}
            <RelativeTime at={shown.created_at} />
          </>
        ) : (
          "Groups of customers who buy alike"
        )
      }
      actions={
        <>
          {runs.length > 1 && shown ? (
            <RunChoice runs={runs} shown={shown} onChange={(id) => void setAsked(id)} />
          ) : null}
          {canStart ? (
            <Button variant="primary" onPress={() => setStarting(true)}>
              Compute segments
            </Button>
          ) : null}
        </>
      }
    >
      <div className="stack">
        {pending ? <PendingRun run={pending} /> : null}
        {shown ? (
          <Shown run={shown} runs={query} />
        ) : (
          <Panel title="Segments">
            <PanelState
              query={query}
              subject="The segments"
              isEmpty={() => true}
              empty={{
                text: "No segments yet. They come from your customers’ orders: who buys often, who bought once, who went quiet.",
                action: (
                  <div className="actions">
                    {canStart ? (
                      <Button onPress={() => setStarting(true)}>Compute segments</Button>
                    ) : null}
                    {canStart && hasFeature("campaigns/new") ? (
                      <ButtonLink to="/campaigns/new?step=customers">Bring in customers</ButtonLink>
                    ) : null}
                  </div>
                ),
              }}
            >
              {() => null}
            </PanelState>
          </Panel>
        )}
      </div>
      <StartRunDialog isOpen={isStarting} onClose={() => setStarting(false)} />
    </Page>
  );
}

function RunChoice(props: {
  runs: readonly SegmentationRun[];
  shown: SegmentationRun;
  onChange: (id: string | null) => void;
}) {
  const { runs, shown, onChange } = props;
  const done = runs.filter((run) => run.state === "succeeded");
  if (done.length < 2) return null;
  return (
    <Select
      label="Run"
      isLabelHidden
      value={shown.id}
      onChange={(id) => onChange(id === done[0]?.id ? null : id)}
      choices={done.map((run, index) => ({
        value: run.id,
        label: `${index === 0 ? "Newest, " : ""}${momentWords(run.created_at)}`,
      }))}
    />
  );
}

function Shown({ run, runs }: { run: SegmentationRun; runs: PanelQuery<unknown> }) {
  const query = useQuery(listSegmentsOptions({ path: { run: run.id } }));
  const segments = query.data?.items;
  const hasFirmness = qualityOf(run).silhouette !== null;
  return (
    <>
      <Panel
        title={segments ? counted(segments.length, "segment") : "Segments"}
        aside="Largest first"
      >
        <PanelState
          query={query}
          subject="The segments"
          isEmpty={(list) => list.items.length === 0}
          empty={{ text: "This run made no segments." }}
        >
          {(list) => (
            <DataTable
              caption="Segments"
              columns={hasFirmness ? COLUMNS : COLUMNS.filter((column) => column.id !== "firm")}
              rows={list.items}
              keyOf={(segment) => String(segment.segment)}
              hrefOf={(segment) => `/segments/${run.id}/${segment.segment}`}
            />
          )}
        </PanelState>
      </Panel>
      <div className="cols wide-left">
        {segments && segments.length > 0 ? (
          <CustomerMap run={run.id} segments={segments} noise={densityOf(run)?.noise} />
        ) : null}
        <Panel title="How firm it is" padded>
          <PanelState query={runs} subject="The run">
            {() => <HowFirm run={run} />}
          </PanelState>
        </Panel>
      </div>
      {segments && segments.length > 1 ? <Contrast run={run.id} segments={segments} /> : null}
      <TreeOf run={run} segments={segments ?? []} />
    </>
  );
}

function TreeOf({ run, segments }: { run: SegmentationRun; segments: readonly Segment[] }) {
  const tree = treeOf(run);
  const { clusters } = qualityOf(run);
  if (tree && densityOf(run)) return <DensityTree tree={tree} segments={segments} />;
  // Another run begins with its own cut.
  return tree && clusters ? (
    <TreeCut key={run.id} run={run} tree={tree} clusters={clusters} />
  ) : null;
}

function HowFirm({ run }: { run: SegmentationRun }) {
  const quality = qualityOf(run);
  const density = densityOf(run);
  const mixture = mixtureOf(run);
  const model = modelUrl(run);
  return (
    <div className="grid gap-3">
      {quality.silhouette === null ? null : (
        <p>
          <b>{clarity(quality.silhouette)} groups.</b>{" "}
          <span className="dim">
            {quality.silhouette >= 0.5
              ? "Most customers sit well inside their segment."
              : "Some customers could as well belong to a neighbour."}
          </span>
        </p>
      )}
      <Facts
        items={[
          [
            "Customers",
            <span className="num" key="n">
              {count(run.customers)}
            </span>,
          ],
          ["Segments", quality.clusters],
          ...(density ? [inNone(density, run)] : []),
          ["Silhouette", silhouetteWords(quality, run)],
          ["Method", methodWords(run)],
          ...(density ? limitsOf(density) : []),
          ...(mixture ? shapeOf(mixture, run) : []),
          ["Seed", quality.seed],
          ["Computed", momentWords(run.created_at)],
        ]}
      />
      {quality.criterion ? <p className="small dim">{quality.criterion}</p> : null}
      {quality.reasons.length > 0 ? (
        <div className="small dim">
          <p className="strong">Why this method</p>
          <ul className="used">
            {quality.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <HowMade run={run} />
      {model ? (
        <p className="small">
          <a href={model} download>
            Download model
          </a>{" "}
          <span className="dim">to put further customers into these segments.</span>
        </p>
      ) : null}
      {density && density.eps !== null ? <RadiusCurve density={density} eps={density.eps} /> : null}
      {mixture && !mixture.isConverged ? (
        <p className="banner warn small">
          The mixture was still changing when its rounds were over: another seed, fewer segments or
          diagonal covariance may fit better.
        </p>
      ) : null}
      {density?.advice ? <p className="banner warn small">{density.advice}</p> : null}
      {quality.notices.map((notice) => (
        <p key={notice} className="banner warn small">
          {notice}
        </p>
      ))}
    </div>
  );
}

/** What a mixture was free to be, and how well it fits. */
function shapeOf(mixture: Mixture, run: SegmentationRun): [string, string][] {
  const isAsked = ["diagonal", "full"].includes(run.options.covariance ?? "");
  const shape = mixture.covariance === "full" ? "groups of any tilt" : "groups along the features";
  return [
    ["Covariance", `${mixture.covariance}: ${shape}${isAsked ? "" : ", the lower BIC of both"}`],
    ["BIC", count(Math.round(mixture.bic))],
  ];
}

function limitsOf({ eps, minSize, minPoints }: Density): [string, string][] {
  return eps === null
    ? [
        ["Smallest group", `${count(minSize ?? 0)} customers`],
        ["Neighbours that count", count(minPoints)],
      ]
    : [
        ["Radius (eps)", eps.toPrecision(3)],
        ["Customers within it", `${minPoints} at least`],
      ];
}

/** A sample of very many customers is judged, each of them against all. */
function silhouetteWords({ silhouette, silhouetteRows }: Quality, run: SegmentationRun) {
  if (silhouette === null) return undefined;
  const isOfAll = silhouetteRows === null || silhouetteRows >= run.customers;
  return `${silhouette.toFixed(2)}${isOfAll ? "" : ` (${counted(silhouetteRows, "customer")})`}`;
}

function inNone(density: Density, run: SegmentationRun) {
  return [
    "In no segment",
    <span className="num" key="none">
      {count(density.noise)} ({percent(density.noise / Math.max(run.customers, 1))})
    </span>,
  ] as const;
}

/** The two strongest drivers, each in a line of its own. */
function Apart({ segment }: { segment: Segment }) {
  return (
    <span className="grid dim small">
      {segment.drivers.slice(0, DRIVERS_SHOWN).map((driver) => (
        <span key={driver.feature}>
          {featureWords(driver.feature)} <b>{featureValue(driver.feature, driver.segment_mean)}</b>,
          all {featureValue(driver.feature, driver.overall_mean)}
        </span>
      ))}
    </span>
  );
}

const COLUMNS: readonly Column<Segment>[] = [
  {
    id: "name",
    header: "Segment",
    cell: (segment) => (
      <span className="named seg-name">
        <Mark index={segmentMark(segment.segment)} />
        {segment.name}
      </span>
    ),
    width: "33%",
  },
  {
    id: "drivers",
    header: "What sets it apart",
    card: "hidden",
    cell: (segment) => <Apart segment={segment} />,
  },
  {
    id: "share",
    header: "Share",
    width: "16%",
    cell: (segment) => (
      <span className="seg-share">
        <span className="bar" aria-hidden="true">
          <i style={{ width: `${segment.share * 100}%` }} />
        </span>
        <span className="num">{percent(segment.share)}</span>
      </span>
    ),
  },
  {
    id: "size",
    header: "Customers",
    isNumber: true,
    width: "10%",
    cell: (segment) => count(segment.size),
  },
  {
    id: "firm",
    header: "Firmness",
    width: "9%",
    isNumber: true,
    cell: (segment) => (
      <span title={`Silhouette ${segment.silhouette.toFixed(2)}`}>
        {clarity(segment.silhouette)}
      </span>
    ),
  },
];
