/** A field in which two versions differ. */
export interface Clash {
  field: string;
  theirs: string;
  yours: string;
  /** Both changed it; else only you did. */
  isBoth: boolean;
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Your draft upon theirs: what you left as it was follows them. */
export function rebased<Draft extends object>(base: Draft, yours: Draft, theirs: Draft): Draft {
  const changed = Object.entries(yours).filter(
    ([field, value]) => !isSame(value, base[field as keyof Draft]),
  );
  return { ...theirs, ...Object.fromEntries(changed) };
}

type Fields = Readonly<Record<string, string>>;

/** Where theirs and yours differ, field by field under the names that the form uses; one may lack fields. */
export function clashesOf(base: Fields, yours: Fields, theirs: Fields): Clash[] {
  return Object.keys({ ...theirs, ...yours })
    .map((field) => ({
      field,
      theirs: theirs[field] ?? "",
      yours: yours[field] ?? "",
      isBoth: theirs[field] !== base[field],
    }))
    .filter((clash) => clash.theirs !== clash.yours);
}
