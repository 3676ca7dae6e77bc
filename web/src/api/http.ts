import axios from "axios";
import { client } from "./client/client.gen";
import { problemOf } from "./problem";

const TIMEOUT_MS = 20_000;

/** The path below which the server lives, without a slash at its end: "" or "/cpo". */
export function basePath(): string {
  return new URL(document.baseURI).pathname.replace(/\/[^/]*$/, "");
}

/** The address of the event stream, below the same prefix. */
export function streamUrl(): string {
  return `${basePath()}/api/v1/stream`;
}

/**
 * The one Axios instance. Reads the XSRF cookie of the session and sends it back as a header;
 * whatever fails is thrown as ApiProblem.
 */
export const http = axios.create({
  baseURL: basePath(),
  timeout: TIMEOUT_MS,
  withCredentials: true,
  withXSRFToken: true,
  xsrfCookieName: "XSRF-TOKEN",
  xsrfHeaderName: "X-XSRF-Token",
});

http.interceptors.response.use(undefined, (error: unknown) => {
  if (axios.isCancel(error)) throw error;
  throw problemOf(error);
});

client.setConfig({ axios: http, baseURL: basePath(), throwOnError: true });

/** The If-Match header of a version that a screen has shown. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}

/** A key under which a start may be sent again without a second effect. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
