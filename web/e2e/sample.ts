import type { Page } from "@playwright/test";
import { Caller } from "./api";
import type { Served } from "./server";

export const ADMIN = { email: "ada@example.org", password: "correct horse battery" };

/** Makes the workspace with its administrator, who then calls the API. */
export async function setUp(served: Served): Promise<Caller> {
  const answer = await fetch(`${served.url}/api/v1/auth/setup`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      ...ADMIN,
      name: "Ada",
      token: served.setupToken,
      workspace: "Gift shop",
    }),
  });
  if (!answer.ok) throw new Error(`set-up: ${answer.status} ${await answer.text()}`);
  return Caller.signIn(served.url, ADMIN.email, ADMIN.password);
}

/** Signs the browser in without the form, which other tests walk through. */
export async function enter(page: Page, served: Served) {
  const answer = await page.request.post(`${served.url}/api/v1/auth/session`, { data: ADMIN });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}

/** Asks until `isDone` holds. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  isDone: (answer: Answer) => boolean,
): Promise<Answer> {
  for (let tries = 0; tries < 200; ++tries) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error("it did not happen in time");
}

interface Item {
  id: string;
  version: number;
  state: string;
}
interface Run extends Item {
  segmentation_run: string;
  generation_run: string;
  experiments: string[];
}

const isOver = (item: Item) => item.state === "succeeded" || item.state === "failed";

/** The sample's customers and its content, all approved. */
export async function loadSample(caller: Caller) {
  const { import: id } = await caller.send<{ import: string }>("POST", "/customers/imports/sample");
  await until(() => caller.get<Item>(`/customers/imports/${id}`), isOver);
  const { items } = await caller.get<{ items: Item[] }>(
    "/retrieval/documents?state=draft&limit=200",
  );
  const documents = items.map((document) => ({ id: document.id, version: document.version }));
  await caller.post("/retrieval/documents/approvals", { documents });
}

/** A campaign with one run to its end. */
export async function runCampaign(caller: Caller): Promise<Run & { campaign: string }> {
  const { id } = await caller.post<Item>("/campaigns", {
    name: "Win back",
    goal: "win back customers who have gone quiet",
  });
  const { run } = await caller.send<{ run: string }>("POST", `/campaigns/${id}/runs`);
  const done = await until(() => caller.get<Run>(`/campaigns/${id}/runs/${run}`), isOver);
  return { ...done, campaign: id };
}
