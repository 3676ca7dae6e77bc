import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { Navigate, useLocation } from "react-router";
import { getSessionOptions, getSetupOptions } from "../api/client/@tanstack/react-query.gen";
import { streamUrl } from "../api/http";
import { problemOf } from "../api/problem";
import { ErrorState } from "../kit";
import { Hub } from "../live/hub";
import { HubContext } from "../live/useLive";
import { ReloginDialog } from "../features/sign-in/ReloginDialog";
import { Shell } from "./Shell";
import { expiry, SessionContext } from "./session";

/** The session of this browser; asked once, then kept until a request finds it over. */
export function useSessionQuery() {
  return useQuery({
    ...getSessionOptions(),
    staleTime: Infinity,
    retry: false,
    meta: { isSessionCheck: true },
  });
}

/** Lets in who is signed in; sends the others to the set-up or the sign-in. */
export function SessionGate() {
  const session = useSessionQuery();
  const isSignedOut = session.error !== null && problemOf(session.error).kind === "signed-out";
  if (session.data) return <Inside isExpired={isSignedOut} />;
  if (session.isPending) return null;
  if (isSignedOut) return <SignedOut />;
  return (
    <main className="page">
      <ErrorState error={session.error} subject="Your session" onRetry={session.refetch} />
    </main>
  );
}

function Inside({ isExpired }: { isExpired: boolean }) {
  const session = useSessionQuery();
  const client = useQueryClient();
  const isOver = useSyncExternalStore(expiry.subscribe, expiry.read) || isExpired;
  const hub = useMemo(() => new Hub(client, streamUrl()), [client]);
  useEffect(() => hub.start(), [hub]);
  return (
    <SessionContext value={session.data ?? null}>
      <HubContext value={hub}>
        <Shell />
        {isOver ? <ReloginDialog /> : null}
      </HubContext>
    </SessionContext>
  );
}

function SignedOut() {
  const setup = useQuery({ ...getSetupOptions(), staleTime: 0 });
  const { pathname, search } = useLocation();
  if (setup.isPending) return null;
  if (setup.data?.is_needed) return <Navigate to="/setup" replace />;
  const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
  return <Navigate to={`/sign-in${next}`} replace />;
}
