import type { Never, Row } from "./states";

export const never = (reason: string): Never => ({ never: reason });
const NO_FILTER = never("it has no filter");
const ONE_OBJECT = never("it says something of one object, which is there or answers 404");
const ONE_READ = never("it rests on one read, which comes whole or not at all");
export const LEGEND = never("segments are hidden by its legend, which stays and shows them again");
export const ALL_OR_NONE = never("what it counts is needed as a whole before a run");
export const WITH_PARENT = never("its screen loads and fails with the same read, above it");
/** A panel with no filter, on one read, as far as `rest` does not say more. */
export const LIST = (
  panel: string,
  request: RegExp,
  rest: Pick<Row, "error" | "empty"> & Partial<Row>,
): Row => ({ panel, request, filtered: NO_FILTER, partial: ONE_READ, ...rest });
/** One object: it cannot be empty. */
export const ITEM = (
  panel: string,
  request: RegExp,
  rest: Pick<Row, "error"> & Partial<Row>,
): Row => LIST(panel, request, { empty: ONE_OBJECT, ...rest });
/** One object beside the list from which it was opened. */
export const PEEK = (
  panel: string,
  request: RegExp,
  rest: Pick<Row, "error"> & Partial<Row>,
): Row => ITEM(panel, request, { at: (page) => page.getByRole("complementary").last(), ...rest });
