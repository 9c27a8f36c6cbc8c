import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LfsAction, LfsBatchResponse } from '@granary/wire';
import type { Actor } from './actor';
import type { HubAt } from './hub';
import { workspace } from './workspace';

export const LFS_JSON = 'application/vnd.git-lfs+json';

export const oidOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
export const objectOf = (bytes: Buffer) => ({ oid: oidOf(bytes), size: bytes.length });

export interface LfsAnswer<T> {
  status: number;
  headers: Headers;
  body: T & { message?: string };
}

/** Speaks LFS's JSON to a repository, as git-lfs does; `authorization` null is nobody. */
export async function postLfs<T>(
  url: string,
  { authorization, body, signal }: { authorization?: string | null; body: unknown; signal?: AbortSignal },
): Promise<LfsAnswer<T>> {
  const headers = { 'content-type': LFS_JSON, ...(authorization ? { authorization } : {}) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T & { message?: string } };
}

/** The LFS side of `path` as `actor` sees it. */
export class LfsRemote {
  constructor(
    readonly actor: Actor<HubAt>,
    readonly path: string,
  ) {}

  get url(): string {
    return `${this.actor.remote(this.path)}/info/lfs`;
  }

  private get authorization(): string {
    return `Bearer ${this.actor.token}`;
  }

  batch(request: object): Promise<LfsAnswer<LfsBatchResponse>> {
    return postLfs(`${this.url}/objects/batch`, { authorization: this.authorization, body: request });
  }

  verify(bytes: Buffer, signal?: AbortSignal): Promise<LfsAnswer<object>> {
    const body = objectOf(bytes);
    return postLfs(`${this.url}/objects/verify`, { authorization: this.authorization, body, signal });
  }

  /** @throws Error when the batch wants no upload. */
  async uploadAction(bytes: Buffer, transfers?: string[]): Promise<LfsAction> {
    const { body } = await this.batch({ operation: 'upload', transfers, objects: [objectOf(bytes)] });
    const action = body.objects[0]?.actions?.upload;
    if (!action) throw new Error(`no upload action: ${JSON.stringify(body)}`);
    return action;
  }

  /** @returns the bytes, or the batch's error for the object. */
  async download(bytes: Buffer, headers: Record<string, string> = {}): Promise<Response | { code: number }> {
    const { body } = await this.batch({ operation: 'download', objects: [objectOf(bytes)] });
    const [object] = body.objects;
    if (object?.error) return object.error;
    return fetch(object?.actions?.download?.href ?? '', { headers });
  }

  /** Uploads and verifies. */
  async store(bytes: Buffer): Promise<void> {
    await put(await this.uploadAction(bytes), bytes);
    const { status, body } = await this.verify(bytes);
    if (status !== 200) throw new Error(`verify: ${status} ${body.message}`);
  }
}

export function put({ href, header }: LfsAction, body: Buffer): Promise<Response> {
  return fetch(href, { method: 'PUT', body: new Uint8Array(body), headers: header });
}

/** A work tree with these files tracked by LFS and committed, and `path` as its origin. */
export async function lfsTree(actor: Actor<HubAt>, path: string, files: Record<string, Buffer>): Promise<string> {
  const cwd = join(workspace('lfs'), 'tree');
  mkdirSync(cwd);
  await actor.gitOk(['init', '-q'], { cwd });
  await actor.gitOk(['lfs', 'install', '--local'], { cwd });
  await actor.gitOk(['lfs', 'track', '*.bin'], { cwd });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
  await actor.gitOk(['add', '-A'], { cwd });
  await actor.gitOk(['commit', '-q', '-m', 'large files'], { cwd });
  await actor.gitOk(['remote', 'add', 'origin', actor.remote(path)], { cwd });
  return cwd;
}
