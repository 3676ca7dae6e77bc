import { useQueries } from "@tanstack/react-query";
import type { Experiment } from "../../api/client";
import { listSegmentsOptions } from "../../api/client/@tanstack/react-query.gen";

/** Names of the segments, read once for each segmentation run. */
export function useSegmentNames(
  experiments: readonly Experiment[],
): (experiment: Experiment) => string {
  const runs = [...new Set(experiments.map((each) => each.segmentation_run))];
  const answers = useQueries({
    queries: runs.map((run) => listSegmentsOptions({ path: { run } })),
  });
  return ({ segmentation_run: run, segment }) => {
    const items = answers[runs.indexOf(run)]?.data?.items ?? [];
    return items.find((each) => each.segment === segment)?.name ?? `Segment ${segment}`;
  };
}
