import type { ReactNode } from "react";
import type { Segment } from "../../api/client";
import { Facts, ScrollTable } from "../../kit";
import { effectWords, featureValue, featureWords } from "../../api/features";

type Driver = Segment["drivers"][number];

/** Effects against the whole base on one axis, so that a small one looks small. */
export function Drivers({ segment }: { segment: Segment }) {
  const { drivers, rule } = segment;
  const widest = Math.max(1, ...drivers.map((driver) => Math.abs(driver.effect_size)));
  return (
    <div className="grid gap-3">
      <p className="small dim">
        This segment against all customers, difference in standard deviations
      </p>
      <ul className="drivers">
        {drivers.map((driver) => (
          <DriverRow key={driver.feature} driver={driver} widest={widest} />
        ))}
      </ul>
      {rule ? <Facts items={[["In a rule", rule.sentence]]} /> : null}
      <details className="data">
        <summary>View as table</summary>
        <ScrollTable
          label="Drivers as table"
          caption="What sets this segment apart"
          headers={["Feature", "Segment", "All", "Effect"]}
          numbersFrom={1}
        >
          {drivers.map((driver) => (
            <tr key={driver.feature}>
              <th scope="row">{featureWords(driver.feature)}</th>
              <td className="num">{featureValue(driver.feature, driver.segment_mean)}</td>
              <td className="num">{featureValue(driver.feature, driver.overall_mean)}</td>
              <td className="num">{effectWords(driver.effect_size)}</td>
            </tr>
          ))}
        </ScrollTable>
      </details>
    </div>
  );
}

function DriverRow({ driver, widest }: { driver: Driver; widest: number }) {
  const { feature, effect_size: effect, segment_mean: mean, overall_mean: overall } = driver;
  return (
    <EffectRow
      feature={feature}
      means={[mean, overall]}
      effect={effect}
      widest={widest}
      title={driver.sentence}
    />
  );
}

/** One feature: two means, and their difference on an axis that reaches to `widest`. */
export function EffectRow(props: {
  feature: string;
  means: readonly [number, number];
  effect: number;
  widest: number;
  title?: string;
  children?: ReactNode;
}) {
  const { feature, means, effect, widest, title, children } = props;
  const half = Math.min(50, (Math.abs(effect) / widest) * 48);
  const left = effect < 0 ? 50 - half : 50;
  return (
    <li title={title}>
      <p className="pair">
        <span>{featureWords(feature)}</span>
        <span className="values num">
          <b>{featureValue(feature, means[0])}</b> against {featureValue(feature, means[1])}
        </span>
      </p>
      <svg aria-hidden="true">
        <line className="track" x1="0" x2="100%" y1="5" y2="5" />
        <rect
          className={effect < 0 ? "lo" : "hi"}
          x={`${left}%`}
          y="1"
          width={`${half}%`}
          height="8"
        />
        <line className="zero" x1="50%" x2="50%" y1="0" y2="10" />
      </svg>
      <span className="tiny faint effect num">{effectWords(effect)}</span>
      {children}
    </li>
  );
}
