import { ApiProblem } from "../../api/problem";
import { Button, Panel, PanelState } from "../../kit";
import type { PanelQuery } from "../../kit/PanelState";

type Marks = readonly string[];

const settled: PanelQuery<Marks> = {
  data: ["Circle", "Square", "Triangle"],
  error: null,
  isPending: false,
  isFetching: false,
  dataUpdatedAt: Date.UTC(2026, 0, 1, 14, 2, 11),
  refetch: () => undefined,
};
const failure = new ApiProblem({ kind: "timeout", requestId: "kit" });

const DEMOS: readonly { title: string; query: PanelQuery<Marks>; part?: "filters" | "missing" }[] =
  [
    { title: "Loading", query: { ...settled, data: undefined, isPending: true } },
    { title: "Empty, because new", query: { ...settled, data: [] } },
    { title: "Empty, because filtered", query: { ...settled, data: [] }, part: "filters" },
    { title: "Error", query: { ...settled, data: undefined, error: failure } },
    { title: "Stale", query: { ...settled, error: failure } },
    { title: "Partial", query: settled, part: "missing" },
  ];

/** The six states of one panel. */
export function StatesDemo() {
  return (
    <div className="states-demo">
      {DEMOS.map((demo) => (
        <Panel key={demo.title} title={demo.title}>
          <PanelState
            query={demo.query}
            subject="The marks"
            isEmpty={(marks) => marks.length === 0}
            empty={{
              text: "Marks tell arms and segments apart without their colours.",
              action: <Button variant="primary">Add a mark</Button>,
            }}
            filters={
              demo.part === "filters"
                ? [{ name: "Shape", value: "star", onRemove: () => undefined }]
                : []
            }
            onClearFilters={() => undefined}
            missing={() => (demo.part === "missing" ? ["Diamond"] : [])}
          >
            {(marks) => (
              <ul className="rows">
                {marks.map((mark) => (
                  <li key={mark}>
                    <span className="grow">{mark}</span>
                    <span className="num">{mark.length}</span>
                  </li>
                ))}
              </ul>
            )}
          </PanelState>
        </Panel>
      ))}
    </div>
  );
}
