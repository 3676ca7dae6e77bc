import { RefreshCw, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { problemOf, wordsOf } from "../api/problem";
import { useLive } from "../live/useLive";
import { Button } from "./Button";
import { Chip } from "./Chip";
import { clock } from "./numbers";
import { SkeletonRows } from "./Skeleton";

const SKELETON_AFTER_MS = 150;

/** What PanelState reads of a TanStack query; every useQuery result fits. */
export interface PanelQuery<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  isFetching: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

export interface ActiveFilter {
  name: string;
  value: string;
  onRemove: () => void;
}

export interface PanelStateProps<Data> {
  query: PanelQuery<Data>;
  /** What is asked for, to begin a sentence with: "The jobs". */
  subject: string;
  isEmpty?: (data: Data) => boolean;
  /** Empty because new: what belongs here and the one action that brings it. */
  empty?: { text: ReactNode; action?: ReactNode };
  /** The filters in force; with some, an empty list names them instead. */
  filters?: readonly ActiveFilter[];
  onClearFilters?: () => void;
  /** Partial: names of what is missing from the data. */
  missing?: (data: Data) => readonly string[];
  /** The final geometry while loading; by default ruled rows. */
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}

/**
 * The six states of a panel, each a different picture: loading (after 150 ms), empty because new,
 * empty because filtered, error, stale, partial; else the content. Stale dims figures (`.num`) only.
 */
export function PanelState<Data>(props: PanelStateProps<Data>) {
  const { query, subject, isEmpty, empty, filters = [], missing, skeleton, children } = props;
  const live = useLive();
  if (query.data === undefined) {
    if (query.error && !(query.isPending && query.isFetching))
      return <ErrorState error={query.error} subject={subject} onRetry={query.refetch} />;
    return <Loading subject={subject}>{skeleton ?? <SkeletonRows />}</Loading>;
  }
  const isStale = query.error != null || live.state === "stale";
  let shown: ReactNode;
  if (isEmpty?.(query.data) && filters.length > 0)
    shown = <EmptyFiltered filters={filters} onClear={props.onClearFilters} />;
  else if (isEmpty?.(query.data)) shown = <EmptyNew {...empty} />;
  else shown = children(query.data);
  return (
    <div data-state={isStale ? "stale" : "ready"} className={isStale ? "is-stale" : undefined}>
      {shown}
      <Missing names={missing?.(query.data) ?? []} />
      {isStale ? <StaleFoot query={query} subject={subject} /> : null}
    </div>
  );
}

/** Partial: what is missing, by name. Alone only where the missing parts are read further in. */
export function Missing({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div className="panel-foot" data-state="partial" role="status">
      <span className="state warn">
        <TriangleAlert className="icon" aria-hidden />
        Not whole
      </span>
      <span className="grow">Missing: {names.join(", ")}.</span>
    </div>
  );
}

function StaleFoot({ query, subject }: { query: PanelQuery<unknown>; subject: string }) {
  const reason = query.error
    ? wordsOf(problemOf(query.error), subject).what
    : "The live connection is lost.";
  return (
    <div className="panel-foot" role="status">
      <span>
        As of {clock(new Date(query.dataUpdatedAt))}. {reason}
      </span>
      <Button size="small" onPress={() => void query.refetch()} isPending={query.isFetching}>
        Refresh now
      </Button>
    </div>
  );
}

/** Nothing at first: what answers in 150 ms should not flicker. */
function Loading({ subject, children }: { subject: string; children: ReactNode }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div data-state="loading" aria-busy="true" className={isLate ? undefined : "invisible"}>
      <span className="sr">{subject}: loading</span>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

function EmptyNew({ text, action }: { text?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty" data-state="empty">
      <p>{text ?? "Nothing here yet."}</p>
      {action}
    </div>
  );
}

function EmptyFiltered(props: {
  filters: readonly ActiveFilter[];
  onClear?: (() => void) | undefined;
}) {
  const { filters, onClear } = props;
  return (
    <div className="empty" data-state="filtered">
      <div className="flex flex-wrap gap-2">
        {filters.map((filter) => (
          <Chip key={filter.name} name={filter.name} onRemove={filter.onRemove}>
            {filter.value}
          </Chip>
        ))}
      </div>
      <p>
        {filters.length === 1 ? "Nothing fits this filter." : "Nothing fits all these filters."}
      </p>
      {onClear ? (
        <Button onPress={onClear}>{filters.length === 1 ? "Clear filter" : "Clear filters"}</Button>
      ) : null}
    </div>
  );
}

/** What failed, what still holds, the request id, and the way out that this kind has. */
export function ErrorState(props: { error: unknown; subject: string; onRetry: () => unknown }) {
  const { error, subject, onRetry } = props;
  const problem = problemOf(error);
  const words = wordsOf(problem, subject);
  const left = useCountdown(problem.kind === "too-many" ? (problem.retryAfter ?? 0) : 0, onRetry);
  useEffect(() => {
    if (problem.kind !== "offline") return;
    const again = () => void onRetry();
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [problem.kind, onRetry]);
  return (
    <div className="empty" data-state="error" data-kind={problem.kind} role="alert">
      <p>
        <strong>{words.what}</strong>{" "}
        {problem.kind === "too-many" && left > 0 ? (
          <>
            {/* An alert says every change: the seconds tick for the eye only. */}
            <span className="sr">Next try in {problem.retryAfter} s.</span>
            <span aria-hidden="true">Next try in {left} s.</span>
          </>
        ) : (
          words.next
        )}
      </p>
      <p className="small faint">
        {problem.requestId ? (
          <>
            Request <code>{problem.requestId}</code>,{" "}
          </>
        ) : null}
        {clock(problem.at)}, {problem.status > 0 ? problem.status : problem.kind}
      </p>
      {words.canRetry ? (
        <Button onPress={() => void onRetry()} why={left > 0 ? "Waits for the server" : undefined}>
          <RefreshCw className="icon" aria-hidden />
          Retry
        </Button>
      ) : null}
    </div>
  );
}

/**
 * Seconds left of `seconds`, which counts anew when it changes; calls `onEnd` once when they are
 * over. 0 starts nothing.
 */
export function useCountdown(seconds: number, onEnd?: () => unknown): number {
  const [run, setRun] = useState({ of: seconds, left: seconds });
  if (run.of !== seconds) setRun({ of: seconds, left: seconds });
  const { left } = run;
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => {
      setRun((before) => ({ ...before, left: before.left - 1 }));
      if (left === 1) onEnd?.();
    }, 1_000);
    return () => clearTimeout(timer);
  }, [left, onEnd]);
  return left;
}
