import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Document } from "../../api/client";
import { approveDocumentsMutation } from "../../api/client/@tanstack/react-query.gen";
import { problemOf, wordsOf } from "../../api/problem";
import { hasTag } from "../../api/query";
import { Button, Checkbox, counted, Dialog, ProblemBanner, toast } from "../../kit";
import { useSession } from "../../shell/session";

const RETRIEVAL = new Set(["retrieval"]);

/** Approves several drafts at once, all or none; one's own are shown, but cannot be chosen. */
export function ApproveManyDialog({
  drafts,
  onClose,
}: {
  drafts: readonly Document[];
  onClose: () => void;
}) {
  const session = useSession();
  const client = useQueryClient();
  // As they were at opening: a version that came later was read by nobody here, and is refused.
  const [shown] = useState(drafts);
  const others = shown.filter((document) => document.edited_by !== session.id);
  const own = shown.filter((document) => document.edited_by === session.id);
  const [chosen, setChosen] = useState(() => new Set(others.map((document) => document.id)));
  const approve = useMutation({
    ...approveDocumentsMutation(),
    onSuccess: (list) => {
      void client.invalidateQueries({ predicate: (query) => hasTag(query.queryKey, RETRIEVAL) });
      toast(`${counted(list.items.length, "document")} approved.`);
      onClose();
    },
  });
  const sent = others.filter((document) => chosen.has(document.id));
  const words = approve.error ? wordsOf(problemOf(approve.error), "The documents") : null;
  const toggle = (id: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <Dialog
      title="Approve drafts"
      isOpen
      isWide
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          isPending={approve.isPending}
          why={sent.length === 0 ? "Choose at least one" : undefined}
          onPress={() =>
            approve.mutate({
              body: {
                documents: sent.map(({ id, version }) => ({ id, version })),
              },
            })
          }
        >
          {`Approve ${counted(sent.length, "document")}`}
        </Button>
      }
    >
      <p>From now on, messages may promise what these say. All or none are approved.</p>
      <ul className="choices">
        {others.map((document) => (
          <li key={document.id}>
            <Checkbox
              isSelected={chosen.has(document.id)}
              onChange={(isOn) => toggle(document.id, isOn)}
            >
              {document.content.title}
            </Checkbox>
          </li>
        ))}
      </ul>
      {own.length > 0 ? (
        <p className="small dim">
          Not yours to approve, because you wrote {own.length === 1 ? "it" : "them"}:{" "}
          {own.map((document) => document.content.title).join(", ")}.
        </p>
      ) : null}
      <ProblemBanner words={words} />
    </Dialog>
  );
}
