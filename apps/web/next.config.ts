import { join } from 'node:path';
import type { NextConfig } from 'next';

const root = join(import.meta.dirname ?? __dirname, '../..');

const config: NextConfig = {
  outputFileTracingRoot: root,
  turbopack: { root },
  poweredByHeader: false,
  // Every page depends on its viewer, so nothing is rendered ahead of time and no page is ever kept by a shared cache.
  // Titles belong into <head> for everybody: the default streams them behind the body for browsers.
  htmlLimitedBots: /.*/,
  devIndicators: false,
};

export default config;
