import { AxiosError, isCancel } from "axios";
import type { Problem } from "./client";

/** What went wrong, as far as a person has to know: each kind has its own words and its own way out. */
export type ProblemKind =
  | "signed-out" // 401
  | "forbidden" // 403
  | "gone" // 404, 410
  | "conflict" // 409: right request, wrong state
  | "changed" // 412: somebody else changed it meanwhile
  | "invalid" // 400, 413, 415, 422
  | "too-many" // 429
  | "server" // 5xx
  | "offline" // no answer at all
  | "timeout"; // no answer in time, or 504: the effect may have happened

export interface FieldFault {
  /** JSON pointer into the body that was sent, such as "/plan/metrics/0". */
  pointer: string;
  detail: string;
}

/** Every failed request of this client, whether the server said why or never answered. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly kind: ProblemKind;
  /** 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** The server's stable name, such as "failed_precondition"; empty when no answer came. */
  readonly code: string;
  readonly requestId: string;
  readonly faults: readonly FieldFault[];
  /** Moves that the present state allows, on a conflict. */
  readonly allowed: readonly string[];
  /** Seconds to wait, from Retry-After; null when the server did not say. */
  readonly retryAfter: number | null;
  readonly at = new Date();

  constructor(parts: {
    kind: ProblemKind;
    status?: number;
    body?: Partial<Problem>;
    requestId?: string;
    retryAfter?: number | null;
  }) {
    const { body = {} } = parts;
    super(body.detail ?? body.title ?? parts.kind);
    this.kind = parts.kind;
    this.status = parts.status ?? 0;
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.code = body.code ?? "";
    this.requestId = body.request_id ?? parts.requestId ?? "";
    this.faults = body.errors ?? [];
    this.allowed = body.allowed ?? [];
    this.retryAfter = parts.retryAfter ?? null;
  }

  /** The fault of one field, by its pointer; undefined when the server has none for it. */
  faultOf(pointer: string): string | undefined {
    return this.faults.find((fault) => fault.pointer === pointer)?.detail;
  }
}

export function kindOf(status: number): ProblemKind {
  if (status === 401) return "signed-out";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "gone";
  if (status === 409) return "conflict";
  if (status === 412) return "changed";
  if (status === 429) return "too-many";
  if (status === 408 || status === 504) return "timeout";
  return status >= 500 ? "server" : "invalid";
}

/** Seconds of a Retry-After header, which may be a number or a date; null when absent or unreadable. */
export function secondsOf(header: unknown, now = Date.now()): number | null {
  if (typeof header !== "string" || header === "") return null;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}

/** Makes an ApiProblem of whatever a request threw; one that already is comes back as it is. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof AxiosError && error.response) {
    const { status, data, headers } = error.response;
    return new ApiProblem({
      kind: kindOf(status),
      status,
      body: bodyOf(data),
      requestId: String(headers["x-request-id"] ?? ""),
      retryAfter: secondsOf(headers["retry-after"]),
    });
  }
  if (error instanceof AxiosError) {
    const isLate = error.code === AxiosError.ECONNABORTED || error.code === AxiosError.ETIMEDOUT;
    return new ApiProblem({ kind: isLate ? "timeout" : "offline" });
  }
  if (isCancel(error)) return new ApiProblem({ kind: "timeout" });
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiProblem({ kind: "server", body: { detail, title: "This page made a mistake" } });
}

/** A request for text or bytes has its problem in that form too. */
function bodyOf(data: unknown): Partial<Problem> {
  if (data instanceof ArrayBuffer) return bodyOf(new TextDecoder().decode(data));
  if (typeof data === "string") {
    try {
      return JSON.parse(data) as Partial<Problem>;
    } catch {
      return {};
    }
  }
  return typeof data === "object" && data !== null ? (data as Partial<Problem>) : {};
}

export interface Words {
  /** One sentence: what happened. */
  what: string;
  /** One sentence: what holds now, or what to do. */
  next: string;
  /** Whether the same request again can help. */
  canRetry: boolean;
}

/** The plain words of a problem. `subject` is what was asked for, such as "The jobs". */
export function wordsOf(problem: ApiProblem, subject: string): Words {
  const said = problem.detail;
  switch (problem.kind) {
    case "signed-out":
      return { what: "You were signed out.", next: "What you typed is kept.", canRetry: true };
    case "forbidden":
      return {
        what: "Your role may not see this.",
        next: said || "Ask an administrator of this workspace.",
        canRetry: false,
      };
    case "gone":
      return {
        what: `${subject} could not be found.`,
        next: "It may have been removed, or the address is wrong.",
        canRetry: false,
      };
    case "conflict":
      return {
        what: said || `${subject} changed in between.`,
        next:
          problem.allowed.length > 0
            ? `Possible now: ${problem.allowed.join(", ")}.`
            : "Read it again to see its present state.",
        canRetry: true,
      };
    case "changed":
      return {
        what: "Somebody else changed this in the meantime.",
        next: "Compare their version with yours before you save.",
        canRetry: true,
      };
    case "invalid":
      return {
        what: said || "The server did not accept this.",
        next: problem.faults.map((fault) => `${fault.pointer}: ${fault.detail}`).join(" "),
        canRetry: false,
      };
    case "too-many":
      return {
        what: "Too many requests.",
        next:
          problem.retryAfter === null
            ? "Wait a moment, then try again."
            : `Next try in ${problem.retryAfter} s.`,
        canRetry: true,
      };
    case "server":
      return {
        what: `${subject} could not be read.`,
        next: said || "The server failed.",
        canRetry: true,
      };
    case "offline":
      return {
        what: "No connection to the server.",
        next: "It is tried again as soon as there is one.",
        canRetry: true,
      };
    case "timeout":
      return {
        what: "The server did not answer in time.",
        next: "It may still finish. Look again before you repeat a change.",
        canRetry: true,
      };
  }
}
