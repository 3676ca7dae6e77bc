import { useState } from "react";
import {
  Button,
  ButtonLink,
  Checkbox,
  Chip,
  ConfirmDialog,
  FileDrop,
  Mark,
  MARK_NAMES,
  Panel,
  Progress,
  Segmented,
  Select,
  StatusOf,
  statusOf,
  StatusTag,
  Tabs,
  TextArea,
  TextField,
  toast,
} from "../../kit";
import { Page } from "../../shell/Page";
import { StatesDemo } from "./StatesDemo";

/** Every component in every state, for those who build screens and for the accessibility tests. */
export default function KitPage() {
  return (
    <Page title="Kit" sub="Every component in every state">
      <div className="stack">
        <StatesDemo />
        <div className="cols">
          <Buttons />
          <Marks />
        </div>
        <div className="cols">
          <Fields />
          <Rest />
        </div>
      </div>
    </Page>
  );
}

function Buttons() {
  const [isAsking, setAsking] = useState(false);
  return (
    <Panel title="Buttons" padded>
      <div className="grid gap-4 justify-items-start">
        <div className="actions">
          <Button variant="primary" onPress={() => toast("Approved.")}>
            Approve
          </Button>
          <Button>Edit text</Button>
          <Button variant="danger" onPress={() => setAsking(true)}>
            Erase
          </Button>
          <Button variant="quiet">View log</Button>
          <Button size="small">Small</Button>
          <ButtonLink to="/kit">Link</ButtonLink>
        </div>
        <Button isPending>Saving</Button>
        <Button why="The split is broken (p under 0.001)">Ship</Button>
        <Button onPress={() => toast("The job could not be stopped.", { tone: "bad" })}>
          Say what failed
        </Button>
      </div>
      <ConfirmDialog
        title="Erase this customer?"
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        verb="Erase"
        typed="customer-17"
        onConfirm={() => setAsking(false)}
      >
        <p>The profile and all its events are removed. This cannot be taken back.</p>
      </ConfirmDialog>
    </Panel>
  );
}

function Marks() {
  return (
    <Panel title="States and marks" padded>
      <div className="grid gap-4">
        <div className="actions">
          {(["approved", "pass", "review", "block", "unscreened", "rejected"] as const).map(
            (state) => (
              <StatusOf key={state} isTag status={statusOf.variant(state)} />
            ),
          )}
        </div>
        <div className="actions">
          {(["queued", "running", "succeeded", "failed", "cancelled"] as const).map((state) => (
            <StatusOf key={state} status={statusOf.job(state)} />
          ))}
          <StatusTag tone="info">Provisional</StatusTag>
        </div>
        <div className="actions gap-x-4">
          {MARK_NAMES.map((name, index) => (
            <span key={name} className="named">
              <Mark index={index} />
              {index === 0 ? "Control" : name}
            </span>
          ))}
        </div>
        <div className="actions">
          {([0, 2, 4, 6] as const).map((level) => (
            <span key={level} className="named">
              <span className={`sev s${level}`}>{level}</span>
              {{ 0: "Safe", 2: "Low", 4: "Medium", 6: "High" }[level]}
            </span>
          ))}
        </div>
        <div className="actions">
          <Chip name="State">failed</Chip>
          <Chip name="Segment" onRemove={() => toast("Filter removed.")}>
            Regulars
          </Chip>
        </div>
        <Progress label="Screened" done={62} total={100} unit="texts" />
      </div>
    </Panel>
  );
}

function Fields() {
  const [text, setText] = useState("");
  const [tone, setTone] = useState<"friendly" | "urgent">("friendly");
  const [isOn, setOn] = useState(true);
  return (
    <Panel title="Fields" padded>
      <div className="grid gap-4">
        <TextField label="Name" hint="As your team calls it" value={text} onChange={setText} />
        <TextField
          label="Share of Urgent, %"
          value="60"
          onChange={() => undefined}
          error="60, 30 and 20 add up to 110 %. Lower one by 10."
        />
        <TextField label="Password" type="password" value={text} onChange={setText} />
        <TextArea label="Reason" value={text} onChange={setText} />
        <Select
          label="Tone"
          value={tone}
          onChange={setTone}
          choices={[
            { value: "friendly", label: "Friendly" },
            { value: "urgent", label: "Urgent" },
          ]}
        />
        <Segmented
          label="Show"
          value={tone}
          onChange={setTone}
          choices={[
            { value: "friendly", label: "Points" },
            { value: "urgent", label: "Relative" },
          ]}
        />
        <Checkbox isSelected={isOn} onChange={setOn}>
          Only human clicks
        </Checkbox>
      </div>
    </Panel>
  );
}

function Rest() {
  const [tab, setTab] = useState("results");
  const [file, setFile] = useState<{ file: File | null; error?: string | undefined }>({
    file: null,
  });
  return (
    <Panel title="Tabs, files" padded>
      <Tabs
        label="Views"
        value={tab}
        onChange={setTab}
        items={[
          { id: "results", label: "Results", content: <p>What the arms did.</p> },
          { id: "plan", label: "Plan", content: <p>What was agreed before.</p> },
        ]}
      />
      <div className="mt-4">
        <FileDrop
          label="Customers or orders"
          hint="CSV, plain or gzip, at most 128 MB"
          types={[".csv", ".gz"]}
          bytesMax={134_217_728}
          file={file.file}
          error={file.error}
          onChange={(next, error) => setFile({ file: next, error })}
        />
      </div>
    </Panel>
  );
}
