import { useQuery } from "@tanstack/react-query";
import type { AuditCheck } from "../../api/client";
import { verifyAuditOptions } from "../../api/client/@tanstack/react-query.gen";
import { Button, clock, count, Panel, PanelState, SkeletonText, StatusWord } from "../../kit";

/** Walks the whole chain on the server, on demand: the result, or the first entry that breaks it. */
export function ChainCheck() {
  const check = useQuery({ ...verifyAuditOptions(), enabled: false, staleTime: Infinity });
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
      {check.fetchStatus === "idle" && check.status === "pending" ? (
        <p className="dim">
          Each entry carries the hash of the one before. Verify to walk all of them.
        </p>
      ) : (
        <PanelState query={check} subject="The chain" skeleton={<SkeletonText lines={2} />}>
          {(found) => (
            <div role="status">
              <Result found={found} at={check.dataUpdatedAt} />
            </div>
          )}
        </PanelState>
      )}
    </Panel>
  );
}

function Result({ found, at }: { found: AuditCheck; at: number }) {
  if (!found.is_intact)
    return (
      <p>
        <StatusWord tone="bad">Broken</StatusWord> First at entry {found.broken_at}: {found.reason}.
      </p>
    );
  return (
    <div className="grid gap-2">
      <p>
        <StatusWord tone="good">Whole</StatusWord> Entries 1 to {count(found.entries)} fit, as of{" "}
        {clock(new Date(at))}.
      </p>
      <p className="small dim">
        Head <code className="break-all">{found.head}</code>. Keep it elsewhere: it shows whether
        the end was cut off.
      </p>
    </div>
  );
}
