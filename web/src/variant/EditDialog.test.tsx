import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Variant } from "../api/client";
import { ApiProblem } from "../api/problem";
import { Toasts } from "../kit";
import { EditDialog } from "./EditDialog";

const save = vi.hoisted(() => vi.fn());
const read = vi.hoisted(() => vi.fn());
vi.mock("../api/client/@tanstack/react-query.gen", async (original) => ({
  ...(await original<object>()),
  updateVariantMutation: () => ({ mutationFn: save }),
  getVariantOptions: () => ({ queryKey: ["variant"], queryFn: read }),
}));

const variant = { id: "v", version: 1, channel: "email", subject: "Hi", text: "One" } as Variant;
beforeEach(() => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <EditDialog variant={variant} onClose={() => undefined} />
      <Toasts />
    </QueryClientProvider>,
  );
});

it("saves nothing while nothing is changed, and says why", async () => {
  const button = screen.getByRole("button", { name: "Save only" });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(button.nextElementSibling?.textContent).toBe("Nothing is changed yet");
});

it("says when the version of somebody else cannot be read", async () => {
  save.mockRejectedValue(new ApiProblem({ kind: "changed", status: 412 }));
  read.mockRejectedValue(new ApiProblem({ kind: "server", status: 500 }));
  await userEvent.type(screen.getByRole("textbox", { name: "Text" }), " more");
  await userEvent.click(screen.getByRole("button", { name: "Save only" }));
  await waitFor(() =>
    expect(document.body.textContent).toContain("The version of somebody else could not be read"),
  );
});
