import { useQuery } from "@tanstack/react-query";
import type { Customer } from "../../api/client";
import { getCustomerOptions } from "../../api/client/@tanstack/react-query.gen";
import { featureValue, featureWords, KNOWN_FEATURES } from "../../api/features";
import { PanelState, Peek, RelativeTime, SkeletonText } from "../../kit";

/** One customer: all that is known, which is figures and nothing that names a person. */
export function CustomerPeek(props: {
  id: string;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}) {
  const { id, ...around } = props;
  const query = useQuery(getCustomerOptions({ path: { customer: id } }));
  return (
    <Peek {...around} label={`Customer ${id}`} title={id}>
      <PanelState query={query} subject="This customer" skeleton={<SkeletonText lines={8} />}>
        {(customer) => <Figures customer={customer} />}
      </PanelState>
    </Peek>
  );
}

function Figures({ customer }: { customer: Customer }) {
  const names = Object.keys(customer.features);
  const ordered = [
    ...KNOWN_FEATURES.filter((name) => names.includes(name)),
    ...names.filter((name) => !KNOWN_FEATURES.includes(name)),
  ];
  return (
    <div className="grid gap-4">
      {ordered.length === 0 ? <p className="dim">Nothing but the id is known.</p> : null}
      <dl className="facts right figures">
        {ordered.map((name) => (
          <div key={name} className="contents">
            <dt>{featureWords(name)}</dt>
            <dd className="num">{featureValue(name, customer.features[name] ?? "")}</dd>
          </div>
        ))}
      </dl>
      <p className="small dim">
        Updated <RelativeTime at={customer.updated_at} />. Amounts are in the currency of the file.
      </p>
    </div>
  );
}
