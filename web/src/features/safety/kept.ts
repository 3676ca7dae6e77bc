/** The item that stands open beside the queue without anybody having chosen it. */
export interface Kept {
  /** The tab and page it was the first of. */
  queue: string;
  id: string;
  /** Whether the reader did something with it, so that the next one may follow when it leaves. */
  isDone: boolean;
}

/**
 * The queue is sorted worst first and lives: another item may come to stand first, or this one leave,
 * while somebody reads it or writes a reason. What is open changes only after the reader acted.
 */
export function keptOf(before: Kept | null, queue: string, ids: readonly string[]): Kept | null {
  if (before?.queue === queue && (!before.isDone || ids.includes(before.id))) return before;
  const id = ids[0];
  return id === undefined ? null : { queue, id, isDone: false };
}
