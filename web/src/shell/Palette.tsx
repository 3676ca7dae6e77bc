import { Contrast, Keyboard, LogOut, type LucideIcon } from "lucide-react";
import {
  Autocomplete,
  Dialog as AriaDialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from "react-aria-components";
import { useNavigate } from "react-router";
import { navItems } from "./nav";
import { areSingleKeysOff } from "./keys";
import { useSession } from "./session";
import { setTheme } from "./theme";
import { useSignOut } from "./useSignOut";

interface Command {
  id: string;
  label: string;
  icon: LucideIcon;
  keys?: string;
  run: () => void;
}

/** Ctrl K: go to a screen or do what needs no screen, by typing a part of its name. */
export default function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const { contains } = useFilter({ sensitivity: "base" });
  const { role } = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const go: Command[] = navItems(role).map((item) => ({
    id: `go-${item.path}`,
    label: item.title,
    icon: item.nav.icon,
    keys: areSingleKeysOff() ? "" : `g ${item.nav.key}`,
    run: () => void navigate(`/${item.path}`),
  }));
  const act: Command[] = [
    { id: "light", label: "Light theme", icon: Contrast, run: () => setTheme("light") },
    { id: "dark", label: "Dark theme", icon: Contrast, run: () => setTheme("dark") },
    { id: "system", label: "Theme of the system", icon: Contrast, run: () => setTheme("system") },
    { id: "help", label: "Keys and help", icon: Keyboard, keys: "?", run: onHelp },
    { id: "sign-out", label: "Sign out", icon: LogOut, run: signOut },
  ];
  const run = (id: string) => {
    onClose();
    [...go, ...act].find((command) => command.id === id)?.run();
  };
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
    >
      <Modal className="palette">
        <AriaDialog aria-label="Search and commands">
          <Autocomplete filter={contains}>
            <SearchField aria-label="Search" autoFocus>
              <Input className="palette-input" placeholder="Go to a screen, or do something" />
            </SearchField>
            <Menu
              aria-label="Commands"
              onAction={(key) => run(String(key))}
              renderEmptyState={() => <p className="group-title">Nothing fits.</p>}
            >
              <Section title="Go to" commands={go} />
              <Section title="Do" commands={act} />
            </Menu>
          </Autocomplete>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Section({ title, commands }: { title: string; commands: readonly Command[] }) {
  return (
    <MenuSection>
      <Header className="group-title">{title}</Header>
      {commands.map((command) => (
        <MenuItem key={command.id} id={command.id} className="option" textValue={command.label}>
          <command.icon className="icon" aria-hidden />
          <span>{command.label}</span>
          {command.keys ? <kbd>{command.keys}</kbd> : null}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
