import { TriangleAlert } from "lucide-react";
import type { Analysis, Experiment } from "../../api/client";
import { Balance } from "./Balance";
import { pValue } from "./figures";

/** The split is not as planned: nothing below it can be believed. */
export function SplitAlarm(props: { experiment: Experiment; analysis: Analysis }) {
  return (
    <div className="split-alarm" role="alert">
      <div className="banner bad">
        <TriangleAlert className="icon" aria-hidden />
        <p>
          <b>The split is broken.</b> The arms are not as large as planned (p{" "}
          {pValue(props.analysis.sample_ratio.p_value)}), so no figure on this page can name a
          winner. Often events of one arm are lost, or people are let in by what they were shown.
        </p>
      </div>
      <Balance {...props} />
    </div>
  );
}
