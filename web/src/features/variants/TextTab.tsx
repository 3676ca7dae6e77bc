import clsx from "clsx";
import type { Document, Variant } from "../../api/client";
import { useDocumentsByName } from "../../api/useDocumentsByName";
import {
  absent,
  ClaimText,
  focusOn,
  joinQueries,
  Link,
  PanelState,
  SkeletonText,
  StatusWord,
  textOf,
  useMarkLinks,
  type MarkLinks,
} from "../../kit";
import { hasFeature } from "..";
import { claimsOf, type NumberedClaim } from "../../variant/claims";
import { sentence } from "../../variant/words";
import { cutAround, datesOf, shortened, sourceOf, usePassages } from "./sources";

/** The message with its claims, and what each claim stands on. */
export function TextTab({ variant }: { variant: Variant }) {
  const links = useMarkLinks();
  const claims = claimsOf(variant);
  const documents = useDocumentsByName();
  const { query: contexts, passages } = usePassages(variant.run);
  // Either alone still says much, so only both together make it fail.
  const reads = documents.error && !documents.data ? [contexts, documents] : [documents, contexts];
  const query = joinQueries(reads.slice(0, 1), () => documents.data ?? {}, reads.slice(1));
  const broken = claims.filter((claim) => claim.standing !== "agrees");
  const agree = claims.length - broken.length;
  const inOrder = [...broken, ...claims.filter((claim) => claim.standing === "agrees")];
  const of = (field: "subject" | "text") => claims.filter((claim) => claim.field === field);
  return (
    <>
      <article className="letter">
        {variant.subject ? (
          <ClaimText
            className="subject"
            text={variant.subject}
            claims={of("subject")}
            links={links}
          />
        ) : null}
        <ClaimText text={variant.text} claims={of("text")} links={links} />
      </article>
      <section className="block srcs" aria-label="Sources">
        <div className="top-line">
          <h3>Sources</h3>
          {claims.length === 0 ? null : (
            <StatusWord tone={broken.length === 0 ? "good" : "bad"}>
              {agree} of {claims.length} claims agree
            </StatusWord>
          )}
        </div>
        <PanelState
          query={query}
          subject="The sources"
          isEmpty={() => claims.length === 0}
          empty={{
            text: "No number, date, price or promise is in this text, so it needs no source.",
          }}
          missing={() => [
            ...absent(documents, "the documents"),
            ...absent(contexts, "the passages that the run found"),
          ]}
          skeleton={<SkeletonText lines={6} />}
        >
          {(byName) => (
            <ol className="sources">
              {inOrder.map((claim) => (
                <SourceLine
                  key={claim.id}
                  claim={claim}
                  words={textOf(variant[claim.field], claim)}
                  document={byName[claim.document]}
                  passages={passages}
                  links={links}
                />
              ))}
            </ol>
          )}
        </PanelState>
      </section>
    </>
  );
}

function SourceLine(props: {
  claim: NumberedClaim;
  words: string;
  document: Document | undefined;
  passages: ReadonlyMap<string, string>;
  links: MarkLinks;
}) {
  const { claim, words, document, passages, links } = props;
  const isGood = claim.standing === "agrees";
  const source = claim.document ? sourceOf(claim, document, passages) : null;
  const [before, hit, after] = shortened(cutAround(source?.text ?? "", words, claim.value));
  return (
    // The pointer only lights what the button in it lights as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      id={links.entryId(claim.id)}
      tabIndex={-1}
      className={clsx(links.active === claim.id && "lit")}
      onMouseEnter={() => links.setHovered(claim.id)}
      onMouseLeave={() => links.setHovered(null)}
      onFocus={() => links.setFocused(claim.id)}
      onBlur={() => links.setFocused(null)}
    >
      <button
        type="button"
        className={clsx("ref", !isGood && "bad")}
        aria-label={`Show claim ${claim.number} in the text`}
        onClick={() => focusOn(links.refId(claim.id))}
      >
        <span>{claim.number}</span>
      </button>
      <div>
        <p>
          {claim.document === "" ? (
            <b>No source</b>
          ) : (
            <DocumentLink document={document} name={claim.document} />
          )}{" "}
          {source ? <span className="small faint">{source.place}</span> : null}
        </p>
        {source ? (
          <blockquote>
            {before}
            {hit ? <mark className={isGood ? undefined : "bad"}>{hit}</mark> : null}
            {after}
          </blockquote>
        ) : null}
        <Standing claim={claim} words={words} document={document} />
      </div>
    </li>
  );
}

function DocumentLink({ document, name }: { document: Document | undefined; name: string }) {
  if (!document) return <code>{name}</code>;
  if (!hasFeature("content")) return <b>{document.content.title}</b>;
  return <Link to={`/content?item=${document.id}`}>{document.content.title}</Link>;
}

function Standing(props: { claim: NumberedClaim; words: string; document: Document | undefined }) {
  const { claim, words, document } = props;
  if (claim.standing === "none")
    return (
      <p className="small bad">
        “{words}”: {claim.issue ? sentence(claim.issue.explanation) : "nothing approved states it."}
      </p>
    );
  if (claim.standing === "disagrees")
    return <p className="small bad">{sentence(claim.issue?.explanation ?? "")}</p>;
  if (!document) return <p className="small dim">Agrees</p>;
  const isOut = document.state !== "approved" || document.set_aside !== undefined;
  return (
    <p className={clsx("small", isOut ? "warn" : "dim")}>
      {isOut ? "Agreed when it was written" : "Agrees"} · {datesOf(document)}
      {isOut ? `. The document is not in use now: ${document.set_aside ?? document.state}` : ""}
    </p>
  );
}
