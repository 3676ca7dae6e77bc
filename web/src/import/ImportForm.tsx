import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { importCustomers, previewImport, type ImportPreview } from "../api/client";
import { newIdempotencyKey } from "../api/http";
import { problemOf, wordsOf } from "../api/problem";
import {
  Button,
  count,
  counted,
  FileDrop,
  PanelState,
  percent,
  Progress,
  ScrollTable,
  Segmented,
  Select,
} from "../kit";
import { frontOf, type Front } from "./front";
import {
  doubledColumns,
  effective,
  mapParameter,
  missingRoles,
  OPTIONAL,
  ROLE_WORDS,
  ROLES,
  type Mapping,
} from "./mapping";

const BYTES_MAX = 134_217_728;
const TYPES = [".csv", ".gz", ".txt", "text/csv", "application/gzip"];
const ROWS_SHOWN = 5;
const REJECTED_SHOWN = 8;

type Kind = "transactions" | "customers";
type Mode = "merge" | "replace";

export interface Started {
  import: string;
  job: string;
  file: string;
}

/** A file of orders or of customers: chosen, mapped, looked at, then sent. */
export function ImportForm({ onStarted }: { onStarted: (started: Started) => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [fileError, setFileError] = useState<string>();
  const [kind, setKind] = useState<Kind>("transactions");
  const [chosen, setChosen] = useState<Mapping>({});
  const [idColumn, setIdColumn] = useState("");
  const [mode, setMode] = useState<Mode>("merge");
  const take = (next: File | null, error?: string) => {
    setFile(next);
    setFileError(error);
    setChosen({});
    setIdColumn("");
  };
  const front = useFront(file);
  const guess = usePreview(file, front.data, kind, undefined, "");
  const map = kind === "transactions" ? mapParameter(chosen, guess.data?.mapping ?? {}) : undefined;
  const preview = usePreview(file, front.data, kind, map, kind === "customers" ? idColumn : "");
  const query = front.error ? { ...preview, error: front.error } : preview;
  const mapping = effective(chosen, guess.data?.mapping ?? {});
  return (
    <div className="stack import-form">
      <FileDrop
        label="Drop a CSV file here"
        hint="Plain or gzip, 134 MB at most. Nothing is stored before you press Import."
        types={TYPES}
        bytesMax={BYTES_MAX}
        file={file}
        error={fileError}
        onChange={take}
      />
      {file ? (
        <>
          <div className="grid gap-1">
            <span className="strong small">A line of the file is</span>
            <Segmented
              label="A line of the file is"
              value={kind}
              onChange={setKind}
              choices={[
                { value: "transactions", label: "An article of an order" },
                { value: "customers", label: "A customer with figures" },
              ]}
            />
          </div>
          <div className="preview">
            <PanelState query={query} subject="The preview">
              {(data) => (
                <>
                  {kind === "transactions" ? (
                    <Columns
                      columns={data.columns}
                      mapping={mapping}
                      onChange={(role, column) => setChosen({ ...chosen, [role]: column })}
                    />
                  ) : (
                    <Select
                      label="Column with the customer’s id"
                      value={idColumn || "first"}
                      onChange={(value) => setIdColumn(value === "first" ? "" : value)}
                      choices={[
                        { value: "first", label: "Found by its name" },
                        ...data.columns.map((value) => ({ value, label: value })),
                      ]}
                    />
                  )}
                  <Preview data={data} isWhole={front.data?.isWhole ?? true} />
                </>
              )}
            </PanelState>
          </div>
          <div className="grid gap-1">
            <span className="strong small">Customers who are here already</span>
            <Segmented
              label="Customers who are here already"
              value={mode}
              onChange={setMode}
              choices={[
                { value: "merge", label: "Keep and update" },
                { value: "replace", label: "Replace all" },
              ]}
            />
            <span className="hint small dim">
              {mode === "merge"
                ? "Those in the file are updated, the others stay."
                : "Exactly the customers of this file remain."}
            </span>
          </div>
          <Send
            key={`${file.name} ${file.size} ${file.lastModified} ${map} ${kind} ${idColumn} ${mode}`}
            file={file}
            request={{ kind, map, id: idColumn, mode }}
            why={whyNot(preview.isPlaceholderData ? undefined : preview.data, kind, mapping)}
            onStarted={onStarted}
          />
        </>
      ) : null}
    </div>
  );
}

/** Why the file cannot be imported as it stands. */
function whyNot(preview: ImportPreview | undefined, kind: Kind, mapping: Mapping) {
  if (!preview) return "Wait for the preview";
  const missing = kind === "transactions" ? missingRoles(mapping) : [];
  if (missing.length > 0)
    return `Choose the column of: ${missing.map((r) => ROLE_WORDS[r]).join(", ")}`;
  if (preview.problem) return "The preview says what stands in the way";
  return undefined;
}

function identity(file: File | null) {
  return file ? [file.name, file.size, file.lastModified] : [];
}

function useFront(file: File | null) {
  return useQuery({
    queryKey: ["import front", ...identity(file)],
    queryFn: () => frontOf(file as File),
    enabled: file !== null,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

function usePreview(
  file: File | null,
  front: Front | undefined,
  kind: Kind,
  map: string | undefined,
  id: string,
) {
  return useQuery({
    queryKey: ["import preview", ...identity(file), kind, map ?? "", id],
    queryFn: async ({ signal }) => {
      const { data } = await previewImport({
        body: new Blob([front?.bytes ?? new Uint8Array()]) as unknown as string,
        query: {
          kind,
          file: file?.name.slice(0, 200) ?? "",
          ...(map ? { map } : {}),
          ...(id ? { id } : {}),
        },
        signal,
      });
      return data;
    },
    enabled: front !== undefined,
    // While the mapping changes, but never across files: one must not be sent by the other's preview.
    placeholderData: (data, before) =>
      identity(file).every((part, index) => before?.queryKey[1 + index] === part)
        ? data
        : undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

function Columns(props: {
  columns: readonly string[];
  mapping: Mapping;
  onChange: (role: (typeof ROLES)[number], column: string) => void;
}) {
  const { columns, mapping, onChange } = props;
  const doubled = doubledColumns(mapping);
  return (
    <fieldset>
      <legend className="strong small">Which column is what</legend>
      <div className="mapping">
        {ROLES.map((role) => {
          const column = mapping[role] ?? "";
          const isMissing = column === "" && role !== OPTIONAL;
          return (
            <Select
              key={role}
              label={ROLE_WORDS[role]}
              value={column || "none"}
              onChange={(value) => onChange(role, value === "none" ? "" : value)}
              error={
                isMissing
                  ? "Choose a column"
                  : doubled.includes(column)
                    ? "Chosen twice"
                    : undefined
              }
              choices={[
                { value: "none", label: role === OPTIONAL ? "Not in the file" : "Not chosen" },
                ...columns.map((value) => ({ value, label: value })),
              ]}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

function Preview({ data, isWhole }: { data: ImportPreview; isWhole: boolean }) {
  return (
    <>
      {data.problem ? (
        <div className="banner bad" role="alert">
          <CircleAlert className="icon" aria-hidden />
          <p>{data.problem}</p>
        </div>
      ) : (
        <p>
          <b>{counted(data.customers, "customer")}</b> in {counted(data.lines, "line")}
          {isWhole ? "." : " at the front of the file, which is looked at here."}{" "}
          {data.set_aside
            .map((each) => `${count(each.count)} set aside: ${each.reason}.`)
            .join(" ")}
        </p>
      )}
      <ScrollTable
        label="First rows"
        caption="First rows of the file"
        headers={data.columns}
        isFramed
      >
        {data.rows.slice(0, ROWS_SHOWN).map((row, index) => (
          <tr key={`${index} ${row[0]}`}>
            {row.map((cell, column) => (
              <td key={data.columns[column]} className="nowrap">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </ScrollTable>
      {data.rejected_count > 0 ? <Rejected data={data} /> : null}
      {data.notices.length > 0 ? (
        <details className="data">
          <summary>{counted(data.notices.length, "note")} on the file</summary>
          <ul className="grid gap-2">
            {data.notices.map((notice) => (
              <li key={notice} className="dim">
                {notice}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

function Rejected({ data }: { data: ImportPreview }) {
  const share = data.lines > 0 ? data.rejected_count / data.lines : 0;
  return (
    <div className="grid gap-2">
      <p className="state warn">
        <TriangleAlert className="icon" aria-hidden />
        {counted(data.rejected_count, "line")} cannot be read ({percent(share)}) and will be left
        out
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll framed" tabIndex={0} role="region" aria-label="Rejected lines">
        <table className="table tight">
          <caption className="sr">Lines that cannot be read</caption>
          <thead>
            <tr>
              <th scope="col" className="num">
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">Value</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {data.rejected.slice(0, REJECTED_SHOWN).map((line) => (
              <tr key={`${line.line} ${line.column}`}>
                <td className="num">{count(line.line)}</td>
                <td>{line.column}</td>
                <td>
                  <code>{line.value}</code>
                </td>
                <td>{line.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.rejected_count > REJECTED_SHOWN ? (
        <p className="small dim">
          The first {REJECTED_SHOWN} of {count(data.rejected_count)}. All of them can be downloaded
          after the import.
        </p>
      ) : null}
    </div>
  );
}

function Send(props: {
  file: File;
  request: { kind: Kind; map: string | undefined; id: string; mode: Mode };
  why: string | undefined;
  onStarted: (started: Started) => void;
}) {
  const { file, request, why, onStarted } = props;
  const [sent, setSent] = useState(0);
  const key = useRef(newIdempotencyKey());
  const send = useMutation({
    mutationFn: async () => {
      const isPacked = file.name.endsWith(".gz");
      const { data } = await importCustomers({
        body: file as unknown as string,
        query: {
          kind: request.kind,
          mode: request.mode,
          file: file.name.slice(0, 200),
          ...(request.map ? { map: request.map } : {}),
          ...(request.kind === "customers" && request.id ? { id: request.id } : {}),
        },
        headers: {
          "Idempotency-Key": key.current,
          "Content-Type": isPacked ? "application/gzip" : "text/csv",
        } as { "Idempotency-Key": string },
        timeout: 0,
        onUploadProgress: (event) => setSent(event.loaded),
      });
      return data;
    },
    onSuccess: (started) => onStarted({ ...started, file: file.name }),
    onError: (error) => {
      // What the server answered is final; only a lost answer may be asked for again by its key.
      if (problemOf(error).status > 0) key.current = newIdempotencyKey();
    },
  });
  const words = send.error ? wordsOf(problemOf(send.error), "The file") : null;
  return (
    <div className="grid gap-3">
      {words ? (
        <div className="banner bad" role="alert">
          <CircleAlert className="icon" aria-hidden />
          <p>
            {words.what} {words.next}
          </p>
        </div>
      ) : null}
      {send.isPending ? (
        <Progress label="Sending the file" done={sent} total={file.size} unit="bytes" />
      ) : null}
      <div className="actions">
        <Button
          variant="primary"
          isPending={send.isPending}
          why={why}
          onPress={() => (send.isPending ? undefined : send.mutate())}
        >
          Import {file.name.length > 28 ? "the file" : file.name}
        </Button>
      </div>
    </div>
  );
}
