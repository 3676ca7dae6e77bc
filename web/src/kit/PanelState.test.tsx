import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../api/problem";
import { PanelState, type PanelQuery, type PanelStateProps } from "./PanelState";

type Names = readonly string[];

const query: PanelQuery<Names> = {
  data: ["Regulars"],
  error: null,
  isPending: false,
  isFetching: false,
  dataUpdatedAt: Date.UTC(2026, 10, 19, 14, 2, 11),
  refetch: () => undefined,
};

function show(changes: Partial<PanelQuery<Names>>, props: Partial<PanelStateProps<Names>> = {}) {
  return render(
    <PanelState<Names>
      query={{ ...query, ...changes }}
      subject="The segments"
      isEmpty={(names) => names.length === 0}
      empty={{ text: "Segments group customers.", action: <button>Import customers</button> }}
      {...props}
    >
      {(names) => names.map((name) => <p key={name}>{name}</p>)}
    </PanelState>,
  );
}
const failure = new ApiProblem({
  kind: "server",
  status: 500,
  body: { request_id: "r-9", detail: "The store is away." },
});

afterEach(() => vi.useRealTimers());

describe("A panel", () => {
  it("shows nothing, then a skeleton after 150 ms", () => {
    vi.useFakeTimers();
    const { container } = show({ data: undefined, isPending: true });
    const loading = container.querySelector('[data-state="loading"]');
    expect(loading?.className).toBe("invisible");
    act(() => vi.advanceTimersByTime(150));
    expect(loading?.className).toBe("");
    expect(container.querySelectorAll(".skeleton").length).toBeGreaterThan(0);
  });

  it("that is empty because new says what it is, and one action", () => {
    show({ data: [] });
    expect(screen.getByText("Segments group customers.")).toBeDefined();
    expect(screen.getByRole("button", { name: "Import customers" })).toBeDefined();
  });

  it("that is empty because filtered names the filters, and one click clears them", async () => {
    const clear = vi.fn();
    const filters = [{ name: "Stability", value: "under 0.8", onRemove: () => undefined }];
    show({ data: [] }, { filters, onClearFilters: clear });
    expect(screen.getByText("under 0.8")).toBeDefined();
    expect(screen.queryByText("Segments group customers.")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Clear filter" }));
    expect(clear).toHaveBeenCalledOnce();
  });

  it("that failed says what, with the request id, and tries again", async () => {
    const refetch = vi.fn();
    show({ data: undefined, error: failure, refetch });
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain("The segments could not be read.");
    expect(alert.textContent).toContain("r-9");
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(refetch).toHaveBeenCalledOnce();
  });

  it("that may not be seen offers no retry", () => {
    const forbidden = new ApiProblem({ kind: "forbidden", status: 403 });
    show({ data: undefined, error: forbidden });
    expect(screen.getByRole("alert").dataset["kind"]).toBe("forbidden");
    expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
  });

  it("that is stale keeps its content and says as of when", () => {
    const { container } = show({ error: failure });
    expect(screen.getByText("Regulars")).toBeDefined();
    expect(container.querySelector('[data-state="stale"]')).not.toBeNull();
    expect(screen.getByRole("status").textContent).toContain("As of");
  });

  it("that is partial names what is missing", () => {
    show({}, { missing: () => ["New this autumn"] });
    expect(screen.getByText("Regulars")).toBeDefined();
    expect(screen.getByRole("status").textContent).toContain("Missing: New this autumn.");
  });

  it("that waits for a rate limit counts down and then asks by itself", () => {
    vi.useFakeTimers();
    const refetch = vi.fn();
    const error = new ApiProblem({ kind: "too-many", status: 429, retryAfter: 2 });
    show({ data: undefined, error, refetch });
    expect(screen.getByRole("alert").textContent).toContain("Next try in 2 s.");
    const said = () => screen.getByRole("alert").querySelector(".sr")?.textContent;
    expect(said()).toBe("Next try in 2 s.");
    act(() => vi.advanceTimersByTime(1_000));
    expect(screen.getByRole("alert").textContent).toContain("Next try in 1 s.");
    expect(said()).toBe("Next try in 2 s."); // Not said again every second.
    act(() => vi.advanceTimersByTime(1_000));
    expect(refetch).toHaveBeenCalledOnce();
  });
});
