import type { Experiment, Results } from "../../api/client";
import { count, Facts, RelativeTime } from "../../kit";
import { Balance } from "./Balance";
import { pValue } from "./figures";

/** Whether the data can be believed at all. */
export function Health(props: { experiment: Experiment; results: Results }) {
  const { experiment, results } = props;
  const { analysis } = results;
  const { sample_ratio: ratio, ignored, notices } = analysis;
  const reasons = Object.entries(ignored);
  const isChecked = ratio.degrees_of_freedom > 0;
  return (
    <>
      <Balance experiment={experiment} analysis={analysis} />
      <div className="panel-foot">
        <p>{ratio.sentence}</p>
      </div>
      <div className="health-facts">
        <Facts
          items={[
            ["Chi-square", isChecked ? ratio.statistic.toFixed(2) : "not checked"],
            ["Degrees of freedom", isChecked ? ratio.degrees_of_freedom : null],
            ["p", isChecked ? pValue(ratio.p_value) : null],
            ["Events received", count(results.events)],
            [
              "Newest event",
              results.newest_event_at ? (
                <RelativeTime key="newest" at={results.newest_event_at} />
              ) : (
                "none"
              ),
            ],
            ["Snapshot", results.snapshot ? <code key="hash">{results.snapshot}</code> : null],
          ]}
        />
        <div>
          <h3>Not counted</h3>
          {reasons.length === 0 ? (
            <p className="dim">Every event counts.</p>
          ) : (
            <Facts items={reasons.map(([reason, events]) => [reason, count(events)] as const)} />
          )}
          {notices.map((notice) => (
            <p key={notice} className="dim">
              {notice}
            </p>
          ))}
        </div>
      </div>
    </>
  );
}
