import type { Variant } from "../../api/client";
import { StatusWord } from "../../kit";
import { ShieldQuestionMark } from "lucide-react";
import { useCan } from "../../shell/session";
import { MarkedMessage, Meters, Reason } from "../../variant/Screening";
import type { Words } from "../../variant/suggestion";

/** The verdict on the present words: why, where, and how near to the limits. */
export function ScreeningTab(props: { variant: Variant; onUse: (draft: Words) => void }) {
  const { variant, onUse } = props;
  const canEdit = useCan("editor");
  const { verdict } = variant;
  if (!verdict)
    return (
      <div className="empty flush" data-state="unscreened">
        <StatusWord tone="warn" icon={ShieldQuestionMark}>
          Not screened
        </StatusWord>
        <p>
          These words were not checked yet: nothing was found because nothing was sought. Screen
          them before anybody approves them.
        </p>
      </div>
    );
  return (
    <>
      <div className="block">
        <Reason verdict={verdict} channel={variant.channel} />
        {verdict.issues.length === 0 ? null : (
          <MarkedMessage
            words={variant}
            verdict={verdict}
            onUse={canEdit ? (remedy) => onUse(remedy.after) : undefined}
          />
        )}
      </div>
      <div className="block">
        <h3>Categories</h3>
        <Meters verdict={verdict} channel={variant.channel} />
        <p className="tiny faint">
          Policy <code>{verdict.policy_version}</code>
        </p>
      </div>
    </>
  );
}
