import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { Experiment, ExperimentTraffic } from "../../api/client";
import { getExperimentTrafficOptions } from "../../api/client/@tanstack/react-query.gen";
import { Button, count, Lines, Panel, PanelState, type LineSeries } from "../../kit";
import { ArmName } from "./ArmName";
import { download } from "./csv";
import { findingOf, peopleOf, pointsOf, seriesOf, trafficCsv, widthOf } from "./traffic";
import { NOBODY } from "./words";

/** How many people had come into each arm by when. */
export function Traffic({ experiment }: { experiment: Experiment }) {
  const query = useQuery(getExperimentTrafficOptions({ path: { experiment: experiment.id } }));
  const width = query.data?.bucket_seconds ? widthOf(query.data) : null;
  return (
    <Panel
      title="Traffic over time"
      aside={width ? `First exposures so far, ${width}, in UTC` : "First exposures so far"}
      className="traffic"
    >
      <PanelState
        query={query}
        subject="The traffic"
        isEmpty={(data) => peopleOf(data) === 0}
        empty={NOBODY}
        skeleton={<div className="lines-space skeleton" />}
      >
        {(data) => <Chart experiment={experiment} traffic={data} />}
      </PanelState>
    </Panel>
  );
}

function Chart({ experiment, traffic }: { experiment: Experiment; traffic: ExperimentTraffic }) {
  const points = pointsOf(traffic);
  const series = seriesOf(experiment, traffic);
  const finding = findingOf(experiment, traffic);
  return (
    <>
      <figure className="panel-body" aria-label={finding}>
        <ul className="lines-legend" aria-label="Arms">
          {traffic.arms.map((arm) => (
            <li key={arm.arm}>
              <ArmName experiment={experiment} arm={arm.arm} />
              <span className="num">{count(arm.units)}</span>
            </li>
          ))}
        </ul>
        <Lines label={finding} series={series} points={points} />
      </figure>
      <div className="panel-foot">
        <details className="data">
          <summary>View as table</summary>
          {/* Scrolls by itself, so keys must reach it. */}
          <div
            className="scroll lines-table"
            role="region"
            aria-label="Traffic as a table"
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
          >
            <PlottedTable series={series} points={points} />
          </div>
        </details>
        <Button
          size="small"
          onPress={() => download(`${experiment.key}-traffic.csv`, trafficCsv(traffic))}
        >
          <Download className="icon" aria-hidden />
          Download CSV
        </Button>
      </div>
    </>
  );
}

/** What is drawn, point by point. */
function PlottedTable(props: {
  series: readonly LineSeries[];
  points: readonly { name: string }[];
}) {
  const { series, points } = props;
  return (
    <table className="table tight">
      <caption className="sr">People so far in each arm</caption>
      <thead>
        <tr>
          <th scope="col">From, UTC</th>
          {series.map((each) => (
            <th key={each.name} scope="col" className="num">
              {each.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.map((point, at) => (
          <tr key={point.name}>
            <th scope="row">{point.name}</th>
            {series.map((each) => (
              <td key={each.name} className="num">
                {count(each.values[at] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
