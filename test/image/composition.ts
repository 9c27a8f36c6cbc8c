import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runOk, workspace } from '../support';
import { atEnd } from '../support/cleanup';
import type { HubAt } from '../support/hub';
import type { Engine } from './engine';

const PROJECT = 'granary-image-check';

export const SECRETS = {
  GRANARY_ADMIN_PASSWORD: 'correct horse battery staple',
  POSTGRES_PASSWORD: 'd41d8cd98f00b204',
  S3_SECRET_KEY: 'e9800998ecf8427e',
};

/** docker/compose.yml, run from a copy of what a clone would hold. */
export class Composition implements HubAt {
  readonly url = 'http://localhost:3000';
  readonly sshPort = 2222;
  readonly admin = { login: 'admin', password: SECRETS.GRANARY_ADMIN_PASSWORD };

  private constructor(
    private readonly engine: Engine,
    private readonly directory: string,
    private readonly overrides: string[],
  ) {}

  static async copy(engine: Engine, overrides: string[]): Promise<Composition> {
    const directory = workspace('clone');
    const listed = await runOk('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
    const list = join(workspace('list'), 'list');
    writeFileSync(list, listed);
    await runOk('sh', ['-c', 'tar --null --files-from "$1" -cf - | tar -xf - -C "$2"', 'copy', list, directory], {
      cwd: ROOT,
    });
    const composition = new Composition(engine, directory, overrides);
    atEnd(() => composition.destroy());
    composition.configure({});
    return composition;
  }

  /** Writes docker/.env; it holds from the next {@link up} on. */
  configure(settings: Record<string, string>): void {
    const lines = Object.entries({ ...SECRETS, ...settings }).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(this.directory, 'docker/.env'), lines.join(''));
  }

  compose(...args: string[]): Promise<string> {
    const files = [join(this.directory, 'docker/compose.yml'), ...this.overrides].flatMap((file) => ['-f', file]);
    return this.engine.compose(...files, '-p', PROJECT, ...args);
  }

  async up(...options: string[]): Promise<void> {
    await this.compose('up', '-d', ...options);
  }

  exec(service: string, ...command: string[]): Promise<string> {
    return this.compose('exec', '-T', service, ...command);
  }

  /** What `docker inspect` says of a service's container, by a Go template. */
  async inspect(service: string, template: string): Promise<string> {
    const id = (await this.compose('ps', '-q', service)).trim();
    return (await this.engine.docker('inspect', '--format', template, id)).trim();
  }

  async imageBytes(service: string): Promise<number> {
    const image = await this.inspect(service, '{{.Image}}');
    return Number((await this.engine.docker('image', 'inspect', '--format', '{{.Size}}', image)).trim());
  }

  async destroy(): Promise<void> {
    await this.compose('--profile', 'worker', 'down', '-v', '--remove-orphans');
  }
}

/** The command lines of docs/docker.md that run inside the composition, so that the check tries what people read. */
export function documentedExec(): string[][] {
  const text = readFileSync(join(ROOT, 'docs/docker.md'), 'utf8');
  const lines = text.matchAll(/docker compose (?:-f docker\/compose\.yml )?exec ([^`\n>]+)/g);
  return [...lines].map(([, command = '']) => command.trim().split(/\s+/));
}
