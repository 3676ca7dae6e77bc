import { gzipSync, brotliCompressSync, constants } from "node:zlib";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const COMPRESS_BYTES_MIN = 1024;
const TEXT_FILES = /\.(js|css|svg|json|txt)$/;

const FONTS = [
  "@fontsource-variable/atkinson-hyperlegible-next",
  "@fontsource-variable/geist-mono",
];

/** Adds the licences of the fonts, and writes name.br and name.gz beside each text file above 1 kB, for the server to send as they are. */
function compress(): Plugin {
  return {
    name: "cpo-compress",
    apply: "build",
    enforce: "post",
    generateBundle() {
      const licences = FONTS.map((font) => readFileSync(`node_modules/${font}/LICENSE`, "utf8"));
      this.emitFile({
        type: "asset",
        fileName: "assets/font-licences.txt",
        source: licences.join("\n\n"),
      });
    },
    writeBundle({ dir }) {
      if (!dir) return;
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
        if (!TEXT_FILES.test(name)) continue;
        const bytes = readFileSync(join(dir, name));
        if (bytes.length <= COMPRESS_BYTES_MIN) continue;
        writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes, { params: quality }));
      }
    },
  };
}

/**
 * What the C++ server does per response, for `vite`: the path prefix in <base> and a nonce. Vite's
 * own inline module needs no policy, so none is sent.
 */
function servePlaceholders(): Plugin {
  const fill = (html: string) =>
    html.replaceAll("__CPO_BASE__", "/").replaceAll("__CPO_NONCE__", "development");
  return {
    name: "cpo-placeholders",
    apply: "serve",
    transformIndexHtml: { order: "pre", handler: fill },
  };
}

const SERVER = process.env.CPO_SERVER ?? "http://127.0.0.1:8080";
const proxy = { "/api": SERVER, "/healthz": SERVER, "/readyz": SERVER };

export default defineConfig({
  base: "./",
  plugins: [
    react(),
    tailwindcss(),
    { ...optimizeLocales.vite({ locales: ["en-US"] }), enforce: "pre" },
    servePlaceholders(),
    compress(),
  ],
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  server: { proxy, host: "127.0.0.1" },
});
