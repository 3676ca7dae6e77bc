import type { CampaignRun } from "../api/client";
import { STAGE_WORDS } from "../api/words";

/** Where a run is, in a table: a tick a stage, and the first that is not done by name. */
export function StageTicks({ run }: { run: CampaignRun }) {
  const at = run.stages.findIndex((stage) => stage.state !== "done");
  const current = run.stages[at];
  return (
    <span className="named">
      <span className="ticks" aria-hidden="true">
        {run.stages.map((stage) => (
          <i
            key={stage.stage}
            className={stage.state === "done" ? "done" : stage.state === "running" ? "now" : ""}
          />
        ))}
      </span>
      {current ? `${STAGE_WORDS[current.stage]}, ${at + 1} of ${run.stages.length}` : "All stages"}
    </span>
  );
}
