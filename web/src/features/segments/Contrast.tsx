import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, useQueryStates } from "nuqs";
import type { Segment, SegmentContrast } from "../../api/client";
import { getSegmentContrastOptions } from "../../api/client/@tanstack/react-query.gen";
import { Mark, Panel, PanelState, segmentMark, Select, SkeletonText } from "../../kit";
import { EffectRow } from "./Drivers";

const PARSERS = { first: parseAsInteger.withDefault(0), second: parseAsInteger.withDefault(1) };

/** In what two segments of a run differ most, whichever two are chosen. */
export function Contrast({ run, segments }: { run: string; segments: readonly Segment[] }) {
  const [url, setUrl] = useQueryStates(PARSERS);
  const named = (number: number, other: number) =>
    segments.find((each) => each.segment === number) ?? segments[other];
  // Another run may have fewer segments than the address says.
  const first = named(url.first, 0);
  const second = named(url.second, 1);
  const query = useQuery({
    ...getSegmentContrastOptions({
      path: { run, segment: first?.segment ?? 0, other: second?.segment ?? 0 },
    }),
    enabled: first !== undefined && second !== undefined,
  });
  if (!first || !second) return null;
  const choices = segments.map((each) => ({ value: String(each.segment), label: each.name }));
  return (
    <Panel
      title="What tells two segments apart"
      aside="Differences in standard deviations of all customers"
      padded
    >
      <div className="grid gap-3">
        <div className="contrast-choice">
          <Select
            label="Segment"
            value={String(first.segment)}
            onChange={(value) => void setUrl({ first: Number(value) })}
            choices={choices}
          />
          <Select
            label="Against"
            value={String(second.segment)}
            onChange={(value) => void setUrl({ second: Number(value) })}
            choices={choices}
          />
        </div>
        <PanelState
          query={query}
          subject="The comparison"
          isEmpty={(list) => list.items.length === 0}
          empty={{
            text:
              first === second
                ? "Choose two different segments."
                : "Nothing tells these two apart by much.",
          }}
          skeleton={<SkeletonText lines={8} />}
        >
          {(list) => <Differences items={list.items} first={first} second={second} />}
        </PanelState>
      </div>
    </Panel>
  );
}

function Differences(props: { items: SegmentContrast["items"]; first: Segment; second: Segment }) {
  const { items, first, second } = props;
  const widest = Math.max(1, ...items.map((each) => Math.abs(each.effect_difference)));
  return (
    <ul className="drivers">
      {items.map((each) => {
        const more = each.effect_difference > 0 ? first : second;
        return (
          <EffectRow
            key={each.feature}
            feature={each.feature}
            means={[each.segment_mean, each.other_mean]}
            effect={each.effect_difference}
            widest={widest}
          >
            <p className="small dim contrast-words">
              <span className="named">
                <Mark index={segmentMark(more.segment)} />
                {more.name}:
              </span>{" "}
              {each.sentence}
            </p>
          </EffectRow>
        );
      })}
    </ul>
  );
}
