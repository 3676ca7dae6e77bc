import clsx from "clsx";
import type { Channel, Decision, Verdict } from "../api/client";
import {
  Button,
  focusOn,
  SpanText,
  StatusWord,
  useMarkLinks,
  type MarkLinks,
  type TextMark,
} from "../kit";
import type { Issue } from "./claims";
import { categoryWords, decidingOf, metersOf, type Meter } from "./limits";
import { remedyOf, type Remedy, type Words } from "./suggestion";
import { sentence, spoken } from "./words";

const VERBS: Record<Decision, string> = {
  pass: "Passed",
  review: "Held for review",
  block: "Blocked",
};

/** One sentence that says why, and the rule that decided. */
export function Reason({ verdict, channel }: { verdict: Verdict; channel: Channel }) {
  const deciding = decidingOf(verdict, channel);
  if (!deciding || verdict.decision === "pass")
    return (
      <p className="strong reason">
        {VERBS[verdict.decision]}:{" "}
        {deciding ? "what was found lies below every limit." : "nothing was found."}
      </p>
    );
  const others = verdict.issues.length - 1;
  return (
    <p className="strong reason">
      {VERBS[verdict.decision]}: {sentence(deciding.explanation)}{" "}
      <span className="dim">
        The deciding rule is <code>{deciding.rule}</code>
        {others > 0 ? `; ${others} more below.` : "."}
      </span>
    </p>
  );
}

export interface NumberedIssue {
  id: string;
  number: number;
  issue: Issue;
}

/** The findings in the order of the text, numbered; those about the whole text come first. */
export function numbered(verdict: Verdict): NumberedIssue[] {
  const order = { subject: 0, text: 1 } as const;
  return [...verdict.issues]
    .sort(
      (one, other) =>
        order[one.field] - order[other.field] || one.start - other.start || other.end - one.end,
    )
    .map((issue, index) => ({ id: String(index + 1), number: index + 1, issue }));
}

const LOOKS: Record<string, string> = {
  grounding: "offer",
  toxicity: "offer",
  profanity: "offer",
  pii: "pii",
  secret: "pii",
};

function marksOf(found: readonly NumberedIssue[], field: "subject" | "text"): TextMark[] {
  return found
    .filter(({ issue }) => issue.field === field && issue.end > issue.start)
    .map(({ id, number, issue }) => {
      const look = LOOKS[issue.category] ?? "tone";
      return {
        id,
        number,
        start: issue.start,
        end: issue.end,
        label: spoken(issue.type),
        className: `span ${look}`,
        refClassName: `flag ${look}`,
        says: `Finding ${number}: ${spoken(issue.type)}`,
      };
    });
}

