import { createBrowserRouter, type RouteObject } from "react-router";
import { basePath } from "./api/http";
import { FEATURES, type Feature } from "./features";
import { CrashPage, ForbiddenPage, NotFoundPage } from "./shell/errors";
import { SessionGate } from "./shell/SessionGate";
import { useCan } from "./shell/session";

function Guarded({ feature, children }: { feature: Feature; children: React.ReactNode }) {
  const isAllowed = useCan(feature.least ?? "viewer");
  return isAllowed ? <>{children}</> : <ForbiddenPage least={feature.least ?? "viewer"} />;
}

function routeOf(feature: Feature): RouteObject {
  return {
    path: feature.path,
    lazy: async () => {
      const { default: Screen } = await feature.load();
      return {
        Component: () => (
          <Guarded feature={feature}>
            <Screen />
          </Guarded>
        ),
      };
    },
    ErrorBoundary: CrashPage,
  };
}

/** Until the code of a screen is there. */
function Nothing() {
  return null;
}

/** All routes: the two before the sign-in, then every screen of FEATURES inside the shell. */
export function newRouter() {
  return createBrowserRouter(
    [
      {
        path: "setup",
        lazy: async () => ({ Component: (await import("./features/sign-in/SetupPage")).default }),
        HydrateFallback: Nothing,
        ErrorBoundary: CrashPage,
      },
      {
        path: "sign-in",
        lazy: async () => ({ Component: (await import("./features/sign-in/SignInPage")).default }),
        HydrateFallback: Nothing,
        ErrorBoundary: CrashPage,
      },
      {
        path: "/",
        Component: SessionGate,
        ErrorBoundary: CrashPage,
        HydrateFallback: Nothing,
        children: [...FEATURES.map(routeOf), { path: "*", Component: NotFoundPage }],
      },
    ],
    { basename: basePath() || "/" },
  );
}
