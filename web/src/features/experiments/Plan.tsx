import type { Experiment } from "../../api/client";
import {
  count,
  counted,
  Facts,
  Link,
  Panel,
  PanelState,
  percent,
  StatusWord,
  type PanelQuery,
  type Tone,
} from "../../kit";
import { hasFeature } from "..";
import { ArmName } from "./ArmName";
import { metricName } from "./metrics";

/** What was assumed, what it needs, and the words of each arm. */
export function Plan(props: { experiment: Experiment; query: PanelQuery<Experiment> }) {
  const { experiment, query } = props;
  const state = { query, subject: "The plan" };
  return (
    <>
      <Panel title="Plan" padded aside={<Feasible isFeasible={experiment.plan.is_feasible} />}>
        <PanelState {...state}>{(found) => <Planned plan={found.plan} />}</PanelState>
      </Panel>
      <Panel title="Arms and their words" aside={frozenWords(experiment)}>
        <PanelState {...state}>{(found) => <ArmWords experiment={found} />}</PanelState>
      </Panel>
      <Panel title="Assignment" padded>
        <PanelState {...state}>{(found) => <Assignment experiment={found} />}</PanelState>
      </Panel>
    </>
  );
}

function Planned({ plan }: { plan: Experiment["plan"] }) {
  return (
    <>
      <p className="plan-sentence">{plan.sentence}</p>
      <div className="two-facts">
        <Facts
          items={[
            ["Measured by", metricName(plan.metric)],
            ["Assumed now", percent(plan.assumptions.baseline)],
            ["Smallest lift looked for", percent(plan.assumptions.minimum_lift, 0)],
            ["False winners, at most", percent(plan.assumptions.alpha, 0)],
            ["Found if it is there", percent(plan.assumptions.power, 0)],
            ["Comparisons", count(plan.comparisons)],
          ]}
        />
        <Facts
          items={[
            ["Needed per arm", counted(plan.needed_per_arm, "person", "people")],
            ["Needed in all", counted(plan.needed_total, "person", "people")],
            ["Available", counted(plan.available, "person", "people")],
            ["Days", `${count(plan.days)}, at ${count(plan.assumptions.units_per_day)} a day`],
            [
              "Lift that they can show",
              plan.detectable_lift === null ? "None" : percent(plan.detectable_lift),
            ],
            ["Outcomes count for", counted(plan.assumptions.attribution_days, "day")],
          ]}
        />
      </div>
    </>
  );
}

function ArmWords({ experiment }: { experiment: Experiment }) {
  return (
    <ul className="arm-words">
      {experiment.arms.map((arm) => (
        <li key={arm.key}>
          <div className="top">
            <h3>
              <ArmName experiment={experiment} arm={arm.key} />{" "}
              <span className="faint">
                {percent(arm.weight, 0)}
                {arm.key === experiment.control ? ", control" : ""}
              </span>
            </h3>
            <StatusWord tone={arm.is_approved ? "good" : "warn"}>
              {arm.is_approved ? "Approved" : "Not approved"}
            </StatusWord>
          </div>
          {arm.message === null ? (
            <p className="dim">The words are frozen when it starts.</p>
          ) : (
            <Message message={arm.message} />
          )}
          {hasFeature("variants") ? (
            <p>
              <Link
                to={`/variants?run=all&item=${arm.variant}`}
                aria-label={`Open the variant of ${arm.key}`}
              >
                Open the variant
              </Link>
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Assignment({ experiment }: { experiment: Experiment }) {
  return (
    <dl className="line-facts">
      <div>
        <dt>Key</dt>
        <dd>
          <code>{experiment.key}</code>
        </dd>
      </div>
      {experiment.seed === experiment.key ? null : (
        <div>
          <dt>Seed</dt>
          <dd>
            <code>{experiment.seed}</code>
          </dd>
        </div>
      )}
      <div>
        <dt>Hash version</dt>
        <dd>{experiment.hash_version}</dd>
      </div>
      <div>
        <dt>Coverage</dt>
        <dd>{percent(experiment.coverage, 0)} of the segment</dd>
      </div>
    </dl>
  );
}

function Feasible({ isFeasible }: { isFeasible: boolean }) {
  const tone: Tone = isFeasible ? "good" : "warn";
  return (
    <StatusWord tone={tone}>
      {isFeasible ? "Enough people" : "Not enough people for this lift"}
    </StatusWord>
  );
}

function frozenWords({ started_at: at }: Experiment): string {
  return at === null
    ? "May still change"
    : `Frozen ${new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`;
}

function Message(props: { message: { channel: string; subject: string; text: string } }) {
  const { subject, text } = props.message;
  return (
    <details className="data">
      <summary>{subject || "Read the words"}</summary>
      <p className="letter whitespace-pre-wrap">{text}</p>
    </details>
  );
}
