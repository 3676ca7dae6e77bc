import { useState } from "react";
import type { Channel } from "../../api/client";
import { Panel, Select, TextField } from "../../kit";
import { CHANNEL_WORDS } from "../../api/words";
import { faultsOf, type Draft, type Field } from "./draft";

const GOALS = [
  "win back customers who have gone quiet",
  "bring first-time buyers to a second order",
  "thank our most loyal customers",
] as const;

/** What the campaign is for, and what the experiments are planned with. */
export function GoalStep(props: { draft: Draft; change: (next: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const faults = faultsOf(draft);
  const field = (name: Field) => ({
    name,
    value: draft[name],
    onChange: (value: string) => change({ [name]: value }),
    onBlur: () => setLeft((before) => new Set(before).add(name)),
    // An empty field is no fault while it is typed in.
    error: left.has(name) || draft[name] !== "" ? faults[name] : undefined,
  });
  return (
    <>
      <Panel title="Goal" padded>
        <div className="grid gap-4">
          <TextField
            {...field("name")}
            label="Name"
            hint="For you and your colleagues; customers never see it."
            placeholder="Autumn win-back"
            maxLength={100}
            autoComplete="off"
          />
          <div className="grid gap-2">
            <TextField
              {...field("goal")}
              label="Goal"
              hint="In your own words. Content is looked up and messages are written by it."
              maxLength={500}
              autoComplete="off"
            />
            <div className="suggestions" role="group" aria-label="Goals that others use">
              {GOALS.map((goal) => (
                <button key={goal} type="button" className="chip" onClick={() => change({ goal })}>
                  {goal}
                </button>
              ))}
            </div>
          </div>
          <div className="pairs">
            <Select<Channel>
              label="Sent by"
              hint="Messages are written in English."
              value={draft.channel}
              onChange={(channel) => change({ channel })}
              choices={Object.entries(CHANNEL_WORDS).map(([value, label]) => ({
                value: value as Channel,
                label,
              }))}
            />
            <TextField
              {...field("variants")}
              label="Messages for each segment"
              hint="1 to 8, beside one plain control. More messages need more customers."
              inputMode="numeric"
            />
          </div>
        </div>
      </Panel>
      <Panel title="What the test is planned with" padded>
        <div className="grid gap-4">
          <p className="dim">
            Your best guesses are enough. They decide how many customers and days a test needs; the
            result is measured, never guessed.
          </p>
          <div className="pairs">
            <TextField
              {...field("baseline")}
              label="Orders without a new message, %"
              hint="Of 100 customers who get the control, how many order?"
              inputMode="decimal"
            />
            <TextField
              {...field("lift")}
              label="Smallest gain worth finding, %"
              hint="20 means a fifth more orders. Smaller gains need far more customers."
              inputMode="decimal"
            />
            <TextField
              {...field("perDay")}
              label="Customers sent to in a day"
              hint="All segments together."
              inputMode="numeric"
            />
            <TextField
              {...field("waitDays")}
              label="Days to wait for an order"
              hint="Orders after that do not count for the message."
              inputMode="numeric"
            />
          </div>
          <p className="small dim">
            Planned for 95 % confidence and an 80 % chance to see a gain that is there.
          </p>
        </div>
      </Panel>
    </>
  );
}
