import clsx from "clsx";
import {
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleX,
  Clock,
  Download,
  type LucideIcon,
} from "lucide-react";
import type { Analysis, Experiment, MetricResult } from "../../api/client";
import { nameOfKey, type RowVerdict } from "../../api/verdict";
import {
  Button,
  count,
  counted,
  IntervalAxis,
  IntervalBar,
  percent,
  ScrollTable,
  StatusWord,
} from "../../kit";
import { useMedia } from "../../kit/useMedia";
import { ArmName } from "./ArmName";
import { armsOf } from "./arms";
import { csvOf, download } from "./csv";
import { pValue } from "./figures";
import {
  emptyMetrics,
  intervalOf,
  metricName,
  metricsOf,
  type ArmRow,
  type MetricRows,
} from "./metrics";
import { VERDICT_WORDS } from "./words";

const ROLE_WORDS = {
  primary: "Primary",
  secondary: "Secondary",
  guardrail: "Guardrail, must not rise",
};
const VERDICT_ICONS: Record<RowVerdict, LucideIcon> = {
  baseline: CircleDot,
  untested: CircleDashed,
  distrusted: CircleDashed,
  harm: CircleX,
  "no-harm": CircleDashed,
  early: Clock,
  wins: CircleCheck,
  better: CircleCheck,
  worse: CircleX,
  none: CircleDashed,
};

interface Props {
  experiment: Experiment;
  analysis: Analysis;
}

/** Every arm on every metric with something recorded, all metrics of a unit on one axis. */
export function Arms({ experiment, analysis }: Props) {
  const isTable = useMedia("(min-width: 760px)");
  const metrics = metricsOf(analysis);
  const nothing = emptyMetrics(analysis);
  return (
    <>
      {isTable ? (
        <ResultTable experiment={experiment} metrics={metrics} />
      ) : (
        metrics.map((group) => (
          <ResultCards key={group.metric} experiment={experiment} group={group} />
        ))
      )}
      <div className="panel-foot">
        <p>
          {footWords(analysis)}
          {nothing.length > 0 ? ` Nothing recorded for: ${nothing.join(", ")}.` : ""}
        </p>
      </div>
      <DataDetails experiment={experiment} analysis={analysis} />
    </>
  );
}

function footWords(analysis: Analysis): string {
  if (analysis.advice === "do_not_trust")
    return "All intervals are grey, because these data cannot name a winner.";
  if (!analysis.is_planned_sample_reached)
    return "Grey means too early: no winner is named before the planned sample.";
  return "Grey means that the interval holds zero: no winner.";
}

