import { X } from "lucide-react";
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
  Text,
} from "react-aria-components";
import { problemOf, wordsOf } from "../api/problem";
import { Button } from "./Button";
import { StatusWord, type Tone } from "./Status";

interface Message {
  text: string;
  tone: Tone;
  action?: { label: string; onPress: () => void };
}

const VISIBLE_MAX = 3;
const STAY_MS = 8_000;
const queue = new ToastQueue<Message>({ maxVisibleToasts: VISIBLE_MAX });

/** Says what happened, for 8 s; what failed stays until it is closed. */
export function toast(text: string, options: Partial<Omit<Message, "text">> = {}) {
  const message: Message = { text, tone: options.tone ?? "good" };
  if (options.action) message.action = options.action;
  queue.add(message, message.tone === "bad" ? {} : { timeout: STAY_MS });
}

/** Says in plain words why a change did not happen. `subject` begins a sentence: "The job". */
export function toastProblem(error: unknown, subject: string) {
  const words = wordsOf(problemOf(error), subject);
  toast(`${words.what} ${words.next}`.trim(), { tone: "bad" });
}

/** Where toasts appear; once, in the shell. */
export function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts" aria-label="Messages">
      {({ toast: shown }) => (
        <AriaToast toast={shown} className="toast">
          <ToastContent>
            <StatusWord tone={shown.content.tone}>
              <Text slot="title">{shown.content.text}</Text>
            </StatusWord>
          </ToastContent>
          {shown.content.action ? (
            <Button variant="quiet" size="small" onPress={shown.content.action.onPress}>
              {shown.content.action.label}
            </Button>
          ) : null}
          <Button slot="close" variant="quiet" size="small" aria-label="Dismiss">
            <X className="icon" aria-hidden />
          </Button>
        </AriaToast>
      )}
    </ToastRegion>
  );
}
