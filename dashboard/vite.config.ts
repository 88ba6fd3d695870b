import { defineConfig } from "vite";

// In development the API is another process; in use the server that has the API serves these files.
const server = process.env.TENURE_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  server: {
    proxy: Object.fromEntries(
      ["/tenure.api.v1.", "/events", "/session"].map((path) => [
        path,
        // The server takes acts of its own pages only, and judges that by the origin.
        { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } },
      ]),
    ),
  },
  build: {
    target: "es2022",
    // A strict content security policy takes no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
