import { useState } from "react";
import { Checkbox, Dialog } from "../kit";
import { areSingleKeysOff, setSingleKeysOff } from "./keys";
import { navItems } from "./nav";
import { useSession } from "./session";

const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Search and commands"],
  ["/", "To the first field of the screen"],
  ["j k", "Next and previous row of a list"],
  ["Enter", "Open the row"],
  ["[ ]", "Previous and next item of the peek"],
  ["Esc", "Close what is open"],
  ["?", "This help"],
];

/** The keys, and the switch that turns the single ones off. */
export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const { role } = useSession();
  const [isOff, setOff] = useState(areSingleKeysOff);
  const change = (isOn: boolean) => {
    setSingleKeysOff(!isOn);
    setOff(!isOn);
  };
  const go = navItems(role).map((item) => [`g ${item.nav.key}`, item.title] as const);
  return (
    <Dialog title="Keys" isOpen onClose={onClose} isWide>
      <div className="grid gap-6 sm:grid-cols-2">
        {[KEYS, go].map((list, index) => (
          <dl key={index} className="facts self-start">
            {list.map(([keys, words]) => (
              <div key={keys} className="contents">
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
      <Checkbox isSelected={!isOff} onChange={change}>
        Single keys work outside of fields
      </Checkbox>
      <p className="small dim">The API behind every screen is described at /api/docs.</p>
    </Dialog>
  );
}
