import { ProgressBar } from "react-aria-components";
import { count } from "./numbers";

/**
 * How far something is. `total` 0 means that nobody knows it: then only what is done is said.
 * `unit` is the plural noun, such as "lines".
 */
export function Progress(props: { label: string; done: number; total: number; unit?: string }) {
  const { label, done, total, unit = "" } = props;
  const words = total > 0 ? `${count(done)} of ${count(total)} ${unit}` : `${count(done)} ${unit}`;
  return (
    <ProgressBar
      aria-label={label}
      value={done}
      maxValue={Math.max(total, 1)}
      isIndeterminate={total === 0}
      valueLabel={words.trim()}
      className="progress"
    >
      {({ percentage }) => (
        <>
          <span className="bar go" aria-hidden="true">
            <i style={{ width: `${percentage ?? 0}%` }} />
          </span>
          <span className="nowrap">{words}</span>
        </>
      )}
    </ProgressBar>
  );
}
