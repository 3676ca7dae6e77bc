import clsx from "clsx";
import { useId, type ReactNode } from "react";

export interface PanelProps {
  title: ReactNode;
  /** Right of the title: a count, a link, a state. */
  aside?: ReactNode;
  footer?: ReactNode;
  /** Pads the content; tables and ruled lists bring their own. */
  padded?: boolean;
  level?: 2 | 3;
  className?: string;
  children: ReactNode;
}

/** A ruled box with a heading. Panels never stand inside panels. */
export function Panel(props: PanelProps) {
  const { title, aside, footer, padded, level = 2, className, children } = props;
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className={clsx("panel", className)} aria-labelledby={id}>
      <div className="panel-head">
        <Heading id={id}>{title}</Heading>
        {aside ? <div className="sub">{aside}</div> : null}
      </div>
      {padded ? <div className="panel-body">{children}</div> : children}
      {footer ? <div className="panel-foot">{footer}</div> : null}
    </section>
  );
}
