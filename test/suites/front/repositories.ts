import { lstat, readdir, readlink, rename, rm, symlink, access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runOk, type Actor } from '../../support';

/** A repository of the hub, by its id. */
interface Adopted {
  fullName: string;
  private: boolean;
}

/** The hub's names are shorter than the paths of some tests. */
const MAX_NAME_CHARS = 80;

/** Keys of a configuration that belong to the place of a repository, not to what a test wants of it. */
const OF_THE_PLACE = /^core\.(repositoryformatversion|filemode)$/i;

/**
 * The repositories that the tests make by hand in their web server's folder. Each becomes one of the hub's when it is
 * first asked for, with its objects, refs and settings; where it lay there is a link to the hub's directory, by which
 * the tests go on looking into it and changing it.
 */
export class Repositories {
  private readonly adopted = new Map<string, Adopted>();
  private turn: Promise<unknown> = Promise.resolve();
  private count = 0;

  /** @param owner of all of them */
  constructor(private readonly owner: Actor) {}

  /** @returns the full name at the hub, or undefined where nothing lies. */
  find(documentRoot: string, name: string, isPrivate: boolean): Promise<string | undefined> {
    // One after the other: requests for a new repository come in pairs.
    const found = this.turn.then(() => this.findNow(documentRoot, name, isPrivate));
    this.turn = found.catch(() => undefined);
    return found;
  }

  /** Makes an empty repository where nothing lies. */
  makeSure(folder: string, name: string): Promise<void> {
    const made = this.turn.then(async () => {
      if ((await existing(folder, name)) === undefined)
        await runOk('git', ['init', '--quiet', '--bare', join(folder, `${name}.git`)], { env: this.owner.env });
    });
    this.turn = made.catch(() => undefined);
    return made;
  }

  private async findNow(documentRoot: string, name: string, isPrivate: boolean): Promise<string | undefined> {
    const gitDir = await existing(documentRoot, name);
    if (gitDir === undefined) return undefined;
    const isLink = (await lstat(gitDir)).isSymbolicLink();
    const path = isLink ? await readlink(gitDir) : await this.adopt(gitDir, name);
    const repository = this.adopted.get(path);
    if (repository && repository.private !== isPrivate) {
      await this.expect(200, 'PATCH', `/api/v3/repos/${repository.fullName}`, { private: isPrivate });
      repository.private = isPrivate;
    }
    return repository?.fullName;
  }

  private async adopt(gitDir: string, name: string): Promise<string> {
    const shown = basename(name)
      .replace(/[^\w-]+/g, '-')
      .slice(-MAX_NAME_CHARS);
    const settings = { name: `r${shown}-${++this.count}`, private: false };
    const { id } = await this.expect<{ id: number }>(201, 'POST', '/api/v3/user/repos', settings);
    const path = this.owner.hub.repositoryPath(id);
    for (const entry of await readdir(gitDir)) {
      if (entry === 'config') continue;
      await rm(join(path, entry), { recursive: true, force: true });
      await rename(join(gitDir, entry), join(path, entry));
    }
    await this.takeSettings(join(gitDir, 'config'), join(path, 'config'));
    await rm(gitDir, { recursive: true });
    await symlink(path, gitDir);
    this.adopted.set(path, { fullName: `${this.owner.name}/${settings.name}`, private: false });
    return path;
  }

  private async takeSettings(from: string, to: string): Promise<void> {
    const listed = await runOk('git', ['config', '--file', from, '--null', '--list'], { env: this.owner.env });
    for (const line of listed.split('\0').filter(Boolean)) {
      const [key = '', value = 'true'] = line.split(/\n(.*)/s, 2);
      const how = key === 'core.bare' ? '--replace-all' : '--add';
      if (!OF_THE_PLACE.test(key))
        await runOk('git', ['config', '--file', to, how, key, value], { env: this.owner.env });
    }
  }

  private async expect<T>(status: number, method: string, path: string, body: unknown): Promise<T> {
    const answer = await this.owner.api<T>(method, path, body);
    if (answer.status === status) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

/** Where git's own server looks for a repository. */
async function existing(documentRoot: string, name: string): Promise<string | undefined> {
  for (const suffix of ['/.git', '.git/.git', '.git', '']) {
    const path = join(documentRoot, `${name}${suffix}`);
    const isThere = await access(join(path, 'HEAD')).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
