import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ImportForm } from "./ImportForm";

const preview = vi.hoisted(() => vi.fn());
vi.mock("../api/client", async (original) => ({
  ...(await original<object>()),
  previewImport: preview,
}));
vi.mock("./front", () => ({
  frontOf: () => Promise.resolve({ bytes: new Uint8Array(), isWhole: true }),
}));

const ROLES = ["order", "customer", "time", "article", "quantity", "price", "amount", "name"];

it("does not send a file by the preview of another one", async () => {
  preview.mockResolvedValueOnce({
    data: {
      columns: ROLES,
      mapping: {},
      problem: null,
      customers: 5,
      lines: 9,
      set_aside: [],
      rows: [],
      rejected: [],
      rejected_count: 0,
      notices: [],
    },
  });
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <ImportForm onStarted={() => undefined} />
    </QueryClientProvider>,
  );
  const choose = async (name: string) => {
    const input = container.querySelector<HTMLInputElement>("input[type=file]");
    if (!input) throw new Error("there is no input");
    await userEvent.upload(input, new File(["a"], name, { type: "text/csv" }));
  };
  await choose("first.csv");
  await waitFor(() => expect(screen.getByText("5 customers")).toBeTruthy());
  preview.mockReturnValue(new Promise(() => undefined));
  await choose("second.csv");
  const button = screen.getByRole("button", { name: "Import second.csv" });
  expect(screen.queryByText("5 customers")).toBeNull();
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(screen.getByText("Wait for the preview")).toBeTruthy();
});
