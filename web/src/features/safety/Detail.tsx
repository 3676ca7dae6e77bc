import { useQuery } from "@tanstack/react-query";
import { ShieldQuestionMark } from "lucide-react";
import { useEffect, useState } from "react";
import type { Variant } from "../../api/client";
import { getVariantOptions } from "../../api/client/@tanstack/react-query.gen";
import { Button, Link, PanelState, SkeletonText, StatusOf, statusOf, StatusWord } from "../../kit";
import { hasFeature } from "..";
import { isForScreen } from "../../shell/keys";
import { useCan, useSession } from "../../shell/session";
import { DecideDialog, type Deciding } from "../../variant/DecideDialog";
import { EditDialog } from "../../variant/EditDialog";
import { whoMay, whyNotReview } from "../../variant/mayReview";
import { MarkedMessage, Meters, Reason } from "../../variant/Screening";
import type { Words } from "../../variant/suggestion";
import { useScreenAgain, useUsers } from "../../variant/useVariant";
import { CHANNEL_WORDS } from "../../api/words";
import { spoken } from "../../variant/words";

type Open = { kind: "edit"; draft?: Words } | { kind: "decide"; how: Deciding } | null;

/** One message of the queue and the dialog that is open over it. */
export function useDetail(
  id: string,
  steps: {
    previous: (() => void) | undefined;
    next: (() => void) | undefined;
    acted: () => void;
  },
) {
  const query = useQuery(getVariantOptions({ path: { variant: id } }));
  const [open, setOpen] = useState<Open>(null);
  const { previous, next } = steps;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isForScreen(event)) return;
      if (event.key === "j") next?.();
      if (event.key === "k") previous?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [previous, next]);
  const close = () => {
    setOpen(null);
    steps.acted();
  };
  return { query, open, setOpen, close };
}

type DetailOf = ReturnType<typeof useDetail>;

export function Detail({ detail }: { detail: DetailOf }) {
  const { query, open, setOpen, close } = detail;
  const canEdit = useCan("editor");
  return (
    <>
      <PanelState query={query} subject="This message" skeleton={<SkeletonText lines={10} />}>
        {(variant) => (
          <>
            <p className="peek-line">
              <StatusOf status={statusOf.variant(variant.state)} isTag />
              <span className="small dim">
                {spoken(variant.strategy)}, {CHANNEL_WORDS[variant.channel].toLowerCase()}.{" "}
                {hasFeature("variants") ? (
                  <Link to={`/variants?run=${variant.run}&item=${variant.id}`}>
                    Sources and origin
                  </Link>
                ) : null}
              </span>
            </p>
            {variant.verdict ? (
              <>
                <Reason verdict={variant.verdict} channel={variant.channel} />
                <div className="detail-cols">
                  <div>
                    <MarkedMessage
                      words={variant}
                      verdict={variant.verdict}
                      onUse={
                        canEdit
                          ? (remedy) => setOpen({ kind: "edit", draft: remedy.after })
                          : undefined
                      }
                    />
                  </div>
                  <div className="block">
                    <h3>Categories</h3>
                    <Meters verdict={variant.verdict} channel={variant.channel} />
                    <p className="tiny faint">
                      Policy <code>{variant.verdict.policy_version}</code>
                    </p>
                  </div>
                </div>
              </>
            ) : (
              <NotScreened variant={variant} />
            )}
          </>
        )}
      </PanelState>
      {query.data && open?.kind === "edit" ? (
        <EditDialog variant={query.data} draft={open.draft} onClose={close} />
      ) : null}
      {query.data && open?.kind === "decide" ? (
        <DecideDialog variant={query.data} how={open.how} onClose={close} />
      ) : null}
    </>
  );
}

function NotScreened({ variant }: { variant: Variant }) {
  return (
    <>
      <p>
        <StatusWord tone="warn" icon={ShieldQuestionMark}>
          Not screened
        </StatusWord>
      </p>
      <p>
        These words were not checked yet: nothing was found because nothing was sought. They are
        held back until a screening answers.
      </p>
      <div className="marked letter">
        <p className="subject marked-line">{variant.subject}</p>
        {variant.text.split(/\n\s*\n/).map((paragraph) => (
          <p key={paragraph} className="marked-line">
            {paragraph}
          </p>
        ))}
      </div>
    </>
  );
}

export function DetailActions({ detail, variant }: { detail: DetailOf; variant: Variant }) {
  const { setOpen } = detail;
  const session = useSession();
  const users = useUsers();
  const canEdit = useCan("editor");
  const screen = useScreenAgain();
  const person = whyNotReview(session, variant);
  const others = person ? `${person} ${whoMay(users, variant)}` : undefined;
  const overrideWhy =
    variant.state === "block" ? "Nobody can override a block: change the words." : others;
  if (!canEdit)
    return <p className="small dim">Your role may read this. {whoMay(users, variant)}</p>;
  return (
    <>
      <div className="actions">
        {variant.state === "unscreened" ? (
          <Button
            variant="primary"
            isPending={screen.isPending}
            onPress={() => screen.mutate({ path: { variant: variant.id } })}
          >
            Screen again
          </Button>
        ) : null}
        <Button
          {...(variant.state === "block" ? { variant: "primary" as const } : {})}
          onPress={() => setOpen({ kind: "edit" })}
        >
          Edit text
        </Button>
        {variant.state === "approved" || variant.state === "unscreened" ? null : (
          <Off
            why={overrideWhy}
            {...(variant.state === "review" ? { isPrimary: true } : {})}
            onPress={() => setOpen({ kind: "decide", how: "override" })}
          >
            Override with reason
          </Off>
        )}
        <Off why={others} onPress={() => setOpen({ kind: "decide", how: "reject" })}>
          Reject
        </Off>
      </div>
      {overrideWhy && variant.state !== "approved" && variant.state !== "unscreened" ? (
        <p className="small dim" id="override-why">
          Override is off: {overrideWhy.charAt(0).toLowerCase() + overrideWhy.slice(1)}
        </p>
      ) : others ? (
        <p className="small dim" id="override-why">
          {others}
        </p>
      ) : null}
    </>
  );
}

function Off(props: {
  children: string;
  why: string | undefined;
  isPrimary?: boolean;
  onPress: () => void;
}) {
  const { children, why, isPrimary, onPress } = props;
  const variant = isPrimary ? "primary" : "danger";
  return why ? (
    <button
      type="button"
      className={`btn ${variant}`}
      aria-disabled="true"
      aria-describedby="override-why"
    >
      {children}
    </button>
  ) : (
    <Button variant={variant} onPress={onPress}>
      {children}
    </Button>
  );
}
