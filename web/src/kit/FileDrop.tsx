import { FileText, Upload } from "lucide-react";
import { DropZone, FileTrigger, Text } from "react-aria-components";
import { Button } from "./Button";
import { count } from "./numbers";

/**
 * One file, by dropping or by choosing. `types` are endings or media types; `bytesMax` is the limit
 * of the server, said before and checked here.
 */
export function FileDrop(props: {
  label: string;
  hint: string;
  types: readonly string[];
  bytesMax: number;
  file: File | null;
  error?: string | undefined;
  onChange: (file: File | null, error?: string) => void;
}) {
  const { label, hint, types, bytesMax, file, error, onChange } = props;
  const take = (next: File | undefined) => {
    if (!next) return;
    if (next.size > bytesMax)
      return onChange(
        null,
        `${next.name} has ${megabytes(next.size)}; at most ${megabytes(bytesMax)} fit.`,
      );
    onChange(next);
  };
  return (
    <div className="field">
      <DropZone
        className="drop"
        aria-label={label}
        onDrop={async (event) => {
          const item = event.items.find((each) => each.kind === "file");
          if (item?.kind === "file") take(await item.getFile());
        }}
      >
        <Text slot="label" className="strong">
          {label}
        </Text>
        {file ? (
          <span className="named">
            <FileText className="icon" aria-hidden />
            {file.name}, {megabytes(file.size)}
          </span>
        ) : (
          <span className="hint">{hint}</span>
        )}
        <div className="actions">
          <FileTrigger acceptedFileTypes={types} onSelect={(files) => take(files?.[0])}>
            <Button>
              <Upload className="icon" aria-hidden />
              {file ? "Choose another file" : "Choose a file"}
            </Button>
          </FileTrigger>
          {file ? (
            <Button variant="quiet" onPress={() => onChange(null)}>
              Remove
            </Button>
          ) : null}
        </div>
      </DropZone>
      {error ? (
        <span className="error" role="alert">
          {error}
        </span>
      ) : null}
    </div>
  );
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${count(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
