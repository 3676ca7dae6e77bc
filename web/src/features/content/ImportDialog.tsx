import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DocumentImport } from "../../api/client";
import { importDocuments } from "../../api/client";
import { problemOf, wordsOf } from "../../api/problem";
import { hasTag } from "../../api/query";
import { Button, Dialog, Facts, FileDrop, ProblemBanner, StatusTag, TextField } from "../../kit";

const BYTES_MAX = 16 * 1024 * 1024;
const RETRIEVAL = new Set(["retrieval"]);

/** Adds the documents of one file, all or none; every one is a draft at first. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [fault, setFault] = useState<string>();
  const [day, setDay] = useState("");
  const client = useQueryClient();
  const load = useMutation({
    mutationFn: async (from: File): Promise<DocumentImport> => {
      const isMarkdown = /\.(md|markdown)$/i.test(from.name);
      const { data } = await importDocuments({
        body: await from.text(),
        query: {
          ...(isMarkdown ? { name: from.name.replace(/\.[^.]+$/, "") } : {}),
          ...(day ? { as_of: day } : {}),
        },
        headers: { "Content-Type": isMarkdown ? "text/markdown" : "application/x-ndjson" },
        bodySerializer: (body: unknown) => body,
        throwOnError: true,
      });
      return data;
    },
    onSuccess: () =>
      client.invalidateQueries({ predicate: (query) => hasTag(query.queryKey, RETRIEVAL) }),
  });
  const words = load.error ? wordsOf(problemOf(load.error), "The file") : null;
  return (
    <Dialog
      title="Import documents"
      isOpen
      isWide
      onClose={onClose}
      footer={
        load.data ? (
          <Button variant="primary" onPress={onClose}>
            Done
          </Button>
        ) : (
          <Button
            variant="primary"
            isPending={load.isPending}
            why={file ? undefined : "Choose a file first"}
            onPress={() => file && load.mutate(file)}
          >
            Import
          </Button>
        )
      }
    >
      {load.data ? (
        <Outcome outcome={load.data} />
      ) : (
        <>
          <FileDrop
            label="Markdown or JSON lines"
            hint="One document as .md with its fields on top, or one a line as .jsonl; at most 16.8 MB and 5,000 documents."
            types={[".md", ".markdown", ".jsonl", ".ndjson"]}
            bytesMax={BYTES_MAX}
            file={file}
            error={fault}
            onChange={(next, why) => {
              setFile(next);
              setFault(why);
              load.reset();
            }}
          />
          <TextField
            label="Day that relative dates count from"
            hint="Nothing means today."
            type="date"
            value={day}
            onChange={setDay}
          />
          <p className="small dim">
            All or none: one broken line stops the whole file. Approvals inside the file do not
            count.
          </p>
        </>
      )}
      <ProblemBanner words={words} />
    </Dialog>
  );
}

function Outcome({ outcome }: { outcome: DocumentImport }) {
  return (
    <div role="status" className="stack">
      <StatusTag tone="good">Imported</StatusTag>
      <Facts
        items={[
          ["New", String(outcome.created)],
          ["Replaced, drafts again", String(outcome.replaced)],
          ["Unchanged", String(outcome.unchanged)],
        ]}
      />
      {outcome.notices.length > 0 ? (
        <ul className="decisions">
          {outcome.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
