import { useQuery } from "@tanstack/react-query";
import { verifyAuditOptions } from "../../api/client/@tanstack/react-query.gen";
import { problemOf, wordsOf } from "../../api/problem";
import { Button, clock, count, Panel, StatusWord } from "../../kit";

/** Walks the whole chain on the server, on demand: the result, or the first entry that breaks it. */
export function ChainCheck() {
  const check = useQuery({ ...verifyAuditOptions(), enabled: false, staleTime: Infinity });
  const { data, error } = check;
  const words = error ? wordsOf(problemOf(error), "The chain") : null;
  return (
    <Panel
      title="Chain"
      aside={
        <Button size="small" isPending={check.isFetching} onPress={() => void check.refetch()}>
          Verify chain
        </Button>
      }
      padded
    >
      <div role="status">
        {words ? (
          <p>
            <StatusWord tone="bad">Not checked</StatusWord> {words.what} {words.next}
          </p>
        ) : !data ? (
          <p className="dim">
            Each entry carries the hash of the one before. Verify to walk all of them.
          </p>
        ) : data.is_intact ? (
          <div className="grid gap-2">
            <p>
              <StatusWord tone="good">Whole</StatusWord> Entries 1 to {count(data.entries)} fit, as
              of {clock(new Date(check.dataUpdatedAt))}.
            </p>
            <p className="small dim">
              Head <code className="break-all">{data.head}</code>. Keep it elsewhere: it shows
              whether the end was cut off.
            </p>
          </div>
        ) : (
          <p>
            <StatusWord tone="bad">Broken</StatusWord> First at entry {data.broken_at}:{" "}
            {data.reason}.
          </p>
        )}
      </div>
    </Panel>
  );
}
