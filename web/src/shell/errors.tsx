import { useRouteError } from "react-router";
import type { Role } from "../api/client";
import { Button, ButtonLink } from "../kit";
import { Page } from "./Page";
import { ROLE_WORDS } from "./session";

/** An address without a screen. */
export function NotFoundPage() {
  return (
    <Page title="Not found">
      <div className="empty">
        <p>There is no screen at this address. It may have been moved, or the link is cut.</p>
        <ButtonLink to="/">To the overview</ButtonLink>
      </div>
    </Page>
  );
}

/** A screen that the role may not open; the server would refuse its data as well. */
export function ForbiddenPage({ least }: { least: Role }) {
  return (
    <Page title="Not allowed">
      <div className="empty">
        <p>
          This screen needs the role {ROLE_WORDS[least].toLowerCase()}. Ask an administrator of this
          workspace.
        </p>
        <ButtonLink to="/">To the overview</ButtonLink>
      </div>
    </Page>
  );
}

/** Our own mistake, or a file of the dashboard that is gone after an update. */
export function CrashPage() {
  const error = useRouteError();
  const message = error instanceof Error ? error.message : String(error);
  return (
    <main className="page">
      <div className="empty" role="alert">
        <h1>This screen stopped</h1>
        <p>
          Your data is safe: nothing was sent. Load the page again; when it stops once more, send
          this line to whoever runs the server.
        </p>
        <code>{message}</code>
        <Button onPress={() => window.location.reload()}>Load again</Button>
      </div>
    </main>
  );
}
