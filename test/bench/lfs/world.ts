import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LfsAction, LfsBatchResponse } from '@granary/wire';
import { startHub, workspace, type Actor, type Hub } from '../../support';
import { startDatabase } from '../../support/database';
import { startNginx } from '../nginx';

export const MIB = 1024 * 1024;
const LFS_JSON = 'application/vnd.git-lfs+json';

/** The hub on its embedded store, and nginx with a directory that it serves and takes files into. */
export interface World {
  hub: Hub;
  alice: Actor;
  /** postgres:// URL of the hub's database. */
  databaseUrl: string;
  peer: { url: string; root: string };
  directory: string;
  runs: number;
  say(text: string): void;
}

/** RFC 4918's PUT alone; nginx writes the body to a temporary file first and renames it, as it does by default. */
const davOf = (root: string, temporary: string) => `
    location / {
      root ${root};
      sendfile on;
      dav_methods PUT;
      client_body_temp_path ${temporary};
    }`;

export async function openWorld(runs: number, say: (text: string) => void): Promise<World> {
  say('Starting the hub and nginx with WebDAV');
  const { url: databaseUrl } = await startDatabase();
  const hub = await startHub({ ssh: false, env: { DATABASE_URL: databaseUrl } });
  const alice = await hub.actor('alice');
  const directory = workspace('bench');
  const root = join(directory, 'served');
  mkdirSync(root);
  const { url } = await startNginx(directory, davOf(root, join(root, '.incoming')));
  return { hub, alice, databaseUrl, peer: { url, root }, directory, runs, say };
}

export interface LargeFile {
  path: string;
  oid: string;
  sizeBytes: number;
}

/** A file that does not compress. Blocks of it repeat: only its content must be new each time, not each byte. */
export async function writeNoise(path: string, sizeMib: number): Promise<void> {
  const file = await open(path, 'w');
  try {
    const block = randomBytes(8 * MIB);
    for (let written = 0; written < sizeMib; written += 8) {
      block.writeUInt32BE(written, 0);
      await file.write(block, 0, Math.min(8, sizeMib - written) * MIB);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The same file with another content: its first bytes are new. */
export async function renewed(path: string, sizeMib: number): Promise<LargeFile> {
  const file = await open(path, 'r+');
  await file.write(randomBytes(64), 0, 64, 0);
  await file.close();
  return { path, oid: await sha256Of(path), sizeBytes: sizeMib * MIB };
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest('hex');
}

/** One batch request for one object. @throws Error when the answer has no such action. */
export async function actionFor(
  { hub, alice }: World,
  path: string,
  { operation, object }: { operation: 'upload' | 'download'; object: LargeFile },
): Promise<LfsAction> {
  const answer = await fetch(`${hub.url}/${path}.git/info/lfs/objects/batch`, {
    method: 'POST',
    headers: { 'content-type': LFS_JSON, authorization: `Bearer ${alice.token}` },
    body: JSON.stringify({ operation, objects: [{ oid: object.oid, size: object.sizeBytes }] }),
  });
  const text = await answer.text();
  const action = answer.ok ? (JSON.parse(text) as LfsBatchResponse).objects[0]?.actions?.[operation] : undefined;
  if (!action) throw new Error(`no ${operation} action: ${text}`);
  return action;
}
