import { X } from "lucide-react";
import type { ReactNode } from "react";

/** A fact or a filter; with onRemove it carries a button that says what it removes. */
export function Chip(props: { name?: string; children: ReactNode; onRemove?: () => void }) {
  const { name, children, onRemove } = props;
  return (
    <span className="chip">
      {name ? <span>{name}</span> : null}
      <b>{children}</b>
      {onRemove ? (
        <button type="button" onClick={onRemove} aria-label={`Remove filter ${name ?? ""}`.trim()}>
          <X className="icon" aria-hidden />
        </button>
      ) : null}
    </span>
  );
}
