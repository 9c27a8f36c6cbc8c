import { join } from 'node:path';
import type { NextConfig } from 'next';

const root = join(import.meta.dirname ?? __dirname, '../..');

const config: NextConfig = {
  outputFileTracingRoot: root,
  turbopack: { root },
  poweredByHeader: false,
  // What describes a page belongs into its <head> for everybody; the default streams it behind the body for browsers.
  htmlLimitedBots: /.*/,
  devIndicators: false,
  // Lint checks the types: a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  // Browsers ask there too: for files that are shown raw, and while React puts a page's <link rel="icon"> in anew.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
};

export default config;
