import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Outlet, ScrollRestoration } from "react-router";
import { Toasts } from "../kit";
import { BottomBar, SideNav, TopBar } from "./Nav";
import { useShellKeys } from "./useShellKeys";

const loadPalette = () => import("./Palette");
const Palette = lazy(loadPalette);
const HelpDialog = lazy(() => import("./HelpDialog"));

/** What stands around every screen: navigation, palette, help, messages. */
export function Shell() {
  const [shown, setShown] = useState<"palette" | "help" | null>(null);
  const open = useMemo(
    () => ({ palette: () => setShown("palette"), help: () => setShown("help") }),
    [],
  );
  useShellKeys(open);
  useEffect(() => {
    // Ahead of the first Ctrl K, so that what is typed right after it is not lost.
    const timer = setTimeout(() => void loadPalette(), 2_000);
    return () => clearTimeout(timer);
  }, []);
  const close = () => setShown(null);
  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // <base> would send #main to another page.
          document.getElementById("main")?.focus();
        }}
      >
        Skip to content
      </a>
      <TopBar onSearch={open.palette} />
      <div className="shell">
        <SideNav onSearch={open.palette} onHelp={open.help} />
        <main className="page" id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <BottomBar onHelp={open.help} />
      <Toasts />
      <div id="announcer" className="sr" role="status" aria-live="polite" />
      <Suspense>
        {shown === "palette" ? <Palette onClose={close} onHelp={open.help} /> : null}
        {shown === "help" ? <HelpDialog onClose={close} /> : null}
      </Suspense>
      <ScrollRestoration />
    </>
  );
}
