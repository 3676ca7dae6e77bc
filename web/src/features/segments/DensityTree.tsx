import type { Segment } from "../../api/client";
import { count, counted, Mark, Panel, segmentMark } from "../../kit";
import { Dendrogram, TREE_HEIGHT, TREE_WIDTH, treeX, treeY } from "./Dendrogram";
import { hangingsOf, type Tree } from "./tree";

/** The clusters of HDBSCAN, from those of all customers down to the densest, and which are segments. */
export function DensityTree({ tree, segments }: { tree: Tree; segments: readonly Segment[] }) {
  const hangings = hangingsOf(tree);
  const missing = segments.length - hangings.length;
  return (
    <Panel title="Tree" aside="Which groups part, the sparsest first" padded>
      <div className="grid gap-3">
        <div className="marked-tree">
          <Dendrogram
            tree={tree}
            finding={`Tree of ${count(tree.leafSizes.length)} dense groups. ${counted(hangings.length, "of them or of their unions is a segment", "of them or of their unions are segments")}.`}
          />
          {hangings.map(({ segment, place, from, to }) => (
            <span
              key={segment}
              aria-hidden="true"
              style={{
                left: `${(100 * treeX(tree, place)) / TREE_WIDTH}%`,
                top: `${(100 * treeY(tree, (from + to) / 2)) / TREE_HEIGHT}%`,
              }}
            >
              <Mark index={segmentMark(segment)} />
            </span>
          ))}
        </div>
        <p className="small dim">
          The height of a bracket is the mutual reachability distance at which its two sides part:
          how far apart neighbours are there, where both sides are dense enough. What hangs longest
          became a segment; those are marked.
          {missing > 0
            ? ` ${counted(missing, "segment lies", "segments lie")} below what is drawn.`
            : ""}
        </p>
        <ul className="tree-legend small">
          {hangings.map(({ segment }) => {
            const of = segments.find((each) => each.segment === segment);
            return of ? (
              <li key={segment} className="named">
                <Mark index={segmentMark(segment)} />
                {of.name} <span className="num dim">{count(of.size)}</span>
              </li>
            ) : null;
          })}
        </ul>
      </div>
    </Panel>
  );
}
