import type { SegmentationOptions } from "../../api/client";
import type { ApiProblem } from "../../api/problem";
import { Segmented, TextField } from "../../kit";

/** What is typed; empty = chosen by the server. */
export interface DensityChoice {
  isOneDensity: boolean;
  eps: string;
  minSize: string;
  minPoints: string;
}

export const CHOSEN_DENSITY: DensityChoice = {
  isOneDensity: false,
  eps: "",
  minSize: "",
  minPoints: "",
};

const LEAST_MAX = 1_000_000;

// Number("") is 0, which the server takes for "chosen".
const isEpsWrong = (eps: string) => !(Number(eps) >= 0 && Number.isFinite(Number(eps)));
const isLeastWrong = (least: string) =>
  !(Number.isInteger(Number(least)) && Number(least) >= 0 && Number(least) <= LEAST_MAX);
const isSizeWrong = (size: string) => isLeastWrong(size) || Number(size) === 1;

export function isDensityWrong(choice: DensityChoice): boolean {
  return (
    isLeastWrong(choice.minPoints) ||
    (choice.isOneDensity ? isEpsWrong(choice.eps) : isSizeWrong(choice.minSize))
  );
}

export function densityOptions(choice: DensityChoice): SegmentationOptions {
  const least = { min_points: Number(choice.minPoints) };
  return choice.isOneDensity
    ? { algorithm: "dbscan", eps: Number(choice.eps), ...least }
    : { algorithm: "hdbscan", min_size: Number(choice.minSize), ...least };
}

/** What makes a dense group. */
export function DensityFields({
  value,
  onChange,
  problem,
}: {
  value: DensityChoice;
  onChange: (value: DensityChoice) => void;
  problem: ApiProblem | null;
}) {
  const wrong = (pointer: string, isWrong: boolean, words: string) =>
    problem?.faultOf(pointer) ?? (isWrong ? words : undefined);
  return (
    <div className="grid gap-2">
      <Segmented
        label="How dense"
        value={value.isOneDensity ? "one" : "any"}
        onChange={(chosen) => onChange({ ...value, isOneDensity: chosen === "one" })}
        choices={[
          { value: "any", label: "Each group as dense as it is" },
          { value: "one", label: "All within one radius" },
        ]}
      />
      <p className="small dim">
        Groups may have any shape, and customers who are like few others stay in no segment (
        {value.isOneDensity ? "DBSCAN" : "HDBSCAN"}). Leave the fields empty and they are chosen
        from your customers.
      </p>
      {value.isOneDensity ? (
        <TextField
          label="Radius (eps)"
          hint="How far apart neighbours may be, after scaling."
          value={value.eps}
          onChange={(eps) => onChange({ ...value, eps })}
          inputMode="decimal"
          error={wrong("/eps", isEpsWrong(value.eps), "A number above 0, such as 0.5")}
        />
      ) : (
        <TextField
          label="Smallest group"
          hint="Fewer customers are no segment."
          value={value.minSize}
          onChange={(minSize) => onChange({ ...value, minSize })}
          inputMode="numeric"
          error={wrong(
            "/min_size",
            isSizeWrong(value.minSize),
            "A whole number from 2, such as 50",
          )}
        />
      )}
      <TextField
        label={value.isOneDensity ? "Customers within it" : "Neighbours that count"}
        hint={
          value.isOneDensity
            ? "So many make a dense place."
            : "The distance to so many others is how dense a place is; more smooths the groups."
        }
        value={value.minPoints}
        onChange={(minPoints) => onChange({ ...value, minPoints })}
        inputMode="numeric"
        error={wrong("/min_points", isLeastWrong(value.minPoints), "A whole number, such as 10")}
      />
    </div>
  );
}
