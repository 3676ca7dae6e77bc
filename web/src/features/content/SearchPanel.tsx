import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Hit, SearchAnswer } from "../../api/client";
import { search } from "../../api/client";
import { listDocumentsQueryKey } from "../../api/client/@tanstack/react-query.gen";
import { useDocumentsByName } from "../../api/useDocumentsByName";
import { absent, Button, counted, Link, Missing, Panel, PanelState, TextField } from "../../kit";
import { markedWords } from "./documents";

const HITS_MAX = 5;

/** What a message would be given for these words: passages with the parts of their score. */
export function SearchPanel(props: {
  query: string;
  onQuery: (query: string) => void;
  hrefOf: (id: string) => string;
}) {
  const { query, onQuery, hrefOf } = props;
  const [typed, setTyped] = useState(query);
  const found = useQuery({
    // The tag of the documents, so that a change of one makes the answer old.
    queryKey: [{ ...listDocumentsQueryKey()[0], _id: "search", search: query }] as const,
    enabled: query !== "",
    queryFn: async ({ signal }): Promise<SearchAnswer> => {
      const { data } = await search({
        body: { query, top: HITS_MAX },
        signal,
        throwOnError: true,
      });
      return data;
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onQuery(typed.trim());
  };
  return (
    <Panel
      title="Try a search"
      aside={
        found.data && query ? counted(found.data.hits.length, "passage") : "As the writer gets it"
      }
    >
      <form className="searchbar" onSubmit={submit} role="search">
        <TextField
          label="Words to look for"
          type="search"
          value={typed}
          onChange={setTyped}
          maxLength={2_000}
        />
        <Button type="submit">Search</Button>
      </form>
      {query === "" ? null : (
        <PanelState
          query={found}
          subject="The search"
          isEmpty={(answer) => answer.hits.length === 0}
          empty={{ text: "No approved document in date fits these words." }}
          missing={(answer) => answer.notices ?? []}
        >
          {(answer) => <Hits answer={answer} query={query} hrefOf={hrefOf} />}
        </PanelState>
      )}
    </Panel>
  );
}

function Hits(props: { answer: SearchAnswer; query: string; hrefOf: (id: string) => string }) {
  const { answer, query, hrefOf } = props;
  const documents = useDocumentsByName();
  return (
    <>
      <ol className="hits">
        {answer.hits.map((hit) => {
          const id = documents.data?.[hit.document]?.id;
          return (
            <li key={`${hit.document}#${hit.passage}`}>
              <p className="line">
                <b>
                  {id ? (
                    <Link to={hrefOf(id)}>{hit.title ?? hit.document}</Link>
                  ) : (
                    (hit.title ?? hit.document)
                  )}
                </b>
                <span className="small faint">passage {hit.passage}</span>
              </p>
              <p>
                {markedWords(hit.text, query).map(([part, isMarked], index) =>
                  isMarked ? (
                    // oxlint-disable-next-line react/no-array-index-key
                    <mark key={index}>{part}</mark>
                  ) : (
                    // oxlint-disable-next-line react/no-array-index-key
                    <span key={index}>{part}</span>
                  ),
                )}
              </p>
              <Score hit={hit} />
            </li>
          );
        })}
      </ol>
      <Missing names={absent(documents, "links to the documents")} />
      {answer.embedder === "hashing" ? (
        <p className="panel-foot">
          The language model is not installed: meaning is compared by letters only.
        </p>
      ) : null}
    </>
  );
}

/** The best a hit can have: first by meaning and first by words. */
const SCORE_MAX = 2 / 61;

function Score({ hit }: { hit: Hit }) {
  const rank = (value: number, by: string) =>
    value === 0 ? `not found ${by}` : `${by} ${ordinal(value)}`;
  return (
    <p className="tiny faint">
      Score {(hit.score / SCORE_MAX).toFixed(2)} of 1: {rank(hit.vector_rank, "by meaning")},{" "}
      {rank(hit.lexical_rank, "by words")}
    </p>
  );
}

function ordinal(value: number): string {
  const tens = value % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
  return `${value}${ending}`;
}
