import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env.WIREGRAD_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  // Routes such as /graphs/abc are served the same page, so assets are addressed from the root.
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../backend/wiregrad/server/static",
    emptyOutDir: true,
    // The libraries and fonts inside the page ask that their licenses travel with it.
    license: { fileName: "licenses.md" },
    target: "es2023",
    // The page may not load anything from elsewhere, and small files inlined as data: URLs would need a wider policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": {
        target: SERVER,
        ws: true,
        // The server compares Origin with Host, so a proxied request has to carry the server's own.
        changeOrigin: true,
        headers: { origin: SERVER },
      },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
