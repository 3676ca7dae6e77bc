import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./Button";
import { TextField } from "./fields";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  isWide?: boolean;
  /** A dialog that must be answered: neither Escape nor a click outside closes it. */
  isSticky?: boolean;
}

/** A question over the page. Holds the focus and gives it back to what opened it. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, children, footer, isWide, isSticky } = props;
  return (
    <ModalOverlay
      className="scrim"
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      isDismissable={!isSticky}
      isKeyboardDismissDisabled={isSticky ?? false}
    >
      <Modal className={isWide ? "dialog wide" : "dialog"}>
        <AriaDialog>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {isSticky ? null : (
              <Button variant="quiet" className="square" aria-label="Close" onPress={onClose}>
                <X className="icon" aria-hidden />
              </Button>
            )}
          </div>
          <div className="dialog-body">{children}</div>
          {footer ? <div className="dialog-foot">{footer}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * Asks before something that cannot be taken back. `verb` is the word on the button; with `typed`
 * that name or number must be typed first.
 */
export function ConfirmDialog(props: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  verb: string;
  onConfirm: () => void;
  isPending?: boolean;
  typed?: string;
  children: ReactNode;
}) {
  const { title, isOpen, onClose, verb, onConfirm, isPending, typed, children } = props;
  const [text, setText] = useState("");
  const isReady = typed === undefined || text.trim() === typed;
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button
            variant="danger"
            onPress={onConfirm}
            isPending={isPending ?? false}
            why={isReady ? undefined : `Type ${typed} first`}
          >
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {typed === undefined ? null : (
        <TextField label={`Type ${typed}`} value={text} onChange={setText} autoComplete="off" />
      )}
    </Dialog>
  );
}
