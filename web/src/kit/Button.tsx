import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import { useId, type ReactNode } from "react";
import { Button as AriaButton, type PressEvent } from "react-aria-components";

export interface ButtonProps {
  children: ReactNode;
  onPress?: (event: PressEvent) => void;
  variant?: "primary" | "danger" | "quiet";
  size?: "small";
  type?: "button" | "submit";
  /** Why it cannot be pressed now. Shown beside it; the button stays focusable and says it. */
  why?: ReactNode;
  /** The work it started is not over: it says so and takes no second press. */
  isPending?: boolean;
  className?: string;
  slot?: string;
  autoFocus?: boolean;
  "aria-label"?: string;
}

/** A verb. One `primary` per page; `danger` names what is lost in its dialog. */
export function Button(props: ButtonProps) {
  const { children, onPress, variant, size, type = "button", why, isPending, className } = props;
  const whyId = useId();
  const classes = clsx("btn", variant, size, className);
  if (why) {
    return (
      <span className="inline-flex flex-wrap items-center gap-2">
        <button
          type="button"
          className={classes}
          aria-disabled="true"
          aria-describedby={whyId}
          aria-label={props["aria-label"]}
        >
          {children}
        </button>
        <span className="why" id={whyId}>
          {why}
        </span>
      </span>
    );
  }
  return (
    <AriaButton
      {...(onPress ? { onPress } : {})}
      {...(props.slot ? { slot: props.slot } : {})}
      {...(props["aria-label"] ? { "aria-label": props["aria-label"] } : {})}
      autoFocus={props.autoFocus ?? false}
      type={type}
      isPending={isPending ?? false}
      className={classes}
    >
      {isPending ? <LoaderCircle className="icon turning" aria-hidden /> : null}
      {children}
    </AriaButton>
  );
}
