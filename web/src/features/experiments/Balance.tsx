import type { Analysis, Experiment } from "../../api/client";
import { count, percent } from "../../kit";
import { ArmName } from "./ArmName";
import { balanceOf } from "./balance";

/** Observed and expected people of each arm. */
export function Balance({ experiment, analysis }: { experiment: Experiment; analysis: Analysis }) {
  return (
    <table className="table tight balance">
      <caption className="sr">People in each arm, planned and counted</caption>
      <thead>
        <tr>
          <th scope="col">Arm</th>
          <th scope="col" className="num c-share">
            Share
          </th>
          <th scope="col" className="num">
            Expected
          </th>
          <th scope="col" className="num">
            Observed
          </th>
          <th scope="col" className="num">
            Off by
          </th>
        </tr>
      </thead>
      <tbody>
        {balanceOf(experiment, analysis).map((row) => {
          const off = row.counted - Math.round(row.planned);
          return (
            <tr key={row.arm}>
              <th scope="row">
                <ArmName experiment={experiment} arm={row.arm} />
              </th>
              <td className="num c-share">{percent(row.weight, 0)}</td>
              <td className="num">{count(row.planned)}</td>
              <td className="num">{count(row.counted)}</td>
              <td className="num">{off > 0 ? `+${count(off)}` : count(off)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
