import { useQuery } from "@tanstack/react-query";
import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useCallback, useState } from "react";
import type { Variant, VariantState } from "../../api/client";
import {
  getOverviewOptions,
  listVariantsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  Button,
  count,
  Link,
  LiveChip,
  Pager,
  Panel,
  PanelState,
  Peek,
  RelativeTime,
  Tabs,
  useIsWide,
} from "../../kit";
import { Page } from "../../shell/Page";
import { worstOf } from "../../variant/claims";
import { decidingOf } from "../../variant/limits";
import { Severity } from "../../variant/Screening";
import { headOf, spoken } from "../../variant/words";
import { Detail, DetailActions, useDetail } from "./Detail";
import { keptOf, type Kept } from "./kept";
import { TryDialog } from "./TryDialog";

const TAB_STATES = {
  review: "review",
  blocked: "block",
  unscreened: "unscreened",
  approved: "approved",
} as const satisfies Record<string, VariantState>;
type TabId = keyof typeof TAB_STATES;
const TAB_IDS = Object.keys(TAB_STATES) as TabId[];
const TAB_WORDS: Record<TabId, { title: string; empty: string; foot: string }> = {
  review: {
    title: "Needs review",
    empty: "Nothing is held for review.",
    foot: "Held back until a reviewer who did not write it decides.",
  },
  blocked: {
    title: "Blocked",
    empty: "Nothing is blocked.",
    foot: "Nobody can override a block. Change the words and screen them again.",
  },
  unscreened: {
    title: "Not screened",
    empty: "Everything is screened.",
    foot: "Held back until a check answers. Never counted as safe.",
  },
  approved: {
    title: "Approved",
    empty: "Nothing is approved yet.",
    foot: "Approved by somebody who did not write it. An edit takes the approval away.",
  },
};
const PAGE_SIZE = 50;
const PARSERS = {
  tab: parseAsStringLiteral(TAB_IDS).withDefault("review"),
  item: parseAsString,
  before: parseAsString,
  after: parseAsString,
};
const inUrl = createSerializer(PARSERS);

