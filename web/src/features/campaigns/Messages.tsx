import { useQuery } from "@tanstack/react-query";
import type { VariantState } from "../../api/client";
import { listVariantsOptions } from "../../api/client/@tanstack/react-query.gen";
import {
  ButtonLink,
  count,
  counted,
  Link,
  Panel,
  PanelState,
  SkeletonText,
  StatusOf,
  statusOf,
} from "../../kit";
import { WAITING } from "../../variant/mayReview";
import { hasFeature } from "..";

const VARIANTS_MAX = 200;
/** What needs a person first. */
const ORDER: readonly VariantState[] = [
  "block",
  "unscreened",
  "review",
  "pass",
  "approved",
  "rejected",
];

/** The messages of a run by their state, each a link to exactly those. */
export function Messages({ run }: { run: string }) {
  const query = useQuery(listVariantsOptions({ query: { run, limit: VARIANTS_MAX } }));
  const hasScreen = hasFeature("variants");
  return (
    <Panel title="Messages">
      <PanelState
        query={query}
        subject="The messages"
        isEmpty={(page) => page.items.length === 0}
        empty={{ text: "No message is written yet." }}
        missing={(page) => (page.next ? [`messages after the first ${VARIANTS_MAX}`] : [])}
        skeleton={<SkeletonText lines={3} />}
      >
        {(page) => {
          const of = (state: VariantState) =>
            page.items.filter((variant) => variant.state === state).length;
          const waiting = WAITING.reduce((sum, state) => sum + of(state), 0);
          return (
            <>
              <ul className="rows">
                {ORDER.filter((state) => of(state) > 0).map((state) => (
                  <li key={state}>
                    <span className="grow">
                      <StatusOf status={statusOf.variant(state)} />
                    </span>
                    <span className="num">
                      {hasScreen ? (
                        <Link to={`/variants?run=${run}&state=${state}`}>
                          {count(of(state))}
                          <span className="sr"> {statusOf.variant(state).word}</span>
                        </Link>
                      ) : (
                        count(of(state))
                      )}
                    </span>
                  </li>
                ))}
              </ul>
              {hasScreen && waiting > 0 ? (
                <div className="panel-foot">
                  <span className="foot-words">
                    {counted(waiting, "waits", "wait")} for a person.
                  </span>
                  <ButtonLink to={`/variants?run=${run}&only=waiting`} variant="primary">
                    Review messages
                  </ButtonLink>
                </div>
              ) : null}
            </>
          );
        }}
      </PanelState>
    </Panel>
  );
}
