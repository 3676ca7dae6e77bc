import { useMutation } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useRef, useState } from "react";
import type { SegmentationRun } from "../../api/client";
import { startSegmentationRunMutation } from "../../api/client/@tanstack/react-query.gen";
import { newIdempotencyKey } from "../../api/http";
import { problemOf } from "../../api/problem";
import { Button, count, Panel, TextField, toast, toastProblem } from "../../kit";
import { useCan } from "../../shell/session";
import { Dendrogram, TREE_WIDTH, treeY } from "./Dendrogram";
import { cutHeight, cutSizes, tellableHeight, type Tree } from "./tree";

/** The top of the tree of a run, where it is cut, and another cut to try. */
export function TreeCut({
  run,
  tree,
  clusters,
}: {
  run: SegmentationRun;
  tree: Tree;
  clusters: number;
}) {
  const canStart = useCan("editor");
  const most = tree.leafSizes.length;
  const [text, setText] = useState(String(clusters));
  const wanted = Number(text);
  const isWrong = !(Number.isInteger(wanted) && wanted >= 2 && wanted <= most);
  const shown = isWrong ? clusters : wanted;
  const height =
    (shown === clusters ? run.options.cut_height : undefined) || tellableHeight(tree, shown);
  const [, setAsked] = useQueryState("run", parseAsString);
  const key = useRef(newIdempotencyKey());
  const start = useMutation({
    ...startSegmentationRunMutation(),
    onSuccess: () => {
      key.current = newIdempotencyKey();
      // The new run is the newest, which the page shows without an address of its own.
      void setAsked(null);
      toast("Started. The new segments appear here by themselves.");
    },
    onError: (error) => {
      // What the server answered is final; only a lost answer may be asked for again by its key.
      if (problemOf(error).status > 0) key.current = newIdempotencyKey();
      toastProblem(error, "The segmentation");
    },
  });
  const press = () => {
    const body = { ...run.options, algorithm: "hierarchical" as const, clusters: wanted };
    delete body.cut_height; // The tree is cut by one of the two.
    start.mutate({ body, headers: { "Idempotency-Key": key.current } });
  };
  return (
    <Panel title="Tree" aside="Who joins whom, the most alike first" padded>
      <div className="grid gap-3">
        <Cut tree={tree} segments={shown} />
        <p className="small dim">
          {tree.isByOrder
            ? "The higher a bracket, the later its two sides join; how unlike they are need not grow from join to join."
            : "The height of a bracket is how unlike its two sides are."}{" "}
          {height ? `This cut is at the height ${height}. ` : ""}
          {tree.correlation === null
            ? ""
            : `How unlike customers are and where they come together agree by ${tree.correlation.toFixed(2)} (1 is all).`}
          {most < run.customers ? ` The last ${most - 1} joins are drawn.` : ""}
        </p>
        <div className="actions">
          <TextField
            label="Cut into segments"
            value={text}
            onChange={setText}
            inputMode="numeric"
            error={
              isWrong && text !== String(clusters) ? `A whole number from 2 to ${most}` : undefined
            }
          />
          {canStart ? (
            <Button
              onPress={press}
              isPending={start.isPending}
              why={isWrong || wanted === clusters ? "Choose another number first" : undefined}
            >
              Compute with this cut
            </Button>
          ) : null}
        </div>
        <p className="small">
          {count(shown)} segments of {cutSizes(tree, shown).slice(0, 12).map(count).join(", ")}
          {shown > 12 ? " and smaller ones" : ""} customers.
        </p>
      </div>
    </Panel>
  );
}

function Cut({ tree, segments }: { tree: Tree; segments: number }) {
  const cut = treeY(tree, cutHeight(tree, segments));
  const sizes = cutSizes(tree, segments);
  return (
    <Dendrogram
      tree={tree}
      finding={`Tree of ${count(tree.leafSizes.length)} groups. Cut into ${count(segments)}, the largest has ${count(sizes[0] ?? 0)} customers, the smallest ${count(sizes.at(-1) ?? 0)}.`}
    >
      <line className="cut" x1={0} x2={TREE_WIDTH} y1={cut} y2={cut} />
    </Dendrogram>
  );
}
