import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/react-router/v7";
import { StrictMode } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import "./api/http";
import { newQueryClient } from "./api/query";
import { LOCALE } from "./kit/numbers";
import { newRouter } from "./routes";
import { expiry } from "./shell/session";
import "./styles/index.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id root");
const router = newRouter();

createRoot(root).render(
  <StrictMode>
    <I18nProvider locale={LOCALE}>
      <QueryClientProvider client={newQueryClient(() => expiry.set(true))}>
        <NuqsAdapter>
          <RouterProvider router={router} />
        </NuqsAdapter>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
