import { pipeline } from 'node:stream/promises';
import type { BareRepository } from '@granary/forge';
import { streamGit } from '@granary/git-process';
import type { Response } from 'express';

/** A blob as it is, of any size. Nothing of it may run in a browser. */
export async function sendBlob(bare: BareRepository, oid: string, response: Response): Promise<void> {
  response.set({
    'Content-Type': 'application/vnd.github.raw; charset=utf-8',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Disposition': 'attachment',
    'X-Content-Type-Options': 'nosniff',
  });
  const args = ['cat-file', 'blob', oid];
  const content = streamGit(bare.home, { repositoryPath: bare.path, signal: bare.signal, args });
  await pipeline(content, response, { signal: bare.signal });
}
