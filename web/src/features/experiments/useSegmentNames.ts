import { useQueries } from "@tanstack/react-query";
import type { Experiment } from "../../api/client";
import { listSegmentsOptions } from "../../api/client/@tanstack/react-query.gen";
import { absent } from "../../kit";

/** Names of the segments, read once for each segmentation run. */
export function useSegmentNames(experiments: readonly Experiment[]): {
  nameOf: (experiment: Experiment) => string;
  missing: string[];
} {
  const runs = [...new Set(experiments.map((each) => each.segmentation_run))];
  const answers = useQueries({
    queries: runs.map((run) => listSegmentsOptions({ path: { run } })),
  });
  const failed = answers.find((each) => each.error && each.data === undefined);
  return {
    nameOf: ({ segmentation_run: run, segment }) => {
      const items = answers[runs.indexOf(run)]?.data?.items ?? [];
      return items.find((each) => each.segment === segment)?.name ?? `Segment ${segment}`;
    },
    missing: absent(failed, "names of segments"),
  };
}
