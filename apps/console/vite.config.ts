import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `vite` serves the console while developing, against a Chartwire server on its usual port. */
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { proxy: { '/trpc': { target: 'http://127.0.0.1:4000', ws: true } } },
})
