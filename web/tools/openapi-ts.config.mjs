/**
 * The client comes from the one HTTP contract. The event stream is read by src/live/hub.ts, and
 * operations that give text to programs (metrics, the document, its page) have no screen.
 */
export default {
  input: "../api/openapi.yaml",
  output: { path: "src/api/client", postProcess: [] },
  parser: {
    filters: {
      orphans: true,
      operations: {
        exclude: ["GET /api/v1/stream", "GET /metrics", "GET /api/openapi.yaml", "GET /api/docs"],
      },
    },
  },
  plugins: [
    { name: "@hey-api/client-axios", throwOnError: true },
    "@hey-api/typescript",
    "@hey-api/sdk",
    { name: "@tanstack/react-query", queryKeys: { tags: true } },
    { name: "zod", requests: true, responses: false },
  ],
};
