import { useId, type ReactNode } from "react";
import { bracketsOf, type Tree } from "./tree";

export const TREE_WIDTH = 640;
export const TREE_HEIGHT = 240;

/** Where the leaf at a place stands from left to right. */
export function treeX(tree: Tree, place: number): number {
  return (TREE_WIDTH * (place + 0.5)) / tree.leafSizes.length;
}

/** Where a height stands from top to bottom. */
export function treeY(tree: Tree, height: number): number {
  const top = tree.merges.at(-1)?.height ?? 0;
  return TREE_HEIGHT * (1 - height / (top > 0 ? top * 1.04 : 1));
}

/** Who joins whom, as brackets. `finding` says it to those who do not see it. */
export function Dendrogram(props: { tree: Tree; finding: string; children?: ReactNode }) {
  const { tree, finding, children } = props;
  const title = useId();
  const x = (place: number) => treeX(tree, place);
  const y = (height: number) => treeY(tree, height);
  return (
    <svg
      className="dendrogram"
      viewBox={`0 0 ${TREE_WIDTH} ${TREE_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-labelledby={title}
    >
      <title id={title}>{finding}</title>
      <path
        d={bracketsOf(tree)
          .map(
            (b) => `M${x(b.left)} ${y(b.leftFrom)}V${y(b.height)}H${x(b.right)}V${y(b.rightFrom)}`,
          )
          .join("")}
      />
      {children}
    </svg>
  );
}
