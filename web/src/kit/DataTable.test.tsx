import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, useLocation } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DataTable, type Column, type DataTableProps } from "./DataTable";

interface Segment {
  id: string;
  name: string;
  size: number;
}

const rows: readonly Segment[] = [
  { id: "a", name: "Regulars", size: 614 },
  { id: "b", name: "Gift buyers", size: 1127 },
];
const columns: readonly Column<Segment>[] = [
  { id: "name", header: "Segment", cell: (row) => row.name },
  { id: "size", header: "Customers", cell: (row) => row.size, isNumber: true, isSortable: true },
  { id: "low", header: "Stability", cell: () => "0.9", isLow: true },
];

function Where() {
  return <output>{useLocation().search}</output>;
}

function show(props: Partial<DataTableProps<Segment>> = {}) {
  return render(
    <MemoryRouter>
      <DataTable
        caption="Segments"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        hrefOf={(row) => `?segment=${row.id}`}
        {...props}
      />
      <Where />
    </MemoryRouter>,
  );
}

const wide = window.matchMedia;
afterEach(() => {
  window.matchMedia = wide;
});

describe("A table", () => {
  it("is a native table with row headers that link", () => {
    show();
    expect(screen.getByRole("table", { name: "Segments" })).toBeDefined();
    const header = screen.getByRole("rowheader", { name: "Regulars" });
    expect(within(header).getByRole("link").getAttribute("href")).toBe("/?segment=a");
  });

  it("opens a row by a click anywhere in it", async () => {
    show();
    await userEvent.click(screen.getByText("1127"));
    expect(screen.getByRole("status").textContent).toBe("?segment=b");
  });

  it("says by which column it is sorted, and asks for the other direction", async () => {
    const onSort = vi.fn();
    show({ sort: { column: "size", direction: "descending" }, onSort });
    const header = screen.getByRole("columnheader", { name: "Customers" });
    expect(header.getAttribute("aria-sort")).toBe("descending");
    await userEvent.click(within(header).getByRole("button"));
    expect(onSort).toHaveBeenCalledWith({ column: "size", direction: "ascending" });
  });

  it("walks its rows with j and k", async () => {
    show();
    await userEvent.tab();
    await userEvent.keyboard("j");
    expect(document.activeElement?.textContent).toBe("Gift buyers");
    await userEvent.keyboard("k");
    expect(document.activeElement?.textContent).toBe("Regulars");
  });

  it("gives up its low columns beside a peek", () => {
    show({ isCompact: true });
    expect(screen.queryByRole("columnheader", { name: "Stability" })).toBeNull();
  });

  it("is a real list of cards on a phone", () => {
    window.matchMedia = (query) =>
      ({ ...wide(query), matches: query.includes("max-width") }) as MediaQueryList;
    show();
    expect(screen.queryByRole("table")).toBeNull();
    const list = screen.getByRole("list", { name: "Segments" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(2);
  });
});
