import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Document, Experiment, Session, Variant } from "../api/client";
import { ApproveManyDialog } from "../features/content/ApproveManyDialog";
import { EditDialog as EditExperiment } from "../features/experiments/EditDialog";
import { SessionContext } from "../shell/session";
import { DecideDialog } from "./DecideDialog";

const sent = vi.hoisted(() => vi.fn());
vi.mock("../api/client/@tanstack/react-query.gen", async (original) => ({
  ...(await original<object>()),
  reviewVariantMutation: () => ({ mutationFn: sent }),
  approveDocumentsMutation: () => ({ mutationFn: sent }),
}));
vi.mock("../api/client", async (original) => ({
  ...(await original<object>()),
  updateExperiment: sent,
}));

const me = { id: "me", role: "reviewer" } as Session;
const Around = ({ children }: { children: ReactNode }) => (
  <SessionContext.Provider value={me}>
    <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
  </SessionContext.Provider>
);
const nothing = () => undefined;
afterEach(() => sent.mockReset());

/** Draws the dialog, then lets the data under it change as a live event would. */
function changeUnder(before: ReactNode, after: ReactNode) {
  sent.mockReturnValue(new Promise(() => undefined));
  const { rerender } = render(<Around>{before}</Around>);
  rerender(<Around>{after}</Around>);
}

describe("A dialog sends what was read at its opening", () => {
  it("when a variant is approved", async () => {
    const variant = { id: "v", version: 3, subject: "Read", text: "" } as Variant;
    const later = { ...variant, version: 4, subject: "Not read" };
    changeUnder(
      <DecideDialog variant={variant} how="approve" onClose={nothing} />,
      <DecideDialog variant={later} how="approve" onClose={nothing} />,
    );
    expect(screen.getByText("Read")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Approve" }));
    expect(sent.mock.calls[0]?.[0]).toMatchObject({ headers: { "If-Match": '"3"' } });
  });

  it("when drafts are approved, and counts exactly those", async () => {
    const draft = (id: string, version: number, author = "them") =>
      ({ id, version, edited_by: author, content: { title: id } }) as Document;
    const before = [draft("a", 1), draft("b", 1), draft("own", 1, "me")];
    changeUnder(
      <ApproveManyDialog drafts={before} onClose={nothing} />,
      <ApproveManyDialog drafts={[draft("a", 2), draft("c", 1)]} onClose={nothing} />,
    );
    await userEvent.click(screen.getByRole("button", { name: "Approve 2 documents" }));
    expect(sent.mock.calls[0]?.[0]).toEqual({
      body: {
        documents: [
          { id: "a", version: 1 },
          { id: "b", version: 1 },
        ],
      },
    });
  });

  it("when an experiment is edited: what a colleague saved is not undone", async () => {
    const experiment = {
      id: "e",
      version: 7,
      state: "running",
      description: "Old",
      coverage: 0.5,
      arms: [],
    } as unknown as Experiment;
    const later = { ...experiment, version: 8, description: "A colleague's" };
    changeUnder(
      <EditExperiment experiment={experiment} onClose={nothing} />,
      <EditExperiment experiment={later} onClose={nothing} />,
    );
    const save = screen.getByRole("button", { name: /Save/ });
    expect(save.getAttribute("aria-disabled")).toBe("true");
    const coverage = screen.getByRole("textbox", { name: /Coverage/ });
    await userEvent.clear(coverage);
    await userEvent.type(coverage, "60");
    await userEvent.click(screen.getByRole("button", { name: /Save/ }));
    expect(sent.mock.calls[0]?.[0]).toMatchObject({
      headers: { "If-Match": '"7"' },
      body: { coverage: 0.6 },
    });
    expect(sent.mock.calls[0]?.[0].body).not.toHaveProperty("description");
  });
});
