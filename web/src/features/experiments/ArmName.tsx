import type { Experiment } from "../../api/client";
import { Mark } from "../../kit";
import { armsOf } from "./arms";

/** Shape, colour and name of an arm; they never stand alone. */
export function ArmName({ experiment, arm }: { experiment: Experiment; arm: string }) {
  const arms = armsOf(experiment);
  return (
    <span className="named">
      <Mark index={arms.index(arm)} />
      {arms.name(arm)}
    </span>
  );
}
