/** What a column of an orders file means. */
export const ROLES = ["customer", "order", "time", "quantity", "price", "product"] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_WORDS: Record<Role, string> = {
  customer: "Customer",
  order: "Order number",
  time: "Time of the order",
  quantity: "Quantity",
  price: "Price of one",
  product: "Product",
};

/** The one role that a file may lack. */
export const OPTIONAL: Role = "product";

/** "" = no column. A role that is missing was not touched: the guess of the server holds. */
export type Mapping = Partial<Record<Role, string>>;

/** What holds: the reader's choices over what the server found by name. */
export function effective(chosen: Mapping, guessed: Readonly<Record<string, string>>): Mapping {
  const all: Mapping = {};
  for (const role of ROLES) all[role] = chosen[role] ?? guessed[role] ?? "";
  return all;
}

/** The `map` of the request; undefined leaves everything to the server. */
export function mapParameter(chosen: Mapping, guessed: Readonly<Record<string, string>>) {
  if (Object.keys(chosen).length === 0) return undefined;
  const pairs = Object.entries(effective(chosen, guessed)).filter(([, column]) => column !== "");
  return pairs.map(([role, column]) => `${role}=${column}`).join(",");
}

/** Roles that need a column and have none. */
export function missingRoles(mapping: Mapping): Role[] {
  return ROLES.filter((role) => role !== OPTIONAL && !mapping[role]);
}

/** Columns that stand for more than one thing, which is nearly always a slip. */
export function doubledColumns(mapping: Mapping): string[] {
  const columns = Object.values(mapping).filter((column) => column !== "");
  return [...new Set(columns.filter((column, at) => columns.indexOf(column) !== at))];
}
