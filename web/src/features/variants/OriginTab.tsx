import { useQuery } from "@tanstack/react-query";
import type { Review, Variant } from "../../api/client";
import {
  getGenerationRunOptions,
  listReviewsOptions,
} from "../../api/client/@tanstack/react-query.gen";
import {
  absent,
  Facts,
  Missing,
  PanelState,
  RelativeTime,
  SkeletonText,
  StatusWord,
} from "../../kit";
import { useMissingPeople, usePeople } from "../../shell/usePeople";
import { spoken } from "../../variant/words";

const PARTS: Record<string, { name: string; says: string }> = {
  retrieval_support: { name: "Backed by passages", says: "how well the passages fit the goal" },
  completeness: { name: "Complete", says: "parts that a message of this channel needs" },
  segment_fit: { name: "Fits the segment", says: "strategy and offer for these customers" },
};

/** Where the words come from, and what people decided about them. */
export function OriginTab({ variant }: { variant: Variant }) {
  const reviews = useQuery(listReviewsOptions({ path: { variant: variant.id } }));
  const run = useQuery(getGenerationRunOptions({ path: { run: variant.run } }));
  const nameOf = usePeople();
  return (
    <>
      <div className="block">
        <Facts
          items={[
            ["Strategy", `${spoken(variant.strategy)}, ${variant.tone}`],
            ["Goal", run.data?.request.goal ?? null],
            [
              "Writer",
              variant.writer === "composer" ? "Composer, from approved sentences" : variant.writer,
            ],
            ["Found by", run.data?.embedder ? <code>{run.data.embedder}</code> : null],
            ["Started by", nameOf(variant.author)],
            ["Edited by", variant.edited_by ? nameOf(variant.edited_by) : "Nobody"],
            ["Written", <RelativeTime key="at" at={variant.created_at} />],
            ["Version", String(variant.version)],
            ["Id", <code key="id">{variant.id}</code>],
          ]}
        />
        <Missing
          names={[...absent(run, "the goal and the search of its run"), ...useMissingPeople()]}
        />
      </div>
      <div className="block">
        <h3>Confidence {variant.confidence.toFixed(2)}</h3>
        <Confidence parts={variant.confidence_parts} />
      </div>
      <div className="block">
        <h3>Decisions</h3>
        <PanelState
          query={reviews}
          subject="The decisions"
          isEmpty={(list) => list.items.length === 0}
          empty={{ text: "Nobody decided about it yet." }}
          skeleton={<SkeletonText lines={3} />}
        >
          {(list) => (
            <ul className="decisions">
              {list.items.map((review) => (
                <Decided
                  key={review.id}
                  review={review}
                  isOld={review.text_hash !== variant.text_hash}
                  who={nameOf(review.reviewer)}
                />
              ))}
            </ul>
          )}
        </PanelState>
      </div>
    </>
  );
}

function Confidence({ parts }: { parts: Variant["confidence_parts"] }) {
  const known = Object.entries(parts).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return (
    <>
      <ul className="meters shares">
        {known.map(([key, value]) => (
          <li key={key}>
            <span title={PARTS[key]?.says}>{PARTS[key]?.name ?? spoken(key)}</span>
            <span className="share" aria-hidden="true">
              <i style={{ width: `${value * 100}%` }} />
            </span>
            <span className="small num">{value.toFixed(2)}</span>
          </li>
        ))}
      </ul>
      <p className="tiny faint">
        Their product. It says how well the words are backed by content, not how well they will
        sell.
      </p>
    </>
  );
}

function Decided({ review, isOld, who }: { review: Review; isOld: boolean; who: string }) {
  const isApproval = review.decision === "approve";
  return (
    <li>
      <p>
        <StatusWord tone={isApproval ? "good" : "bad"}>
          {isApproval
            ? review.is_override
              ? "Approved over the screening"
              : "Approved"
            : "Rejected"}
        </StatusWord>{" "}
        <span className="dim">
          {who}, <RelativeTime at={review.created_at} />
          {isOld ? ", about earlier words" : ""}
        </span>
      </p>
      {review.reason ? <p>{review.reason}</p> : null}
    </li>
  );
}
