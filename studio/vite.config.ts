import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

// `npm run dev` shows the page with the API of a running `./stipple serve`.
const server = process.env.STIPPLE ?? 'http://127.0.0.1:8080';
const proxied = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false })],
  server: { proxy: { '/v1': proxied, '/capabilities': proxied, '/health': proxied } },
  build: {
    outDir: '../server/src/main/resources/studio',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The server refuses data: addresses of anything but pictures, and everything is small.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
