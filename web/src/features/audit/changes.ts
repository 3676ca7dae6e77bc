export interface FieldChange {
  field: string;
  /** Undefined when the entry only says what holds after it. */
  before: string | undefined;
  after: string;
}

/**
 * The fields of an audit entry. {before: {…}, after: {…}} or a field {before, after} gives both
 * sides, only where they differ; plain before and after are a state. Anything else is a value that
 * holds since the entry; empty texts are left out.
 */
export function changesOf(data: Record<string, unknown>): FieldChange[] {
  const { before, after, ...rest } = data;
  const changes: FieldChange[] = [];
  if (isRecord(before) && isRecord(after)) {
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [old, now] = [textOf(before[field]), textOf(after[field])];
      if (old !== now) changes.push({ field, before: old, after: now });
    }
    data = rest;
  } else if (before !== undefined && after !== undefined) {
    changes.push({ field: "state", before: textOf(before), after: textOf(after) });
    data = rest;
  }
  for (const [field, value] of Object.entries(data)) {
    if (value === "") continue;
    if (isRecord(value) && "before" in value && "after" in value)
      changes.push({ field, before: textOf(value["before"]), after: textOf(value["after"]) });
    else changes.push({ field, before: undefined, after: textOf(value) });
  }
  return changes;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
