import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { SegmentationOptions } from "../../api/client";
import {
  listCustomersOptions,
  startSegmentationRunMutation,
} from "../../api/client/@tanstack/react-query.gen";
import { featuresOf, featureWords } from "../../api/features";
import { newIdempotencyKey } from "../../api/http";
import { problemOf } from "../../api/problem";
import {
  Button,
  Checkbox,
  count,
  counted,
  Dialog,
  Segmented,
  Select,
  TextField,
  toast,
  toastProblem,
} from "../../kit";
import {
  CHOSEN_COUNT,
  CountFields,
  countOptions,
  isCountChosen,
  isCountWrong,
} from "./CountFields";
import {
  CHOSEN_DENSITY,
  type DensityChoice,
  DensityFields,
  densityOptions,
  isDensityWrong,
} from "./DensityFields";

type Scaling = NonNullable<SegmentationOptions["scaling"]>;

type Linkage = NonNullable<SegmentationOptions["linkage"]>;

type Who = "all" | "tree" | "dense";

type Flat = "auto" | "kmeans" | "gmm";

/** What the server takes when nothing is said. */
const SECONDS_DEFAULT = "2";
const SECONDS_MAX = 3_600;
const SCALINGS: readonly { value: Scaling; label: string }[] = [
  { value: "auto", label: "Chosen for each feature" },
  { value: "standard", label: "Mean and deviation" },
  { value: "robust", label: "Median and quartiles" },
  { value: "minmax", label: "Smallest to largest" },
  { value: "quantile", label: "Share of customers below" },
  { value: "none", label: "None" },
];

const FLATS: readonly { value: Flat; label: string }[] = [
  { value: "auto", label: "As suits these customers" },
  { value: "kmeans", label: "Around centres (k-means)" },
  { value: "gmm", label: "In overlapping groups (Gaussian mixture)" },
];

/** What "number chosen for you" does. */
const COUNT_WORDS: Readonly<Record<Flat | "hierarchical", string>> = {
  auto: "Groups that lie apart are taken as they are; else 2 to 12 around centres are tried. Where there are none, it says so.",
  kmeans: "2 to 12 are tried; the number with the clearest groups is taken.",
  gmm: "1 to 12 are tried; the one that fits best with the fewest groups is taken (lowest BIC).",
  hierarchical: "2 to 12 are tried; the number with the clearest groups is taken.",
};

/** Joined first are the two groups with ... */
const LINKAGES: readonly { value: Linkage; label: string }[] = [
  { value: "ward", label: "The least spread together (Ward)" },
  { value: "genie", label: "The nearest members, small groups first (Genie)" },
  { value: "average", label: "The nearest on average" },
  { value: "complete", label: "The nearest of their farthest members (complete)" },
  { value: "single", label: "The nearest members (single)" },
  { value: "centroid", label: "The nearest centres (centroid)" },
  { value: "median", label: "The nearest middles (median)" },
];

/** Groups the customers anew. What it starts with is what most want: everything chosen by the server. */
export function StartRunDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return <>{isOpen ? <Opened onClose={onClose} /> : null}</>;
}

