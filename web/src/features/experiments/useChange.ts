import { useQueryClient } from "@tanstack/react-query";
import type { Experiment } from "../../api/client";
import { getExperimentQueryKey } from "../../api/client/@tanstack/react-query.gen";
import { hasTag } from "../../api/query";

const TOUCHED = new Set(["experiments", "audit"]);

/** Shows an experiment that a change answered at once, and reads again what it touched. */
export function useChanged(): (experiment: Experiment) => void {
  const cache = useQueryClient();
  return (experiment) => {
    cache.setQueryData(getExperimentQueryKey({ path: { experiment: experiment.id } }), experiment);
    void cache.invalidateQueries({ predicate: ({ queryKey }) => hasTag(queryKey, TOUCHED) });
  };
}
