import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Variant } from "../../api/client";
import { getVariantOptions } from "../../api/client/@tanstack/react-query.gen";
import { Button, PanelState, Peek, SkeletonText, StatusOf, statusOf, Tabs } from "../../kit";
import { useCan, useSession } from "../../shell/session";
import { DecideDialog, type Deciding } from "../../variant/DecideDialog";
import { EditDialog } from "../../variant/EditDialog";
import { isForScreen } from "../../shell/keys";
import { whoMay, whyNotApprove, whyNotReview } from "../../variant/mayReview";
import type { Words } from "../../variant/suggestion";
import { useScreenAgain, useUsers } from "../../variant/useVariant";
import { CHANNEL_WORDS } from "../../api/words";
import { spoken } from "../../variant/words";
import { OriginTab } from "./OriginTab";
import { ScreeningTab } from "./ScreeningTab";
import { TextTab } from "./TextTab";

export const TABS = ["text", "screening", "origin"] as const;
export type PeekTab = (typeof TABS)[number];

interface Props {
  id: string;
  tab: PeekTab;
  onTab: (tab: PeekTab) => void;
  segmentName: (segment: number, run?: string) => string;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

type Open = { kind: "edit"; draft?: Words } | { kind: "decide"; how: Deciding } | null;

/** One variant: its words with their sources, its screening, its origin, and what can be done. */
export function VariantPeek({ id, tab, onTab, segmentName, ...around }: Props) {
  const query = useQuery(getVariantOptions({ path: { variant: id } }));
  const variant = query.data;
  const [open, setOpen] = useState<Open>(null);
  const title = variant
    ? `${segmentName(variant.segment, variant.run)} · ${spoken(variant.strategy)}`
    : "Variant";
  return (
    <>
      <Peek
        {...around}
        label={title}
        title={title}
        isCovered={open !== null}
        footer={variant ? <Actions variant={variant} onOpen={setOpen} /> : null}
      >
        <PanelState query={query} subject="This variant" skeleton={<SkeletonText lines={10} />}>
          {(found) => (
            <>
              <p className="peek-line">
                <StatusOf status={statusOf.variant(found.state)} isTag />
                <span className="small dim">
                  {CHANNEL_WORDS[found.channel]}, {found.language}, confidence{" "}
                  {found.confidence.toFixed(2)}
                </span>
              </p>
              <Tabs
                label="Parts of the variant"
                value={tab}
                onChange={(next) => onTab(next as PeekTab)}
                items={[
                  { id: "text", label: "Text and sources", content: <TextTab variant={found} /> },
                  {
                    id: "screening",
                    label: (
                      <>
                        Screening
                        {found.verdict && found.verdict.issues.length > 0 ? (
                          <span className="n">{found.verdict.issues.length}</span>
                        ) : null}
                      </>
                    ),
                    content: (
                      <ScreeningTab
                        variant={found}
                        onUse={(draft) => setOpen({ kind: "edit", draft })}
                      />
                    ),
                  },
                  { id: "origin", label: "Origin", content: <OriginTab variant={found} /> },
                ]}
              />
            </>
          )}
        </PanelState>
      </Peek>
      {variant && open?.kind === "edit" ? (
        <EditDialog variant={variant} draft={open.draft} onClose={() => setOpen(null)} />
      ) : null}
      {variant && open?.kind === "decide" ? (
        <DecideDialog variant={variant} how={open.how} onClose={() => setOpen(null)} />
      ) : null}
    </>
  );
}

/** Approve, reject, edit, screen again; a, r and e do the same. */
function Actions({ variant, onOpen }: { variant: Variant; onOpen: (open: Open) => void }) {
  const session = useSession();
  const users = useUsers();
  const canEdit = useCan("editor");
  const screen = useScreenAgain();
  const isHeld = variant.state === "review";
  const person = whyNotReview(session, variant);
  const state = whyNotApprove(variant.state, variant.verdict?.decision === "pass");
  const others = person ? `${person} ${whoMay(users, variant)}` : undefined;
  const approveWhy = state ?? others;
  const rejectWhy = variant.state === "rejected" ? "Rejected already." : others;
  const how: Deciding = isHeld || variant.verdict?.decision === "review" ? "override" : "approve";
  const canApprove = approveWhy === undefined;
  const canReject = rejectWhy === undefined;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isForScreen(event)) return;
      if (event.key === "a" && canApprove) onOpen({ kind: "decide", how });
      else if (event.key === "r" && canReject) onOpen({ kind: "decide", how: "reject" });
      else if (event.key === "e" && canEdit) onOpen({ kind: "edit" });
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [canApprove, canReject, canEdit, how, onOpen]);

  if (!canEdit)
    return <p className="small dim">Your role may read this. {whoMay(users, variant)}</p>;
  const isLoose = variant.state === "unscreened";
  return (
    <>
      <div className="actions">
        {isLoose ? (
          <Button
            variant="primary"
            isPending={screen.isPending}
            onPress={() => screen.mutate({ path: { variant: variant.id } })}
          >
            Screen again
          </Button>
        ) : variant.state === "approved" ? null : (
          <OffButton
            isPrimary
            isOff={!canApprove}
            onPress={() => onOpen({ kind: "decide", how })}
            letter="A"
          >
            {how === "override" ? "Approve with reason" : "Approve"}
          </OffButton>
        )}
        <OffButton
          isOff={!canReject}
          onPress={() => onOpen({ kind: "decide", how: "reject" })}
          letter="R"
        >
          Reject
        </OffButton>
        <Button onPress={() => onOpen({ kind: "edit" })}>
          Edit text <kbd aria-hidden="true">E</kbd>
        </Button>
      </div>
      <p className="small dim" id="why-off">
        {[...new Set([approveWhy, rejectWhy])]
          .filter((why): why is string => why !== undefined)
          .filter(
            (why, index, all) => !all.some((other, at) => at !== index && other.startsWith(why)),
          )
          .join(" ")}
      </p>
    </>
  );
}

/** A verb that is off stays reachable; why stands once below all of them. */
function OffButton(props: {
  children: string;
  letter: string;
  isOff: boolean;
  isPrimary?: boolean;
  onPress: () => void;
}) {
  const { children, letter, isOff, isPrimary, onPress } = props;
  const variant = isPrimary ? "primary" : "danger";
  if (isOff)
    return (
      <button
        type="button"
        className={`btn ${variant}`}
        aria-disabled="true"
        aria-describedby="why-off"
      >
        {children}
      </button>
    );
  return (
    <Button variant={variant} onPress={onPress}>
      {children} <kbd aria-hidden="true">{letter}</kbd>
    </Button>
  );
}
