import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
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

beforeEach(() => {
  start.mockReset();
});

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <StartRunDialog isOpen onClose={() => undefined} />
    </QueryClientProvider>,
  );

it("sends the seconds of the choice in milliseconds, and only where there is a choice", async () => {
  start.mockRejectedValue(new ApiProblem({ kind: "server", status: 500 }));
  open();
  const seconds = screen.getByLabelText("Seconds to choose in, about");
  const press = () => userEvent.click(screen.getByRole("button", { name: "Compute segments" }));
  for (const wrong of ["0", "x", "4000"]) {
    await userEvent.clear(seconds);
    await userEvent.type(seconds, wrong);
    await press();
    screen.getByText("A number above 0, at most 3,600");
  }
  await userEvent.clear(seconds);
  await userEvent.type(seconds, "0.5");
  await press();
  await waitFor(() => expect(start).toHaveBeenCalledTimes(1));
  const sent = () => (start.mock.lastCall as [{ body: object }])[0].body;
  expect(sent()).toMatchObject({ algorithm: "auto", budget_ms: 500 });
  await userEvent.click(screen.getByText("My own number"));
  await press();
  await waitFor(() => expect(start).toHaveBeenCalledTimes(2));
  expect(sent()).not.toHaveProperty("budget_ms");
});

it("cuts a tree at a height, and only a tree", async () => {
  start.mockRejectedValue(new ApiProblem({ kind: "server", status: 500 }));
  open();
  const press = () => userEvent.click(screen.getByRole("button", { name: "Compute segments" }));
  const sent = () => (start.mock.lastCall as [{ body: object }])[0].body;
  expect(screen.queryByText("Cut at a height")).toBeNull();
  await userEvent.click(screen.getByText("Everybody, as a tree"));
  await userEvent.click(screen.getByText("Cut at a height"));
  await press();
  expect(start).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Height"), "-1");
  screen.getByText("A number above 0, such as 12.5");
  await userEvent.clear(screen.getByLabelText("Height"));
  await userEvent.type(screen.getByLabelText("Height"), "2.5");
  await userEvent.click(screen.getByLabelText(/on all customers in them/));
  await press();
  await waitFor(() => expect(start).toHaveBeenCalledTimes(1));
  expect(sent()).toEqual({
    algorithm: "hierarchical",
    linkage: "ward",
    cut_height: 2.5,
    scaling: "auto",
    exact_silhouette: true,
  });
  await userEvent.click(screen.getByText("Everybody"));
  await press();
  await waitFor(() => expect(start).toHaveBeenCalledTimes(2));
  expect(sent()).toMatchObject({ algorithm: "auto", clusters: 0 });
  expect(sent()).not.toHaveProperty("cut_height");
});

it("keeps its idempotency key until an answer came", async () => {
  start.mockRejectedValueOnce(new ApiProblem({ kind: "offline", status: 0 }));
  start.mockRejectedValue(new ApiProblem({ kind: "server", status: 500 }));
  open();
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
