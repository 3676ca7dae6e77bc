import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from "react-aria-components";

export interface TabItem {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

/** Views of one thing. The chosen one belongs into the URL: `value` and `onChange` from nuqs. */
export function Tabs(props: {
  label: string;
  items: readonly TabItem[];
  value: string;
  onChange: (id: string) => void;
}) {
  const { label, items, value, onChange } = props;
  return (
    <AriaTabs selectedKey={value} onSelectionChange={(key) => onChange(String(key))}>
      <TabList aria-label={label} className="tabs">
        {items.map((item) => (
          <Tab key={item.id} id={item.id}>
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id}>
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
