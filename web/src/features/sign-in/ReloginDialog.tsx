import { useQueryClient } from "@tanstack/react-query";
import type { Session } from "../../api/client";
import { Dialog } from "../../kit";
import { expiry, useSession } from "../../shell/session";
import { SignInForm } from "./SignInForm";

/** Over the page, which stays as it is with all that was typed. Another person gets a fresh page. */
export function ReloginDialog() {
  const before = useSession();
  const client = useQueryClient();
  const goOn = (session: Session) => {
    expiry.set(false);
    if (session.id !== before.id || session.workspace !== before.workspace)
      return window.location.reload();
    // A request sent before the sign-in may still be refused, which would open this dialog again.
    void client.cancelQueries().then(() => client.invalidateQueries());
  };
  return (
    <Dialog title="Sign in again" isOpen isSticky onClose={() => undefined}>
      <p>Your session is over. What you typed on this page is kept.</p>
      <SignInForm email={before.email ?? ""} onDone={goOn} />
    </Dialog>
  );
}
