import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { isForScreen } from "../shell/keys";
import { Button } from "./Button";
import { useIsWide } from "./useMedia";

/** Where Escape means something else than closing the peek. */
const NOT_ESCAPED = "input,textarea,select,[contenteditable],[role=dialog],[role=listbox]";

export interface PeekProps {
  title: ReactNode;
  /** Name of the region, in plain text. */
  label: string;
  onClose: () => void;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
  footer?: ReactNode;
  /** A dialog of the caller's lies over it. */
  isCovered?: boolean;
  children: ReactNode;
}

/** A list with one of its items beside it from 1024 px on, over it below. */
export function PeekLayout({ list, peek }: { list: ReactNode; peek: ReactNode }) {
  const isWide = useIsWide();
  return (
    <div className={peek && isWide ? "with-peek" : undefined}>
      <div className="stack">{list}</div>
      {peek}
    </div>
  );
}

/**
 * One item of the list. Docked right it leaves the list alive; on phones and tablets it is a sheet
 * of full height that holds the focus. Escape closes it, [ and ] go to the neighbours, and the focus
 * returns to the row.
 */
export function Peek(props: PeekProps) {
  const { label, onClose, onPrevious, onNext, isCovered = false } = props;
  const isWide = useHeld(useIsWide(), isCovered);
  useReturnedFocus(isWide);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.key === "Escape" && isWide && !target.closest(NOT_ESCAPED)) onClose();
      if (!isForScreen(event)) return;
      if (event.key === "[") onPrevious?.();
      if (event.key === "]") onNext?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [isWide, onClose, onPrevious, onNext]);
  if (isWide)
    return (
      <aside className="peek" aria-label={label}>
        <Inside {...props} />
      </aside>
    );
  return (
    <ModalOverlay
      className="scrim side"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
    >
      <Modal className="peek-sheet">
        <Dialog aria-label={label}>
          <Inside {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** While held, the value of before: a sheet that comes up now would lie over the dialog. */
function useHeld(value: boolean, isHeld: boolean): boolean {
  const [kept, setKept] = useState(value);
  if (!isHeld && kept !== value) setKept(value);
  return isHeld ? kept : value;
}

/** The modal gives the focus back by itself; the docked peek never takes it, but may hold it. */
function useReturnedFocus(isWide: boolean) {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current = document.activeElement;
    return () => {
      if (isWide && opener.current instanceof HTMLElement && opener.current.isConnected)
        opener.current.focus();
    };
  }, [isWide]);
}

function Inside({ title, onClose, onPrevious, onNext, footer, children }: PeekProps) {
  const id = useId();
  return (
    <>
      <div className="peek-head">
        <Heading level={2} id={id}>
          {title}
        </Heading>
        <div className="actions">
          {onPrevious ? (
            <Button variant="quiet" className="square" aria-label="Previous" onPress={onPrevious}>
              <ChevronUp className="icon" aria-hidden />
            </Button>
          ) : null}
          {onNext ? (
            <Button variant="quiet" className="square" aria-label="Next" onPress={onNext}>
              <ChevronDown className="icon" aria-hidden />
            </Button>
          ) : null}
          <Button variant="quiet" className="square" aria-label="Close" onPress={onClose}>
            <X className="icon" aria-hidden />
          </Button>
        </div>
      </div>
      {/* Scrolls by itself, so keys must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="peek-body" role="group" aria-labelledby={id} tabIndex={0}>
        {children}
      </div>
      {footer ? <div className="peek-foot">{footer}</div> : null}
    </>
  );
}
