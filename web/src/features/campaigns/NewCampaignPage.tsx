import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useCallback, useEffect, useState } from "react";
import {
  listCustomersOptions,
  listDocumentsOptions,
  listImportsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import { CHANNEL_WORDS } from "../../api/words";
import {
  Button,
  counted,
  Facts,
  joinQueries,
  Panel,
  PanelState,
  SkeletonText,
  StatusTag,
  type PanelQuery,
} from "../../kit";
import { Page } from "../../shell/Page";
import { ContentStep, DOCUMENTS_MAX } from "./ContentStep";
import { CustomersStep } from "./CustomersStep";
import {
  changed,
  faultsOf,
  keepDraft,
  loadDraft,
  STEP_WORDS,
  STEPS,
  type Draft,
  type Step,
} from "./draft";
import { GoalStep } from "./GoalStep";
import { ReviewStep } from "./ReviewStep";

/** How far the steps are, from what the server has and what was typed. */
export interface Ready {
  customers: number | undefined;
  approved: number | undefined;
  isInvented: boolean;
  /** The reads behind all that, for panels that show it. */
  query: PanelQuery<unknown>;
  isDone: Record<Step, boolean>;
}

function useReady(draft: Draft): Ready {
  const people = useQuery(listCustomersOptions({ query: { limit: 1 } }));
  const documents = useQuery(
    listDocumentsOptions({ query: { state: "approved", limit: DOCUMENTS_MAX } }),
  );
  const imports = useQuery(listImportsOptions({ query: { limit: 1 } }));
  const customers = people.data?.total;
  const approved = documents.data?.items.length;
  const newest = imports.data?.items[0];
  const query = joinQueries([people, documents, imports], () => true);
  const isDone = {
    customers: (customers ?? 0) > 0 && newest?.state !== "running" && newest?.state !== "queued",
    content: (approved ?? 0) > 0,
    goal: Object.keys(faultsOf(draft)).length === 0,
    review: false,
  };
  // The sample says of itself, in the name of its file, that it is invented.
  const isInvented = newest?.file.includes("(invented)") ?? false;
  return { customers, approved, isInvented, isDone, query };
}

/** The composer: customers, content, goal, run. The step is in the address, the rest in the tab. */
export default function NewCampaignPage() {
  const [step, setStep] = useQueryState(
    "step",
    parseAsStringLiteral(STEPS).withDefault("customers").withOptions({ history: "push" }),
  );
  const [draft, setDraft] = useState(loadDraft);
  useEffect(() => keepDraft(draft), [draft]);
  const change = useCallback(
    (next: Partial<Draft>) => setDraft((before) => changed(before, next)),
    [],
  );
  const ready = useReady(draft);
  const at = STEPS.indexOf(step);
  const isImportOpen = step === "customers" && draft.source !== "present" && draft.import === null;
  const go = (to: Step | undefined) => {
    if (to) void setStep(to);
    window.scrollTo({ top: 0 });
  };
  return (
    <Page
      title="New campaign"
      crumbs={[{ label: "Campaigns", to: "/campaigns" }]}
      mark={ready.isInvented ? <StatusTag tone="warn">Invented data</StatusTag> : null}
    >
      <Steps step={step} ready={ready} onGo={go} />
      <div className={step === "review" ? undefined : "cols wide-left"}>
        <div className="stack">
          {step === "customers" ? (
            <CustomersStep draft={draft} change={change} ready={ready} />
          ) : null}
          {step === "content" ? <ContentStep /> : null}
          {step === "goal" ? <GoalStep draft={draft} change={change} /> : null}
          {step === "review" ? (
            <ReviewStep draft={draft} change={change} ready={ready} onGo={go} />
          ) : null}
          <div className="step-foot">
            {at > 0 ? <Button onPress={() => go(STEPS[at - 1])}>Back</Button> : <span />}
            {step === "review" ? null : (
              <Button
                {...(isImportOpen ? {} : { variant: "primary" as const })}
                onPress={() => go(STEPS[at + 1])}
                why={ready.isDone[step] || step === "goal" ? undefined : WHY[step]}
              >
                Next: {STEP_WORDS[STEPS[at + 1] ?? "review"].toLowerCase()}
              </Button>
            )}
          </div>
        </div>
        {step === "review" ? null : <Summary draft={draft} ready={ready} />}
      </div>
    </Page>
  );
}

const WHY: Record<Step, string> = {
  customers: "There are no customers yet",
  content: "No content is approved yet",
  goal: "",
  review: "",
};

function Steps({ step, ready, onGo }: { step: Step; ready: Ready; onGo: (step: Step) => void }) {
  return (
    <nav aria-label="Steps" className="steps">
      <ol>
        {STEPS.map((each, index) => (
          <li key={each}>
            <button
              type="button"
              aria-current={each === step ? "step" : undefined}
              onClick={() => onGo(each)}
            >
              {ready.isDone[each] ? (
                <CircleCheck className="icon good" aria-hidden />
              ) : (
                <CircleDashed className="icon" aria-hidden />
              )}
              <span>
                {index + 1}. {STEP_WORDS[each]}
              </span>
              {ready.isDone[each] ? <span className="sr">, complete</span> : null}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Summary({ draft, ready }: { draft: Draft; ready: Ready }) {
  const { customers = 0, approved = 0 } = ready;
  const variants = Number(draft.variants);
  return (
    <Panel title="So far" padded>
      <PanelState query={ready.query} subject="What is here" skeleton={<SkeletonText lines={6} />}>
        {() => (
          <Facts
            items={[
              ["Customers", counted(customers, "customer")],
              [
                "Content",
                `${counted(approved, "document")}${approved === DOCUMENTS_MAX ? " or more" : ""} approved`,
              ],
              ["Name", draft.name.trim() || "not named"],
              ["Goal", draft.goal.trim() || "not said"],
              ["Sent by", CHANNEL_WORDS[draft.channel]],
              [
                "Each segment",
                Number.isInteger(variants) && variants > 0
                  ? `${counted(variants, "message")} and a plain control`
                  : "not said",
              ],
            ]}
          />
        )}
      </PanelState>
      <p className="small dim pt-3">
        A run sends nothing. It writes and screens messages; people approve them before an
        experiment can start.
      </p>
    </Panel>
  );
}
