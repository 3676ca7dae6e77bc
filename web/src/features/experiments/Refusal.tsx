import { CircleX } from "lucide-react";
import { problemOf, wordsOf } from "../../api/problem";

/** What the server said no to, in its own words, inside a dialog. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const words = wordsOf(problemOf(error), "The experiment");
  const problem = problemOf(error);
  // A refusal by role or by the four-eyes rule says why; that is the better sentence.
  const what = problem.kind === "forbidden" && problem.detail ? problem.detail : words.what;
  return (
    <div className="banner bad" role="alert">
      <CircleX className="icon" aria-hidden />
      <p>
        <b>{what}</b> {what === words.next ? null : words.next}
      </p>
    </div>
  );
}
