import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../actor';
import type { Hub } from '../hub';
import { workspace } from '../workspace';

/** Something that the hub has said is done. */
export interface Acknowledged {
  what: string;
  /** The repository on the disk. */
  directory: string;
  /** When the answer had come, in milliseconds since the epoch. */
  at: number;
}

/** Does to repositories what users do, one thing after the other, and notes when each was acknowledged. */
export async function doEverything(hub: Hub): Promise<Acknowledged[]> {
  const alice = await hub.actor('alice');
  const done: Acknowledged[] = [];
  const step = async (what: string, work: () => Promise<unknown>) => {
    await work();
    done.push({ what, directory: newestRepository(hub), at: Date.now() });
  };
  const rest = async (method: string, path: string, body?: unknown) => {
    const answer = await alice.api(method, `/api/v3${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  await step('a repository made by REST', () => rest('POST', '/user/repos', { name: 'bare' }));
  await step('a repository made with a first commit', () =>
    rest('POST', '/user/repos', { name: 'begun', auto_init: true }),
  );
  await step('an edit by REST', () =>
    rest('PUT', '/repos/alice/begun/contents/a/b.txt', { message: 'Edit', content: 'aGVsbG8=' }),
  );
  await pushes(alice, step);
  await step('another default branch', () => rest('PATCH', '/repos/alice/pushed', { default_branch: 'topic/deep/er' }));
  await step('a branch deleted by REST', () => rest('DELETE', '/repos/alice/pushed/git/refs/heads/main'));
  await step('a new name', () => rest('PATCH', '/repos/alice/pushed', { name: 'renamed' }));
  await sha256(alice, step);
  return done;
}

type Step = (what: string, work: () => Promise<unknown>) => Promise<void>;

async function pushes(alice: Actor, step: Step): Promise<void> {
  const cwd = workspace('pushes');
  const remote = alice.remote('alice/pushed');
  const commit = async (name: string) => {
    writeFileSync(join(cwd, name), `${name}\n`);
    await alice.gitOk(['add', '.'], { cwd });
    await alice.gitOk(['commit', '-m', name], { cwd });
  };
  await alice.gitOk(['init', '-b', 'trunk', '.'], { cwd });
  await commit('one');
  await step('a push that makes its repository and moves its HEAD', () =>
    alice.gitOk(['push', remote, 'trunk'], { cwd }),
  );
  await commit('two');
  await step('a push of one commit', () => alice.gitOk(['push', remote, 'trunk'], { cwd }));
  await step('a push of branches and a tag', () =>
    alice.gitOk(['push', remote, 'trunk:main', 'trunk:refs/heads/topic/deep/er', 'trunk:refs/tags/v1'], { cwd }),
  );
  await step('a push that deletes a tag', () => alice.gitOk(['push', remote, ':refs/tags/v1'], { cwd }));
}

async function sha256(alice: Actor, step: Step): Promise<void> {
  const cwd = workspace('sha256');
  await alice.gitOk(['init', '--object-format=sha256', '-b', 'main', '.'], { cwd });
  await alice.gitOk(['commit', '--allow-empty', '-m', 'first'], { cwd });
  await step('a first push that chooses SHA-256', () =>
    alice.gitOk(['push', alice.remote('alice/wide'), 'main'], { cwd }),
  );
}

/** The one that was made last: ids ascend. */
function newestRepository(hub: Hub): string {
  const root = join(hub.dataDir, 'repositories');
  const found = readdirSync(root).flatMap((shard) =>
    readdirSync(join(root, shard))
      .filter((name) => /^\d+\.git$/.test(name) && statSync(join(root, shard, name)).isDirectory())
      .map((name) => ({ id: parseInt(name, 10), path: join(root, shard, name) })),
  );
  const newest = found.sort((a, b) => b.id - a.id)[0];
  if (!newest) throw new Error('there is no repository');
  return newest.path;
}
