import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX } from "lucide-react";
import { useRef } from "react";
import { useNavigate } from "react-router";
import { createCampaign, startCampaignRun } from "../../api/client";
import { problemOf, wordsOf } from "../../api/problem";
import { Button, counted, Facts, Panel, PanelState, ProblemBanner } from "../../kit";
import { CHANNEL_WORDS } from "../../api/words";
import type { Ready } from "./NewCampaignPage";
import { contentOf, faultsOf, keepDraft, STEP_WORDS, type Draft, type Step } from "./draft";

/** Everything at a glance, what stands in the way, and the start. */
export function ReviewStep(props: {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  ready: Ready;
  onGo: (step: Step) => void;
}) {
  const { draft, change, ready, onGo } = props;
  const navigate = useNavigate();
  const isSent = useRef(false);
  const start = useMutation({
    mutationFn: async () => {
      let { campaign } = draft;
      if (campaign === null) {
        campaign = (await createCampaign({ body: contentOf(draft) })).data.id;
        change({ campaign });
      }
      const { data } = await startCampaignRun({
        path: { campaign },
        headers: { "Idempotency-Key": draft.key },
      });
      return { campaign, run: data.run };
    },
    onSuccess: ({ campaign, run }) => {
      void navigate(`/campaigns/${campaign}/runs/${run}`);
      // After the page has gone: it keeps its draft with every change.
      setTimeout(() => keepDraft(null));
    },
    onError: () => (isSent.current = false),
  });
  const press = () => {
    if (isSent.current) return;
    isSent.current = true;
    start.mutate();
  };
  const gates = gatesOf(ready, draft);
  const open = gates.filter((gate) => !gate.isMet);
  const words = start.error ? wordsOf(problemOf(start.error), "The campaign") : null;
  return (
    <div className="cols">
      <Panel title="Before it runs">
        <PanelState query={ready.query} subject="What is here">
          {() => (
            <ul className="rows">
              {gates.map((gate) => (
                <li key={gate.step}>
                  {gate.isMet ? (
                    <CircleCheck className="icon good" aria-hidden />
                  ) : (
                    <CircleX className="icon bad" aria-hidden />
                  )}
                  <span className="grow">
                    <span className="sr">{gate.isMet ? "Ready: " : "Missing: "}</span>
                    {gate.words}
                  </span>
                  <Button size="small" variant="quiet" onPress={() => onGo(gate.step)}>
                    {gate.isMet ? "Change" : "Complete"}
                    <span className="sr"> {STEP_WORDS[gate.step]}</span>
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </PanelState>
      </Panel>
      <Panel
        title="What runs"
        padded
        footer={
          <>
            <span className="foot-words">Nothing is sent. You can cancel it while it runs.</span>
            <Button
              variant="primary"
              onPress={press}
              isPending={start.isPending}
              why={open.length > 0 ? "Something is missing" : undefined}
            >
              Run campaign
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <ProblemBanner words={words} />
          <Facts
            items={[
              ["Name", draft.name.trim() || "not named"],
              ["Goal", draft.goal.trim() || "not said"],
              ["Sent by", `${CHANNEL_WORDS[draft.channel]}, in English`],
              ["Each segment", `${draft.variants} messages and a plain control`],
              ["Orders without a new message", `${draft.baseline} %`],
              ["Smallest gain worth finding", `${draft.lift} %`],
              ["Sent to in a day", `${draft.perDay} customers`],
              ["Wait for an order", `${draft.waitDays} days`],
            ]}
          />
        </div>
      </Panel>
    </div>
  );
}

function gatesOf(ready: Ready, draft: Draft): { step: Step; isMet: boolean; words: string }[] {
  const { customers = 0, approved = 0, isDone } = ready;
  const faults = Object.keys(faultsOf(draft)).length;
  return [
    {
      step: "customers",
      isMet: isDone.customers,
      words: isDone.customers
        ? `${counted(customers, "customer")}${ready.isInvented ? ", invented" : ""}`
        : customers > 0
          ? "An import is still at work"
          : "There are no customers yet",
    },
    {
      step: "content",
      isMet: isDone.content,
      words: isDone.content
        ? `${counted(approved, "approved document")}`
        : "No content is approved yet",
    },
    {
      step: "goal",
      isMet: isDone.goal,
      words: isDone.goal
        ? "Name, goal and plan are complete"
        : `${counted(faults, "field")} to fill in or correct`,
    },
  ];
}
