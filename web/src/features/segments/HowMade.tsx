import type { SegmentationRun } from "../../api/client";
import { featureWords } from "../../api/features";
import { percent, ScrollTable } from "../../kit";
import { candidatesOf, columnsOf, PROPER_METHODS, scalingOf } from "./runs";

/** What was tried before a method was taken, and what became of each column and feature. */
export function HowMade({ run }: { run: SegmentationRun }) {
  const candidates = candidatesOf(run);
  const features = scalingOf(run);
  const columns = columnsOf(run);
  return (
    <>
      {candidates.length > 0 ? (
        <details className="data">
          <summary>Methods compared</summary>
          <ScrollTable
            label="Methods compared"
            headers={["Method", "Segments", "In none", "Silhouette", "Stability", "Found"]}
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
                <td>{each.stability?.toFixed(2) ?? "–"}</td>
                <td>{each.finding}</td>
              </tr>
            ))}
          </ScrollTable>
        </details>
      ) : null}
      {features.length > 0 ? (
        <details className="data">
          <summary>How features were prepared</summary>
          {columns.length > 0 ? (
            <ScrollTable
              label="What became of each column"
              headers={["Column", "Holds", "Becomes"]}
            >
              {columns.map((each) => (
                <tr key={each.column}>
                  <th scope="row">{featureWords(each.column)}</th>
                  <td>{each.holds}</td>
                  <td>
                    {each.isUsed ? null : <span className="dim">Left out: </span>}
                    {each.reason}
                  </td>
                </tr>
              ))}
            </ScrollTable>
          ) : null}
          <ScrollTable label="How features were prepared" headers={["Feature", "Used", "How"]}>
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
          </ScrollTable>
        </details>
      ) : null}
    </>
  );
}
