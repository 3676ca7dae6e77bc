import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { loadSampleMutation } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  ConfirmDialog,
  counted,
  Link,
  Panel,
  PanelState,
  Segmented,
  SkeletonText,
  StatusTag,
  toastProblem,
} from "../../kit";
import { ImportForm } from "../../import/ImportForm";
import { ImportStatus } from "../../import/ImportStatus";
import { hasFeature } from "..";
import type { Draft, Source } from "./draft";
import type { Ready } from "./NewCampaignPage";

/** Who the campaign is for: those who are here, a file, or the sample shop. */
export function CustomersStep(props: {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  ready: Ready;
}) {
  const { draft, change, ready } = props;
  return (
    <Panel title="Customers" padded>
      <div className="stack gap-4">
        <Segmented<Source>
          label="Which customers"
          value={draft.source}
          onChange={(source) => change({ source, import: null })}
          choices={[
            { value: "present", label: "Those here" },
            { value: "upload", label: "Upload a file" },
            { value: "sample", label: "Sample data" },
          ]}
        />
        {draft.source === "present" ? <Present ready={ready} /> : null}
        {draft.source === "upload" ? (
          draft.import ? (
            <>
              <ImportStatus id={draft.import} />
              <div>
                <Button onPress={() => change({ import: null })}>Import another file</Button>
              </div>
            </>
          ) : (
            <ImportForm onStarted={(started) => change({ import: started.import })} />
          )
        ) : null}
        {draft.source === "sample" ? (
          <Sample draft={draft} change={change} customers={ready.customers} />
        ) : null}
      </div>
    </Panel>
  );
}

function Present({ ready }: { ready: Ready }) {
  return (
    <PanelState
      query={ready.query}
      subject="The customers"
      isEmpty={() => ready.customers === 0}
      empty={{
        text: "No customers are here yet. Upload a file of orders, or look around with the sample data.",
      }}
      skeleton={<SkeletonText lines={2} />}
    >
      {() => <Counted ready={ready} />}
    </PanelState>
  );
}

function Counted({ ready }: { ready: Ready }) {
  const { customers = 0, isInvented } = ready;
  return (
    <div className="grid gap-2">
      <p>
        All{" "}
        {hasFeature("customers") ? (
          <Link to="/customers">{counted(customers, "customer")}</Link>
        ) : (
          counted(customers, "customer")
        )}{" "}
        of this workspace take part. The run groups them into segments by how they buy.
      </p>
      {isInvented ? (
        <p className="small dim">They come from the sample shop: invented people and orders.</p>
      ) : null}
    </div>
  );
}

function Sample(props: {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  customers: number | undefined;
}) {
  const { draft, change, customers } = props;
  const [isAsking, setAsking] = useState(false);
  const isSent = useRef(false);
  const load = useMutation({
    ...loadSampleMutation(),
    onSuccess: (started) => {
      setAsking(false);
      change({ import: started.import });
    },
    onError: (error) => {
      setAsking(false);
      toastProblem(error, "The sample");
    },
    onSettled: () => (isSent.current = false),
  });
  const send = () => {
    if (isSent.current) return;
    isSent.current = true;
    load.mutate({});
  };
  const present = customers ?? 0;
  return (
    <div className="grid gap-3">
      <div>
        <StatusTag tone="warn">Invented data</StatusTag>
      </div>
      <p>
        A small gift shop: a year of invented orders from invented people, and the texts that such a
        shop would have. Good to see the whole way from customers to a verdict.
      </p>
      {draft.import ? (
        <>
          <ImportStatus id={draft.import} />
          <p className="small dim">Its texts wait for approval in the next step.</p>
        </>
      ) : (
        <div className="actions">
          <Button
            variant="primary"
            isPending={load.isPending}
            onPress={() => (present > 0 ? setAsking(true) : send())}
          >
            Load the sample
          </Button>
          {present > 0 ? (
            <span className="why">Replaces the {counted(present, "customer")} here</span>
          ) : null}
        </div>
      )}
      <ConfirmDialog
        title={`Replace ${counted(present, "customer")}?`}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        verb={`Replace ${counted(present, "customer")}`}
        isPending={load.isPending}
        onConfirm={send}
      >
        <p>
          The sample replaces all customers of this workspace with invented ones. Content, campaigns
          and experiments stay. This cannot be undone; your own file can be imported again.
        </p>
      </ConfirmDialog>
    </div>
  );
}