function ResultTable(props: { experiment: Experiment; metrics: readonly MetricRows[] }) {
  const { experiment, metrics } = props;
  const isCompact = !useMedia("(min-width: 1201px)");
  return (
    <table className={clsx("table results", isCompact && "compact")}>
      <caption className="sr">
        Results by metric and arm, as difference to {nameOfKey(experiment.control)} with its
        interval
      </caption>
      <thead>
        <tr>
          <th scope="col" className="c-arm">
            Arm
          </th>
          <th scope="col" className="c-rate num">
            Rate
          </th>
          <th scope="col">Difference to {nameOfKey(experiment.control)}</th>
          <th scope="col" className="c-diff num">
            Between
          </th>
          {isCompact ? null : (
            <th scope="col" className="c-p num">
              p, adjusted
            </th>
          )}
          <th scope="col" className="c-verdict">
            Verdict
          </th>
        </tr>
      </thead>
      {metrics.map((group) => (
        <tbody key={group.metric} data-metric={group.metric}>
          <tr className="metric">
            <th scope="rowgroup" colSpan={2}>
              {metricName(group.metric)} <span className="faint">{ROLE_WORDS[group.role]}</span>
            </th>
            <td className="ivc">
              <IntervalAxis axis={group.axis} format={group.figures.tick} />
            </td>
            <td className="small faint" colSpan={isCompact ? 2 : 3}>
              {group.figures.isShare ? "percentage points" : "per person"}
            </td>
          </tr>
          {group.rows.map((row) => (
            <ResultRow
              key={row.result.arm}
              experiment={experiment}
              group={group}
              row={row}
              isCompact={isCompact}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function ResultRow(props: {
  experiment: Experiment;
  group: MetricRows;
  row: ArmRow;
  isCompact: boolean;
}) {
  const { experiment, group, row, isCompact } = props;
  const { result } = row;
  return (
    <tr data-arm={result.arm} data-verdict={row.verdict}>
      <th scope="row">
        <ArmName experiment={experiment} arm={result.arm} />
      </th>
      <td className="num">
        <Rate group={group} result={result} />
      </td>
      <td className="ivc">
        <Bar experiment={experiment} group={group} row={row} isTall={isCompact} />
      </td>
      <td className="num">
        <Difference group={group} row={row} />
      </td>
      {isCompact ? null : (
        <td className="num">
          {result.adjusted_p_value === null ? null : pValue(result.adjusted_p_value)}
        </td>
      )}
      <td>{row.verdict === "baseline" ? null : <VerdictWord verdict={row.verdict} />}</td>
    </tr>
  );
}

function VerdictWord({ verdict }: { verdict: RowVerdict }) {
  const { tone, word } = VERDICT_WORDS[verdict];
  return (
    <StatusWord tone={tone} icon={VERDICT_ICONS[verdict]}>
      {word}
    </StatusWord>
  );
}

/** The rate, and what it is made of: successes and people, or the people of a mean. */
function Rate({ group, result }: { group: MetricRows; result: MetricResult }) {
  return (
    <>
      <b>{result.mean === null ? "none" : group.figures.value(result.mean)}</b>{" "}
      <span className="faint of">{ofWords(result)}</span>
    </>
  );
}

/** Exposures, the denominator of a ratio, are not in the answer; so only its clicks are said. */
function ofWords(result: MetricResult): string {
  if (result.kind === "proportion") return `${count(result.sum)} of ${count(result.units)}`;
  if (result.kind === "ratio") return counted(result.sum, "click");
  return `${count(result.units)} people`;
}

function Difference({ group, row }: { group: MetricRows; row: ArmRow }) {
  const { result, verdict } = row;
  if (verdict === "baseline") return <span className="faint">baseline</span>;
  if (result.difference === null) return <span className="faint">{result.reason ?? "none"}</span>;
  const { difference } = group.figures;
  const bounds =
    result.adjusted_low === null || result.adjusted_high === null
      ? "no interval"
      : `${difference(result.adjusted_low)} to ${difference(result.adjusted_high)}`;
  return (
    <>
      <b>{difference(result.difference)}</b> <span className="faint bounds">{bounds}</span>
    </>
  );
}

function Bar(props: { experiment: Experiment; group: MetricRows; row: ArmRow; isTall?: boolean }) {
  const { experiment, group, row, isTall } = props;
  const isBaseline = row.verdict === "baseline";
  return (
    <IntervalBar
      axis={group.axis}
      interval={isBaseline ? { low: null, at: 0, high: null } : intervalOf(row.result)}
      index={armsOf(experiment).index(row.result.arm)}
      isGrey={row.isGrey}
      label={barLabel(group, row)}
      isTall={isTall ?? false}
    />
  );
}

/** All three numbers of a bar in words. */
function barLabel(group: MetricRows, { result, verdict }: ArmRow): string {
  const name = nameOfKey(result.arm);
  const { difference, unit } = group.figures;
  if (verdict === "baseline") return `${name} is the zero line`;
  if (result.difference === null) return `${name}: ${result.reason ?? "no figure"}`;
  const at = `${name}: difference ${difference(result.difference)} ${unit}`.trim();
  if (result.adjusted_low === null || result.adjusted_high === null) return `${at}, no interval`;
  return `${at}, interval ${difference(result.adjusted_low)} to ${difference(result.adjusted_high)}`;
}

function ResultCards({ experiment, group }: { experiment: Experiment; group: MetricRows }) {
  return (
    <section aria-label={metricName(group.metric)}>
      <div className="metric-head">
        <h3>
          {metricName(group.metric)} <span className="faint">{ROLE_WORDS[group.role]}</span>
        </h3>
        <IntervalAxis axis={group.axis} format={group.figures.tick} />
      </div>
      <ul className="cards results-cards" aria-label={`Arms on ${metricName(group.metric)}`}>
        {group.rows.map((row) => (
          <li key={row.result.arm} data-arm={row.result.arm} data-verdict={row.verdict}>
            <div className="top">
              <b>
                <ArmName experiment={experiment} arm={row.result.arm} />
              </b>
              {row.verdict === "baseline" ? (
                <span className="faint">baseline</span>
              ) : (
                <VerdictWord verdict={row.verdict} />
              )}
            </div>
            <div className="top num">
              <span>
                <Rate group={group} result={row.result} />
              </span>
              {row.verdict === "baseline" ? null : (
                <span>
                  <Difference group={group} row={row} />
                </span>
              )}
            </div>
            {row.verdict === "baseline" ? null : (
              <Bar experiment={experiment} group={group} row={row} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everything as a table and as a file. */
function DataDetails({ experiment, analysis }: Props) {
  const groups = [...new Set(analysis.results.map((result) => result.metric))];
  return (
    <div className="panel-foot">
      <details className="data">
        <summary>View as table</summary>
        <ScrollTable
          label="All figures"
          caption="All figures of all metrics"
          headers={[
            "Metric",
            "Arm",
            "People",
            "Sum",
            "Rate",
            "From",
            "To",
            "Difference",
            "Low",
            "High",
            "Lift",
            "p",
            "p, adjusted",
          ]}
          numbersFrom={2}
        >
          {groups.flatMap((metric) =>
            analysis.results
              .filter((result) => result.metric === metric)
              .map((result) => <DataRow key={`${metric}-${result.arm}`} result={result} />),
          )}
        </ScrollTable>
      </details>
      <Button size="small" onPress={() => download(`${experiment.key}.csv`, csvOf(analysis))}>
        <Download className="icon" aria-hidden />
        Download CSV
      </Button>
    </div>
  );
}

const EXACT_DIGITS = 5;

function DataRow({ result }: { result: MetricResult }) {
  const exact = (value: number | null) =>
    value === null ? "none" : value.toFixed(EXACT_DIGITS).replace("-", "\u2212");
  return (
    <tr>
      <th scope="row">{metricName(result.metric)}</th>
      <td>{nameOfKey(result.arm)}</td>
      <td className="num">{count(result.units)}</td>
      <td className="num">{count(result.sum)}</td>
      {[result.mean, result.mean_low, result.mean_high, result.difference].map((value, index) => (
        // Fixed columns.
        // oxlint-disable-next-line react/no-array-index-key
        <td key={index} className="num">
          {exact(value)}
        </td>
      ))}
      <td className="num">{exact(result.adjusted_low)}</td>
      <td className="num">{exact(result.adjusted_high)}</td>
      <td className="num">
        {result.relative_lift === null ? "none" : percent(result.relative_lift)}
      </td>
      <td className="num">{result.p_value === null ? "none" : pValue(result.p_value)}</td>
      <td className="num">
        {result.adjusted_p_value === null ? "none" : pValue(result.adjusted_p_value)}
      </td>
    </tr>
  );
}
