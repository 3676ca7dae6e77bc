import type { Analysis, Experiment } from "../../api/client";
import { Button } from "../../kit";
import { nameOfKey } from "../../api/verdict";
import { useCan } from "../../shell/session";
import { MOVE_WORDS, whyNotStart, type Move } from "./moves";

export type OpenDialog = Move | "edit" | "ship";

/** The moves that this state and this role allow; shipping is shown with the reason while it waits. */
export function Actions(props: {
  experiment: Experiment;
  analysis: Analysis | null;
  onOpen: (dialog: OpenDialog) => void;
}) {
  const { experiment, analysis, onOpen } = props;
  const mayEdit = useCan("editor");
  const mayShip = useCan("reviewer");
  const can = (move: Move | "ship") => experiment.allowed.includes(move);
  const moves: Move[] = [];
  if (mayEdit) moves.push(...(["pause", "resume", "stop"] as const).filter(can));
  if (mayShip && can("rollback")) moves.push("rollback");
  const isLive = experiment.state === "running" || experiment.state === "paused";
  return (
    <>
      {mayEdit ? <Button onPress={() => onOpen("edit")}>Edit</Button> : null}
      {moves.map((move) => (
        <Button key={move} onPress={() => onOpen(move)}>
          {MOVE_WORDS[move].verb}
        </Button>
      ))}
      {mayEdit && can("start") ? (
        <Button variant="primary" onPress={() => onOpen("start")} why={whyNotStart(experiment)}>
          Start
        </Button>
      ) : null}
      {mayShip && (isLive || can("ship")) ? (
        <Button
          variant="primary"
          onPress={() => onOpen("ship")}
          why={whyNotShip(experiment, analysis)}
        >
          Ship {analysis?.winner ? nameOfKey(analysis.winner) : "an arm"}
        </Button>
      ) : null}
    </>
  );
}

/** Why nothing can be shipped now; undefined when it can. */
export function whyNotShip(experiment: Experiment, analysis: Analysis | null): string | undefined {
  if (analysis === null) return "The results are not here";
  if (analysis.sample_ratio.is_mismatch) return "The split is broken";
  if (!experiment.allowed.includes("ship")) return "Stop it first";
  return undefined;
}
