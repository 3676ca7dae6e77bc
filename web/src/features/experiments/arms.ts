import type { Experiment } from "../../api/client";
import { armIndex, nameOfKey } from "../../api/verdict";

/** Name, shape and colour of each arm of an experiment. */
export function armsOf(experiment: Experiment) {
  const keys = experiment.arms.map((arm) => arm.key);
  return {
    keys,
    index: (key: string) => armIndex(keys, experiment.control, key),
    name: nameOfKey,
  };
}
