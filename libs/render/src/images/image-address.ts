import { isSignatureOf, signatureOf } from '@granary/kernel';

/** Below it lie the addresses of images of other hosts, which the hub fetches for its readers. */
export const IMAGE_PROXY_PREFIX = '/-/image';

const MAX_URL_CHARACTERS = 2048;

/**
 * Where the hub hands out the image that lies at `url`. Only what the hub itself wrote on a page can be fetched: the
 * address is signed.
 *
 * @returns null for a URL that is too long to be one of an image.
 */
export function imageAddressOf(url: string, key: string): string | null {
  if (url.length > MAX_URL_CHARACTERS) return null;
  return `${IMAGE_PROXY_PREFIX}/${signatureOf(signedText(url), key)}/${Buffer.from(url).toString('base64url')}`;
}

/** @returns the URL that an address of {@link imageAddressOf} stands for, null where the hub did not write it. */
export function imageUrlOf(signature: string, encodedUrl: string, key: string): string | null {
  const url = Buffer.from(encodedUrl, 'base64url').toString();
  if (url.length > MAX_URL_CHARACTERS) return null;
  return isSignatureOf(signedText(url), signature, key) ? url : null;
}

function signedText(url: string): string {
  return `image ${Buffer.byteLength(url)} ${url}`;
}