function Opened({ onClose }: { onClose: () => void }) {
  // One customer may lack what others have.
  const customers = useQuery(listCustomersOptions({ query: { limit: 100 } }));
  const features = featuresOf(customers.data?.items ?? []);
  const total = customers.data?.total;
  const [who, setWho] = useState<Who>("all");
  const [flat, setFlat] = useState<Flat>("auto");
  const [linkage, setLinkage] = useState<Linkage>("ward");
  const [density, setDensity] = useState<DensityChoice>(CHOSEN_DENSITY);
  const [howMany, setHowMany] = useState(CHOSEN_COUNT);
  const [seconds, setSeconds] = useState(SECONDS_DEFAULT);
  const [scaling, setScaling] = useState<Scaling>("auto");
  const [isExact, setExact] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const key = useRef(newIdempotencyKey());
  const start = useMutation({
    ...startSegmentationRunMutation(),
    onSuccess: () => {
      toast("Started. The new segments appear here by themselves.");
      onClose();
    },
    onError: (error) => {
      // What the server answered is final; only a lost answer may be asked for again by its key.
      if (problemOf(error).status > 0) key.current = newIdempotencyKey();
      if (problemOf(error).faults.length === 0) toastProblem(error, "The segmentation");
    },
  });
  const problem = start.error ? problemOf(start.error) : null;
  const isDense = who === "dense";
  const isTree = who === "tree";
  const algorithm = isTree ? "hierarchical" : flat;
  const isChoosing = algorithm === "auto" && isCountChosen(howMany, isTree) && !isDense;
  const budget = Math.round(1000 * Number(seconds));
  const isBudgetWrong = isChoosing && !(budget >= 1 && budget <= 1000 * SECONDS_MAX);
  const isWrong = isDense
    ? isDensityWrong(density)
    : isCountWrong(howMany, isTree) || isBudgetWrong;
  const press = () => {
    if (isWrong || start.isPending) return;
    const chosen = features.filter((feature) => !left.has(feature));
    const body: SegmentationOptions = isDense
      ? { ...densityOptions(density), scaling }
      : { algorithm, ...countOptions(howMany, isTree), scaling };
    if (body.algorithm === "hierarchical") body.linkage = linkage;
    if (isChoosing) body.budget_ms = budget;
    if (isExact) body.exact_silhouette = true;
    if (left.size > 0) body.features = chosen;
    start.mutate({ body, headers: { "Idempotency-Key": key.current } });
  };
  const why =
    total === 0
      ? "There are no customers yet"
      : left.size > 0 && features.length - left.size < 1
        ? "Keep one feature at least"
        : undefined;
  return (
    <Dialog
      title="Compute segments"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Not now</Button>
          <Button variant="primary" onPress={press} isPending={start.isPending} why={why}>
            Compute segments
          </Button>
        </>
      }
    >
      <p className="dim">
        {total === undefined ? "All customers" : `All ${counted(total, "customer")}`} are grouped by
        how they buy. Earlier runs stay, and campaigns keep the run they used.
      </p>
      <Segmented
        label="Who is grouped"
        value={who}
        onChange={(value) => setWho(value as Who)}
        choices={[
          { value: "all", label: "Everybody" },
          { value: "tree", label: "Everybody, as a tree" },
          { value: "dense", label: "Only those in dense groups" },
        ]}
      />
      {isDense ? (
        <DensityFields value={density} onChange={setDensity} problem={problem} />
      ) : (
        <div className="grid gap-2">
          {isTree ? (
            <Select label="Joined first" value={linkage} onChange={setLinkage} choices={LINKAGES} />
          ) : (
            <Select label="How" value={flat} onChange={setFlat} choices={FLATS} />
          )}
          <CountFields
            value={howMany}
            onChange={setHowMany}
            isTree={isTree}
            words={COUNT_WORDS[algorithm]}
            problem={problem}
          />
          {isChoosing ? (
            <TextField
              label="Seconds to choose in, about"
              hint="With more of them all customers are compared where else a sample is."
              value={seconds}
              onChange={setSeconds}
              inputMode="decimal"
              error={
                problem?.faultOf("/budget_ms") ??
                (isBudgetWrong ? `A number above 0, at most ${count(SECONDS_MAX)}` : undefined)
              }
            />
          ) : null}
        </div>
      )}
      <details className="data">
        <summary>Features, scaling and measures</summary>
        <div className="grid gap-3">
          <Select
            label="Scaling"
            hint="Brings days, orders and money to one scale before they are compared."
            value={scaling}
            onChange={setScaling}
            choices={SCALINGS}
          />
          <fieldset>
            <legend className="strong small">Compared by</legend>
            <div className="feature-list">
              {features.map((feature) => (
                <Checkbox
                  key={feature}
                  isSelected={!left.has(feature)}
                  onChange={(isOn) => {
                    const next = new Set(left);
                    if (isOn) next.delete(feature);
                    else next.add(feature);
                    setLeft(next);
                  }}
                >
                  {featureWords(feature)}
                </Checkbox>
              ))}
            </div>
          </fieldset>
          <Checkbox isSelected={isExact} onChange={setExact}>
            Measure how clear the segments are (silhouette) on all customers in them. Otherwise it
            is a sample where there are more than 20,000.
          </Checkbox>
        </div>
      </details>
    </Dialog>
  );
}
