import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import { StartRunDialog } from "./StartRunDialog";

const start = vi.hoisted(() => vi.fn());
vi.mock("../../api/client/@tanstack/react-query.gen", async (original) => ({
  ...(await original<object>()),
  startSegmentationRunMutation: () => ({ mutationFn: start }),
  listCustomersOptions: () => ({
    queryKey: ["customers"],
    queryFn: () => ({ items: [], total: 9 }),
  }),
}));

it("keeps its idempotency key until an answer came", async () => {
  start.mockRejectedValueOnce(new ApiProblem({ kind: "offline", status: 0 }));
  start.mockRejectedValue(new ApiProblem({ kind: "server", status: 500 }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <StartRunDialog isOpen onClose={() => undefined} />
    </QueryClientProvider>,
  );
  for (const times of [1, 2, 3]) {
    await userEvent.click(screen.getByRole("button", { name: "Compute segments" }));
    await waitFor(() => expect(start).toHaveBeenCalledTimes(times));
  }
  const [lost, again, anew] = start.mock.calls.map(
    ([sent]) => (sent as { headers: Record<string, string> }).headers["Idempotency-Key"],
  );
  expect(again).toBe(lost);
  expect(anew).not.toBe(again);
});
