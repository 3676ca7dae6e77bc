import { AxiosError, AxiosHeaders, type AxiosResponse } from "axios";
import { describe, expect, it } from "vitest";
import { ApiProblem, kindOf, problemOf, secondsOf, wordsOf } from "./problem";

function answered(status: number, data: unknown, headers: Record<string, string> = {}) {
  const config = { headers: new AxiosHeaders() };
  const response = { status, data, headers, statusText: "", config } as unknown as AxiosResponse;
  return new AxiosError("failed", AxiosError.ERR_BAD_RESPONSE, config, {}, response);
}

describe("A problem", () => {
  it.each([
    [400, "invalid"],
    [401, "signed-out"],
    [403, "forbidden"],
    [404, "gone"],
    [409, "conflict"],
    [412, "changed"],
    [422, "invalid"],
    [429, "too-many"],
    [500, "server"],
    [503, "server"],
    [504, "timeout"],
  ] as const)("of status %d is %s", (status, kind) => expect(kindOf(status)).toBe(kind));

  it("carries what the server said, with request id and pointers", () => {
    const problem = problemOf(
      answered(422, {
        type: "about:blank",
        title: "Invalid",
        status: 422,
        detail: "The split adds up to 110 %.",
        code: "invalid_argument",
        request_id: "r-1",
        errors: [{ pointer: "/arms/0/weight", detail: "too large" }],
      }),
    );
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem.requestId).toBe("r-1");
    expect(problem.faultOf("/arms/0/weight")).toBe("too large");
    expect(problem.faultOf("/arms/1/weight")).toBeUndefined();
    expect(problem.message).toBe("The split adds up to 110 %.");
  });

  it("reads Retry-After as seconds and as a date", () => {
    expect(problemOf(answered(429, {}, { "retry-after": "12" })).retryAfter).toBe(12);
    const now = Date.parse("2026-11-27T03:00:00Z");
    expect(secondsOf("Fri, 27 Nov 2026 03:00:30 GMT", now)).toBe(30);
    expect(secondsOf("soon")).toBeNull();
  });

  it("without an answer is offline or late", () => {
    expect(problemOf(new AxiosError("x", AxiosError.ERR_NETWORK)).kind).toBe("offline");
    expect(problemOf(new AxiosError("x", AxiosError.ECONNABORTED)).kind).toBe("timeout");
  });

  it("that came as text or bytes is read as well, and a page of a proxy does not break it", () => {
    const text = '{"request_id":"r-2"}';
    expect(problemOf(answered(404, text)).requestId).toBe("r-2");
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(problemOf(answered(404, bytes.buffer)).requestId).toBe("r-2");
    expect(problemOf(answered(502, "<html>")).kind).toBe("server");
  });

  it("has different words for every kind", () => {
    const statuses = [401, 403, 404, 409, 412, 422, 429, 500, 504];
    const problems = statuses.map((status) => problemOf(answered(status, {})));
    problems.push(problemOf(new AxiosError("x", AxiosError.ERR_NETWORK)));
    const words = problems.map((problem) => wordsOf(problem, "The jobs").what);
    expect(new Set(words).size).toBe(words.length);
  });

  it("of a conflict names what is allowed", () => {
    const problem = problemOf(answered(409, { detail: "It is a draft.", allowed: ["start"] }));
    expect(wordsOf(problem, "The experiment")).toMatchObject({
      what: "It is a draft.",
      next: "Possible now: start.",
    });
  });
});
