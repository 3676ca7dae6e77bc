import type { SegmentationOptions } from "../../api/client";
import type { ApiProblem } from "../../api/problem";
import { Segmented, TextField } from "../../kit";

type By = "chosen" | "count" | "height";

/** How many segments there are, as typed. */
export interface CountChoice {
  by: By;
  clusters: string;
  height: string;
}

export const CHOSEN_COUNT: CountChoice = { by: "chosen", clusters: "5", height: "" };

const CLUSTERS_MAX = 100;

const areClustersWrong = (clusters: string) =>
  !(
    Number.isInteger(Number(clusters)) &&
    Number(clusters) >= 2 &&
    Number(clusters) <= CLUSTERS_MAX
  );
const isHeightWrong = (height: string) => !(Number(height) > 0 && Number.isFinite(Number(height)));

/** Only a tree has heights; a choice of one stands for "chosen" elsewhere. */
const byOf = (choice: CountChoice, isTree: boolean): By =>
  choice.by === "height" && !isTree ? "chosen" : choice.by;

export const isCountChosen = (choice: CountChoice, isTree: boolean) =>
  byOf(choice, isTree) === "chosen";

export function isCountWrong(choice: CountChoice, isTree: boolean): boolean {
  const by = byOf(choice, isTree);
  return (
    (by === "count" && areClustersWrong(choice.clusters)) ||
    (by === "height" && isHeightWrong(choice.height))
  );
}

export function countOptions(choice: CountChoice, isTree: boolean): SegmentationOptions {
  const by = byOf(choice, isTree);
  if (by === "height") return { cut_height: Number(choice.height) };
  return { clusters: by === "count" ? Number(choice.clusters) : 0 };
}

/** The number of segments: chosen by the server, given, or what a height leaves of a tree. */
export function CountFields({
  value,
  onChange,
  isTree,
  words,
  problem,
}: {
  value: CountChoice;
  onChange: (value: CountChoice) => void;
  isTree: boolean;
  /** What "chosen for you" does. */
  words: string;
  problem: ApiProblem | null;
}) {
  const by = byOf(value, isTree);
  const choices: { value: By; label: string }[] = [
    { value: "chosen", label: "Number chosen for you" },
    { value: "count", label: "My own number" },
  ];
  if (isTree) choices.push({ value: "height", label: "Cut at a height" });
  return (
    <>
      <Segmented
        label="Number of segments"
        value={by}
        onChange={(chosen) => onChange({ ...value, by: chosen as By })}
        choices={choices}
      />
      {by === "chosen" ? <p className="small dim">{words}</p> : null}
      {by === "count" ? (
        <TextField
          label="Segments"
          value={value.clusters}
          onChange={(clusters) => onChange({ ...value, clusters })}
          inputMode="numeric"
          error={
            problem?.faultOf("/clusters") ??
            (areClustersWrong(value.clusters)
              ? `A whole number from 2 to ${CLUSTERS_MAX}`
              : undefined)
          }
        />
      ) : null}
      {by === "height" ? (
        <TextField
          label="Height"
          hint="Groups that join above it stay apart. The Tree of an earlier run with the same choices says what heights it has."
          value={value.height}
          onChange={(height) => onChange({ ...value, height })}
          inputMode="decimal"
          error={
            problem?.faultOf("/cut_height") ??
            (isHeightWrong(value.height) ? "A number above 0, such as 12.5" : undefined)
          }
        />
      ) : null}
    </>
  );
}
