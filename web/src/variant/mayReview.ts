import type { Role, User, Variant, VariantState } from "../api/client";
import { roleAllows } from "../shell/session";

/** States in which a person has to decide. */
export const WAITING: readonly VariantState[] = ["pass", "review"];

export interface Person {
  id: string;
  role: Role;
}

type Written = Pick<Variant, "author" | "edited_by">;

/** Why a person may not decide about a variant; undefined when nothing speaks against it. */
export function whyNotReview(person: Person, variant: Written): string | undefined {
  if (!roleAllows(person.role, "reviewer")) return "Your role may not decide.";
  if (person.id === variant.edited_by) return "You edited these words.";
  if (person.id === variant.author) return "You started the run that wrote it.";
  return undefined;
}

/** Who may decide instead, as far as the people are known. */
export function whoMay(people: readonly User[] | undefined, variant: Written): string {
  if (!people) return "A reviewer who did not write it decides.";
  const names = people
    .filter(
      (user) =>
        user.is_active &&
        roleAllows(user.role, "reviewer") &&
        user.id !== variant.author &&
        user.id !== variant.edited_by,
    )
    .map((user) => user.name);
  if (names.length === 0) return "Nobody else here is a reviewer: add one first.";
  const last = names.pop() ?? "";
  return names.length === 0 ? `${last} may decide.` : `${names.join(", ")} or ${last} may decide.`;
}

/** Why nobody can approve these words in their present state; undefined when somebody can. */
export function whyNotApprove(state: VariantState, hasPass: boolean): string | undefined {
  if (state === "approved") return "Approved already.";
  if (state === "unscreened") return "Not screened: screen it first.";
  if (state === "block") return "Nobody can override a block: change the words.";
  if (state === "rejected" && !hasPass) return "Rejected: change the words and screen again.";
  return undefined;
}
