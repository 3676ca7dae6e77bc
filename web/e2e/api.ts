/** A caller of the public API beside the browser: what a shop or a colleague would send. */
export class Caller {
  private cookies = new Map<string, string>();
  private xsrf = "";

  private constructor(private readonly base: string) {}

  static async signIn(base: string, email: string, password: string): Promise<Caller> {
    const caller = new Caller(base);
    const session = await caller.send<{ xsrf_token: string }>("POST", "/auth/session", {
      email,
      password,
    });
    caller.xsrf = session.xsrf_token;
    return caller;
  }

  /** The answer of an operation below /api/v1; throws with the problem where it fails. */
  async send<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.ask(method, path, sent, {
      "Content-Type": "application/json",
      ...headers,
    });
    const text = await answer.text();
    return (text === "" ? null : JSON.parse(text)) as Answer;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.send("POST", path, body);
  }

  /** What is answered in bytes. */
  async bytes(path: string): Promise<Buffer> {
    return Buffer.from(await (await this.ask("GET", path)).arrayBuffer());
  }

  /** Plain or gzip. */
  async sendCsv<Answer>(path: string, csv: string | Uint8Array<ArrayBuffer>): Promise<Answer> {
    const answer = await this.ask("POST", path, csv, { "Content-Type": "text/csv" });
    return (await answer.json()) as Answer;
  }

  private async ask(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        ...(this.xsrf ? { "X-XSRF-Token": this.xsrf } : {}),
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

export interface ExperimentSeen {
  id: string;
  key: string;
  state: string;
  started_at: string | null;
  created_by: string;
  arms: { key: string; variant: string; is_approved: boolean }[];
}

export interface ResultsSeen {
  analysis: {
    advice: string;
    winner: string | null;
    sentence: string;
    primary_metric: string;
    results: {
      metric: string;
      arm: string;
      units: number;
      sum: number;
      mean: number | null;
      difference: number | null;
      adjusted_low: number | null;
      adjusted_high: number | null;
    }[];
  };
}
