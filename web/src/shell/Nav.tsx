import { Ellipsis, Keyboard, LogOut, Search } from "lucide-react";
import { useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { NavLink } from "react-router";
import { Button, Segmented } from "../kit";
import { navItems, type NavFeature } from "./nav";
import { ROLE_WORDS, useSession } from "./session";
import { setTheme, useTheme, type Theme } from "./theme";
import { useSignOut } from "./useSignOut";

const PHONE_ITEMS = 4;

function Brand() {
  const { workspace_name } = useSession();
  return (
    <NavLink className="brand" to="/" end aria-label={`${workspace_name}, overview`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <rect width="20" height="20" rx="4" fill="var(--text)" />
        <path
          d="M4.4 6.2 7 14l3-6 3 6 2.6-7.8"
          fill="none"
          stroke="var(--canvas)"
          strokeWidth="1.8"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      </svg>
      <span>{workspace_name}</span>
    </NavLink>
  );
}

function NavItem({ item, onPress }: { item: NavFeature; onPress?: () => void }) {
  const Icon = item.nav.icon;
  return (
    <li>
      <NavLink
        to={`/${item.path}`}
        end={item.path === ""}
        {...(onPress ? { onClick: onPress } : {})}
      >
        <Icon className="icon" aria-hidden />
        {item.title}
      </NavLink>
    </li>
  );
}

export function ThemeSwitch() {
  return (
    <Segmented<Theme>
      label="Theme"
      isBlock
      value={useTheme()}
      onChange={setTheme}
      choices={[
        { value: "system", label: "System" },
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
      ]}
    />
  );
}

/** From 1024 px on a column of 208 px; from 640 px on a rail of icons with words. */
export function SideNav({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const session = useSession();
  const signOut = useSignOut();
  const items = navItems(session.role);
  return (
    <nav className="nav" aria-label="Main">
      <Brand />
      <button type="button" className="search" onClick={onSearch}>
        <Search className="icon" aria-hidden />
        Search
        <kbd>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘ K" : "Ctrl K"}</kbd>
      </button>
      {(["work", "system"] as const).map((group) => (
        <ul key={group} className="nav-list">
          {items
            .filter((item) => item.nav.group === group)
            .map((item) => (
              <NavItem key={item.path} item={item} />
            ))}
        </ul>
      ))}
      <div className="nav-foot">
        <div className="theme">
          <ThemeSwitch />
        </div>
        <div className="who">
          <p>
            <b>{session.name}</b>
            {ROLE_WORDS[session.role]}
          </p>
          <div className="who-actions">
            <Button variant="quiet" className="square" aria-label="Keys and help" onPress={onHelp}>
              <Keyboard className="icon" aria-hidden />
            </Button>
            <Button variant="quiet" className="square" aria-label="Sign out" onPress={signOut}>
              <LogOut className="icon" aria-hidden />
            </Button>
          </div>
        </div>
      </div>
    </nav>
  );
}

export function TopBar({ onSearch }: { onSearch: () => void }) {
  return (
    <header className="topbar">
      <Brand />
      <Button variant="quiet" onPress={onSearch}>
        <Search className="icon" aria-hidden />
        Search
      </Button>
    </header>
  );
}

/** Phones: four screens and the rest behind "More". */
export function BottomBar({ onHelp }: { onHelp: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const { role } = useSession();
  const items = navItems(role);
  const four = items.filter((item) => item.nav.isOnPhone).slice(0, PHONE_ITEMS);
  const rest = items.filter((item) => !four.includes(item));
  return (
    <nav className="bottombar" aria-label="Main, phone">
      <ul>
        {four.map((item) => (
          <NavItem key={item.path} item={item} />
        ))}
        <li>
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(true)}>
            <Ellipsis className="icon" aria-hidden />
            More
          </button>
        </li>
      </ul>
      <ModalOverlay className="scrim bottom" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
        <Modal className="bottom-sheet">
          <AriaDialog aria-label="More screens">
            <MoreSheet rest={rest} onClose={() => setOpen(false)} onHelp={onHelp} />
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </nav>
  );
}

function MoreSheet(props: { rest: NavFeature[]; onClose: () => void; onHelp: () => void }) {
  const { rest, onClose, onHelp } = props;
  const session = useSession();
  const signOut = useSignOut();
  return (
    <div className="grid gap-4">
      {rest.length > 0 ? (
        <ul className="nav-list">
          {rest.map((item) => (
            <NavItem key={item.path} item={item} onPress={onClose} />
          ))}
        </ul>
      ) : null}
      <ThemeSwitch />
      <div className="flex items-center justify-between gap-3">
        <p>
          <b>{session.name}</b>, {ROLE_WORDS[session.role].toLowerCase()}
        </p>
        <div className="actions">
          <Button
            variant="quiet"
            onPress={() => {
              onClose();
              onHelp();
            }}
          >
            Help
          </Button>
          <Button onPress={signOut}>Sign out</Button>
        </div>
      </div>
    </div>
  );
}