/** What the screening held back, why, and what can be done about it. */
export default function SafetyPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const [isTrying, setTrying] = useState(false);
  const isWide = useIsWide();
  const query = useQuery(
    listVariantsOptions({
      query: {
        state: TAB_STATES[url.tab],
        limit: PAGE_SIZE,
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
  );
  const items = worstFirst(query.data?.items ?? []);
  const overview = useQuery(getOverviewOptions());
  const counts = overview.data?.variants;
  const heldCount = counts ? counts.review + counts.block + counts.unscreened : null;
  // Beside the list the first item stands open; on phones nothing opens by itself.
  const [before, setKept] = useState<Kept | null>(null);
  const kept = keptOf(
    before,
    [url.tab, url.before, url.after].join(" "),
    items.map((variant) => variant.id),
  );
  if (kept !== before) setKept(kept);
  const openId = url.item ?? (isWide ? (kept?.id ?? null) : null);
  const close = useCallback(() => void setUrl({ item: null }), [setUrl]);
  const at = items.findIndex((variant) => variant.id === openId);
  const step = (by: number) => {
    const next = items[at + by];
    return at >= 0 && next
      ? () => void setUrl({ item: next.id }, { history: "replace" })
      : undefined;
  };
  const words = TAB_WORDS[url.tab];
  const content = (
    <div className={isWide && openId ? "safe" : undefined}>
      <Panel
        title={words.title}
        aside={url.tab === "review" || url.tab === "blocked" ? "Worst first" : "Newest first"}
        footer={words.foot}
      >
        <PanelState
          query={query}
          subject="The queue"
          isEmpty={(page) => page.items.length === 0}
          empty={{ text: words.empty }}
          missing={() => absent(overview, "how many each queue holds")}
        >
          {(page) => (
            <>
              <ol className="queue">
                {items.map((variant) => (
                  <QueueLine
                    key={variant.id}
                    variant={variant}
                    isOpen={variant.id === openId}
                    href={inUrl({ ...url, item: variant.id }) || "?"}
                  />
                ))}
              </ol>
              <Pager
                newer={page.previous}
                older={page.next}
                onNewer={(cursor) => void setUrl({ after: cursor, before: null })}
                onOlder={(cursor) => void setUrl({ before: cursor, after: null })}
                onFirst={url.before ? () => void setUrl({ before: null, after: null }) : undefined}
              />
            </>
          )}
        </PanelState>
      </Panel>
      {openId ? (
        <ItemOf
          key={openId}
          id={openId}
          isWide={isWide}
          onClose={close}
          onActed={() => setKept(kept ? { ...kept, isDone: true } : null)}
          onPrevious={step(-1)}
          onNext={step(1)}
        />
      ) : null}
    </div>
  );
  return (
    <Page
      title="Safety"
      sub={
        heldCount === null
          ? "What the screening held back, and why"
          : heldCount === 0
            ? "Nothing is held back"
            : `${count(heldCount)} ${heldCount === 1 ? "message is" : "messages are"} held back`
      }
      actions={
        <>
          <LiveChip />
          <Button onPress={() => setTrying(true)}>Try a text</Button>
        </>
      }
    >
      <Tabs
        label="Queues"
        value={url.tab}
        onChange={(tab) =>
          void setUrl({ tab: tab as TabId, item: null, before: null, after: null })
        }
        items={TAB_IDS.map((tab) => ({
          id: tab,
          label: (
            <>
              {TAB_WORDS[tab].title}{" "}
              {counts ? <span className="n">{count(counts[TAB_STATES[tab]])}</span> : null}
            </>
          ),
          content: tab === url.tab ? content : null,
        }))}
      />
      {isTrying ? <TryDialog onClose={() => setTrying(false)} /> : null}
    </Page>
  );
}

function worstFirst(items: readonly Variant[]): Variant[] {
  return [...items].sort((one, other) => (worstOf(other) ?? 0) - (worstOf(one) ?? 0));
}

function QueueLine(props: { variant: Variant; isOpen: boolean; href: string }) {
  const { variant, isOpen, href } = props;
  const deciding = variant.verdict ? decidingOf(variant.verdict, variant.channel) : null;
  return (
    <li data-open={isOpen || undefined}>
      <Severity value={worstOf(variant)} />
      <div>
        <Link
          to={href}
          className="start"
          aria-current={isOpen || undefined}
          data-queue-link=""
          preventScrollReset
        >
          {headOf(variant)}
        </Link>
        <p className="meta small faint">
          <span>{spoken(variant.strategy)}</span>
          {deciding ? <code>{deciding.rule}</code> : null}
          <RelativeTime at={variant.updated_at} />
        </p>
      </div>
    </li>
  );
}

interface ItemProps {
  id: string;
  isWide: boolean;
  onClose: () => void;
  /** A dialog over it was closed, be it with a decision or without. */
  onActed: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

/** The item beside the queue; below 1024 px a sheet that holds the focus. */
function ItemOf({ id, isWide, onClose, onActed, onPrevious, onNext }: ItemProps) {
  const detail = useDetail(id, { previous: onPrevious, next: onNext, acted: onActed });
  const { query } = detail;
  const title = query.data ? headOf(query.data) : "Message";
  const body = <Detail detail={detail} />;
  const footer = query.data ? <DetailActions detail={detail} variant={query.data} /> : null;
  if (!isWide)
    return (
      <Peek
        label={title}
        title={title}
        onClose={onClose}
        onPrevious={onPrevious}
        onNext={onNext}
        footer={footer}
      >
        {body}
      </Peek>
    );
  return (
    <Panel
      title={title}
      aside={
        <span className="named">
          {onPrevious ? (
            <Button variant="quiet" className="square" aria-label="Previous" onPress={onPrevious}>
              <ChevronUp className="icon" aria-hidden />
            </Button>
          ) : null}
          {onNext ? (
            <Button variant="quiet" className="square" aria-label="Next" onPress={onNext}>
              <ChevronDown className="icon" aria-hidden />
            </Button>
          ) : null}
        </span>
      }
      {...(footer ? { footer: <div className="foot-grid">{footer}</div> } : {})}
      padded
    >
      {body}
    </Panel>
  );
}
