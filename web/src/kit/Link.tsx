import clsx from "clsx";
import type { ReactNode } from "react";
import { Link as RouterLink, type LinkProps } from "react-router";

/** A link to another screen. Absolute paths are below the prefix of the server. */
export function Link(props: LinkProps) {
  return <RouterLink {...props} />;
}

/** A link that looks like a button, because going there is the action. */
export function ButtonLink(props: {
  to: string;
  children: ReactNode;
  variant?: "primary" | "quiet";
  size?: "small";
  "aria-label"?: string;
}) {
  const { to, children, variant, size } = props;
  return (
    <RouterLink to={to} className={clsx("btn", variant, size)} aria-label={props["aria-label"]}>
      {children}
    </RouterLink>
  );
}
