import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Channel } from "../../api/client";
import { screenTextMutation } from "../../api/client/@tanstack/react-query.gen";
import {
  Button,
  Dialog,
  duration,
  ErrorState,
  Select,
  StatusOf,
  statusOf,
  TextArea,
  TextField,
} from "../../kit";
import { MarkedMessage, Meters, Reason } from "../../variant/Screening";
import type { Words } from "../../variant/suggestion";
import { CHANNEL_WORDS } from "../../api/words";

const CHANNELS = Object.keys(CHANNEL_WORDS) as Channel[];

/** Screens any text as a variant would be; nothing of it is kept. */
export function TryDialog({ onClose }: { onClose: () => void }) {
  const [channel, setChannel] = useState<Channel>("email");
  const [words, setWords] = useState<Words>({ subject: "", text: "" });
  const [tried, setTried] = useState<{ words: Words; channel: Channel } | null>(null);
  const screen = useMutation(screenTextMutation());
  const start = (of: Words) => {
    setTried({ words: of, channel });
    screen.mutate({
      body: { channel, text: of.text, ...(of.subject ? { subject: of.subject } : {}) },
    });
  };
  return (
    <Dialog
      title="Try a text"
      isOpen
      isWide
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          isPending={screen.isPending}
          why={words.text.trim() === "" ? "Write a text first" : undefined}
          onPress={() => start(words)}
        >
          Screen
        </Button>
      }
    >
      <p className="small dim">
        Screened like a variant, with the approved documents. Nothing is kept.
      </p>
      <div className="two-fields">
        <Select
          label="Channel"
          value={channel}
          onChange={setChannel}
          choices={CHANNELS.map((each) => ({ value: each, label: CHANNEL_WORDS[each] }))}
        />
        <TextField
          label="Subject"
          value={words.subject}
          onChange={(subject) => setWords({ ...words, subject })}
          maxLength={500}
        />
      </div>
      <TextArea
        label="Text"
        rows={5}
        value={words.text}
        onChange={(text) => setWords({ ...words, text })}
        maxLength={100_000}
      />
      {screen.error ? (
        <ErrorState error={screen.error} subject="The screening" onRetry={() => start(words)} />
      ) : null}
      {screen.data && tried ? (
        <section aria-label="Result" aria-live="polite" className="try-result">
          <p className="peek-line">
            <StatusOf status={statusOf.decision(screen.data.decision)} isTag />
            <span className="small dim">
              {screen.data.elapsed_us === undefined
                ? null
                : `in ${duration(Math.max(1, screen.data.elapsed_us / 1_000))}`}
            </span>
          </p>
          <div className="block">
            <Reason verdict={screen.data} channel={tried.channel} />
            <MarkedMessage
              words={tried.words}
              verdict={screen.data}
              onUse={(remedy) => {
                setWords(remedy.after);
                start(remedy.after);
              }}
            />
          </div>
          <div className="block">
            <h3>Categories</h3>
            <Meters verdict={screen.data} channel={tried.channel} />
          </div>
        </section>
      ) : null}
    </Dialog>
  );
}
