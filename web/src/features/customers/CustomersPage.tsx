import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createSerializer, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCallback, useState } from "react";
import type { Customer } from "../../api/client";
import { listCustomersOptions } from "../../api/client/@tanstack/react-query.gen";
import { featuresOf, featureValue, featureWords, KNOWN_FEATURES } from "../../api/features";
import {
  Button,
  ButtonLink,
  type Column,
  counted,
  DataTable,
  Pager,
  Panel,
  PanelState,
  PeekLayout,
  RelativeTime,
  Tabs,
  TextField,
} from "../../kit";
import { Page } from "../../shell/Page";
import { useCan } from "../../shell/session";
import { hasFeature } from "..";
import { CustomerPeek } from "./CustomerPeek";
import { ImportsPanel } from "./ImportsPanel";
import { UploadDialog } from "./UploadDialog";

const PAGE_SIZE = 100;
const TABS = ["customers", "imports"] as const;
const PARSERS = {
  tab: parseAsStringLiteral(TABS).withDefault("customers"),
  before: parseAsString,
  after: parseAsString,
  customer: parseAsString,
};
const inUrl = createSerializer(PARSERS);
/** What the table shows of customers from orders; others show their first columns. */
const SHOWN = ["recency_days", "frequency", "monetary", "average_order_value", "recent_90d_share"];

/** Everybody in the workspace with what their orders say, and the files they came from. */
export default function CustomersPage() {
  const [url, setUrl] = useQueryStates(PARSERS, { history: "push" });
  const [isUploading, setUploading] = useState(false);
  const canImport = useCan("editor");
  const total = useQuery(listCustomersOptions({ query: { limit: 1 } })).data?.total;
  return (
    <Page
      title="Customers"
      sub={total === undefined ? "Everybody in this workspace" : counted(total, "customer")}
      actions={
        canImport ? (
          <Button variant="primary" onPress={() => setUploading(true)}>
            Import a file
          </Button>
        ) : null
      }
    >
      <Tabs
        label="Customers and imports"
        value={url.tab}
        onChange={(tab) =>
          void setUrl({
            tab: tab as (typeof TABS)[number],
            customer: null,
            before: null,
            after: null,
          })
        }
        items={[
          {
            id: "customers",
            label: "Customers",
            content: <List url={url} setUrl={setUrl} onUpload={() => setUploading(true)} />,
          },
          {
            id: "imports",
            label: "Imports",
            content: <ImportsPanel onUpload={() => setUploading(true)} />,
          },
        ]}
      />
      {isUploading ? (
        <UploadDialog
          onClose={() => setUploading(false)}
          onStarted={() => void setUrl({ tab: "imports", customer: null })}
        />
      ) : null}
    </Page>
  );
}

type Url = ReturnType<typeof useQueryStates<typeof PARSERS>>[0];
type SetUrl = ReturnType<typeof useQueryStates<typeof PARSERS>>[1];

function List({ url, setUrl, onUpload }: { url: Url; setUrl: SetUrl; onUpload: () => void }) {
  const canImport = useCan("editor");
  const query = useQuery({
    ...listCustomersOptions({
      query: {
        limit: PAGE_SIZE,
        ...(url.before ? { before: url.before } : {}),
        ...(url.after ? { after: url.after } : {}),
      },
    }),
    placeholderData: keepPreviousData,
  });
  const items = query.data?.items ?? [];
  const close = useCallback(() => void setUrl({ customer: null }), [setUrl]);
  const at = items.findIndex((customer) => customer.id === url.customer);
  const step = (by: number) => {
    const next = items[at + by];
    return at >= 0 && next
      ? () => void setUrl({ customer: next.id }, { history: "replace" })
      : undefined;
  };
  return (
    <PeekLayout
      list={
        <Panel
          title="All customers"
          aside={<Find onFind={(customer) => void setUrl({ customer })} onClose={close} />}
        >
          <PanelState
            query={query}
            subject="The customers"
            isEmpty={(page) => page.items.length === 0}
            empty={{
              text: "No customers yet. A file of orders brings them in: one line an article, as shops export it.",
              action: (
                <div className="actions">
                  {canImport ? <Button onPress={onUpload}>Import a file</Button> : null}
                  {canImport && hasFeature("campaigns/new") ? (
                    <ButtonLink to="/campaigns/new?step=customers">Use sample data</ButtonLink>
                  ) : null}
                </div>
              ),
            }}
          >
            {(page) => (
              <>
                <DataTable
                  caption="Customers"
                  columns={columnsOf(page.items)}
                  rows={page.items}
                  keyOf={(customer) => customer.id}
                  hrefOf={(customer) => inUrl({ ...url, customer: customer.id }) || "?"}
                  openKey={url.customer}
                  isCompact={url.customer !== null}
                />
                <Pager
                  order="id"
                  newer={page.previous}
                  older={page.next}
                  onNewer={(after) => void setUrl({ after, before: null })}
                  onOlder={(before) => void setUrl({ before, after: null })}
                  onFirst={
                    url.before || url.after
                      ? () => void setUrl({ before: null, after: null })
                      : undefined
                  }
                />
              </>
            )}
          </PanelState>
        </Panel>
      }
      peek={
        url.customer ? (
          <CustomerPeek
            key={url.customer}
            id={url.customer}
            onClose={close}
            onPrevious={step(-1)}
            onNext={step(1)}
          />
        ) : null
      }
    />
  );
}

/** Opens a customer by the whole id; the server has no search by its beginning yet. */
function Find({ onFind, onClose }: { onFind: (id: string) => void; onClose: () => void }) {
  const [id, setId] = useState("");
  return (
    // Escape closes what was found while the field still has the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className="find"
      onKeyDown={(event) => (event.key === "Escape" ? onClose() : undefined)}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim()) onFind(id.trim());
      }}
    >
      <TextField label="Customer id" value={id} onChange={setId} placeholder="Whole id" />
      <Button type="submit">Open</Button>
    </form>
  );
}

function columnsOf(customers: readonly Customer[]): readonly Column<Customer>[] {
  const has = (name: string) => customers.some((customer) => name in customer.features);
  const known = SHOWN.filter(has);
  const other = featuresOf(customers).filter((name) => !KNOWN_FEATURES.includes(name));
  const isText = (name: string) =>
    customers.some((customer) => typeof customer.features[name] === "string");
  const shown = known.length > 0 ? known : other.slice(0, SHOWN.length);
  return [
    { id: "id", header: "Customer", cell: (customer) => customer.id, width: "16%" },
    ...shown.map((feature, index) => ({
      id: feature,
      header: featureWords(feature),
      isNumber: !isText(feature),
      isLow: index > 1,
      cell: (customer: Customer) => {
        const value = customer.features[feature];
        return value === undefined ? "none" : featureValue(feature, value);
      },
    })),
    {
      id: "updated",
      header: "Updated",
      isNumber: true,
      isLow: true,
      card: "aside" as const,
      cell: (customer) => <RelativeTime at={customer.updated_at} />,
    },
  ];
}
