import type { ReactNode } from "react";
import type { SegmentationRun } from "../../api/client";
import { featureWords } from "../../api/features";
import { percent } from "../../kit";
import { candidatesOf, PROPER_METHODS, scalingOf } from "./runs";

/** What was tried before a method was taken, and what became of each feature. */
export function HowMade({ run }: { run: SegmentationRun }) {
  const candidates = candidatesOf(run);
  const features = scalingOf(run);
  return (
    <>
      {candidates.length > 0 ? (
        <details className="data">
          <summary>Methods compared</summary>
          <Sheet
            label="Methods compared"
            headers={["Method", "Segments", "In none", "Silhouette", "Found"]}
          >
            {candidates.map((each) => (
              <tr key={`${each.algorithm}-${each.clusters}`}>
                <th scope="row">
                  {PROPER_METHODS[each.algorithm] ?? each.algorithm}
                  {each.isChosen ? " (taken)" : ""}
                </th>
                <td>{each.clusters}</td>
                <td>{percent(each.noiseShare)}</td>
                <td>{each.silhouette?.toFixed(2) ?? "–"}</td>
                <td>{each.finding}</td>
              </tr>
            ))}
          </Sheet>
        </details>
      ) : null}
      {features.length > 0 ? (
        <details className="data">
          <summary>How features were prepared</summary>
          <Sheet label="How features were prepared" headers={["Feature", "Used", "How"]}>
            {features.map((each) => (
              <tr key={each.feature}>
                <th scope="row">{featureWords(each.feature)}</th>
                <td>{each.isUsed ? "yes" : "no"}</td>
                <td>
                  {each.reason}
                  {each.note ? <span className="dim">. {each.note}</span> : null}
                </td>
              </tr>
            ))}
          </Sheet>
        </details>
      ) : null}
    </>
  );
}

function Sheet(props: { label: string; headers: readonly string[]; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" tabIndex={0} role="region" aria-label={props.label}>
      <table className="table tight">
        <caption className="sr">{props.label}</caption>
        <thead>
          <tr>
            {props.headers.map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
