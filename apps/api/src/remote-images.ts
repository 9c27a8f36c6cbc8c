import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { ImageCache, OutboundHttp, RemoteImages } from '@granary/forge';
import type { ImageRules } from '@granary/render';
import type { Runtime } from '@granary/runtime';

const MAX_CACHE_BYTES = 256 * 1024 * 1024;
const MAX_CACHE_AGE_MS = 86_400_000;

/** Where pages take images of other hosts from, by the operator's choice. */
export function imageRulesOf({ config, data }: Runtime): ImageRules {
  const key = hkdfSync('sha256', data.instanceSecret, '', 'granary image proxy', 32);
  return {
    hubOrigin: new URL(config.baseUrl).origin,
    proxyKey: config.imageProxy ? Buffer.from(key).toString('base64url') : null,
  };
}

/** Public hosts by https alone: who writes a README is nobody whom the operator trusts with addresses of the inside. */
export function remoteImagesOf({ data }: Runtime): RemoteImages {
  const outbound = new OutboundHttp({ allowHttp: false, allowedHosts: [] });
  const directory = join(data.git, 'images');
  return new RemoteImages({
    outbound,
    cache: new ImageCache({ directory, maxBytes: MAX_CACHE_BYTES, maxAgeMs: MAX_CACHE_AGE_MS }),
  });
}