/** A message with its findings marked, and the list of them in the same order. */
export function MarkedMessage(props: {
  words: Words;
  verdict: Verdict;
  /** Called with the change that a suggestion means; without it nothing can be pressed. */
  onUse?: ((remedy: Remedy) => void) | undefined;
}) {
  const { words, verdict, onUse } = props;
  const links = useMarkLinks();
  const found = numbered(verdict);
  return (
    <>
      <div className="marked letter">
        {words.subject ? (
          <SpanText
            className="subject"
            text={words.subject}
            marks={marksOf(found, "subject")}
            links={links}
          />
        ) : null}
        <SpanText text={words.text} marks={marksOf(found, "text")} links={links} />
      </div>
      {found.length === 0 ? null : (
        <div className="found">
          <h3>Findings</h3>
          <ol className="findings">
            {found.map((each) => (
              <Finding key={each.id} found={each} words={words} links={links} onUse={onUse} />
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function Finding(props: {
  found: NumberedIssue;
  words: Words;
  links: MarkLinks;
  onUse: ((remedy: Remedy) => void) | undefined;
}) {
  const { found, words, links, onUse } = props;
  const { id, number, issue } = found;
  const remedy = onUse ? remedyOf(issue, words) : null;
  const hasWords = issue.end > issue.start;
  return (
    // The pointer only lights what the button in it lights as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      id={links.entryId(id)}
      tabIndex={-1}
      className={clsx(links.active === id && "lit")}
      onMouseEnter={() => links.setHovered(id)}
      onMouseLeave={() => links.setHovered(null)}
      onFocus={() => links.setFocused(id)}
      onBlur={() => links.setFocused(null)}
    >
      {hasWords ? (
        <button
          type="button"
          className="num-link"
          aria-label={`Show finding ${number} in the text`}
          onClick={() => focusOn(links.refId(id))}
        >
          {number}
        </button>
      ) : (
        <span className="num-link">{number}</span>
      )}
      <div className="what">
        <p>
          <Severity value={issue.severity} /> <b>{spoken(issue.type)}</b>{" "}
          <span className="dim">{categoryWords(issue.category)}</span>
        </p>
        <p>{sentence(issue.explanation)}</p>
        <p className="tiny faint">
          <code>{issue.rule}</code>{" "}
          {hasWords
            ? `${issue.field === "subject" ? "subject, " : ""}characters ${issue.start}–${issue.end}`
            : "whole text"}
        </p>
      </div>
      <div className="fix small">
        <p className="dim">{sentence(issue.suggestion)}</p>
        {remedy ? (
          <Button size="small" onPress={() => onUse?.(remedy)}>
            {remedy.verb}
          </Button>
        ) : null}
      </div>
    </li>
  );
}

/** Severity 0 to 7 as an outlined number; null is "not screened" and has no colour. */
export function Severity({ value }: { value: number | null }) {
  const step =
    value === null ? "none" : value >= 6 ? "s6" : value >= 4 ? "s4" : value >= 1 ? "s2" : "s0";
  return (
    <span className={`sev ${step}`}>
      {value ?? "–"}
      <span className="sr">{value === null ? " no severity yet" : " severity of 7"}</span>
    </span>
  );
}

/** One bar a category, 0 to 7, with the limits of the channel. */
export function Meters({ verdict, channel }: { verdict: Verdict; channel: Channel }) {
  const meters = metersOf(verdict, channel);
  const hasLimits = meters.some((meter) => meter.limits !== null);
  const absent = ["grounding", "channel"].filter(
    (category) => !meters.some((meter) => meter.category === category),
  );
  return (
    <>
      <ul className="meters">
        {meters.map((meter) => (
          <MeterLine key={meter.category} meter={meter} />
        ))}
        {absent.map((category) => (
          <li key={category}>
            <span>{categoryWords(category)}</span>
            <span className="meter" aria-hidden="true" />
            <StatusWord tone="warn">Not checked</StatusWord>
          </li>
        ))}
      </ul>
      <p className="tiny faint meters-note">
        Severity 0 to 7.{" "}
        {hasLimits
          ? "Held from the thin tick, blocked from the thick one."
          : "The limits of this policy are not known here."}
      </p>
    </>
  );
}

function MeterLine({ meter }: { meter: Meter }) {
  const { severity, limits, decision } = meter;
  const step = severity >= 6 ? "s6" : severity >= 4 ? "s4" : "s2";
  const limitWords = limits
    ? `, held from ${limits.review}${limits.block === null ? "" : `, blocked from ${limits.block}`}`
    : "";
  return (
    <li>
      <span>{meter.name}</span>
      <span className={`meter ${step}`} aria-hidden="true">
        {Array.from({ length: 7 }, (_, index) => (
          // oxlint-disable-next-line react/no-array-index-key
          <i key={index} className={index < severity ? "on" : undefined} />
        ))}
        {limits ? <Tick at={limits.review} className="limit thin" /> : null}
        {limits && limits.block !== null ? <Tick at={limits.block} className="limit" /> : null}
      </span>
      <span className={clsx("small", decision === "pass" ? "faint" : "strong")}>
        {meter.words}
        <span className="sr">{limitWords}</span>
      </span>
    </li>
  );
}

/** A limit stands before the first step that reaches it. */
function Tick({ at, className }: { at: number; className: string }) {
  return <span className={className} style={{ left: `${((at - 1) / 7) * 100}%` }} />;
}
