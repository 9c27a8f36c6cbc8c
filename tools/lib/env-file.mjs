import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ROOT } from './paths.mjs';
import { StepFailed } from './step.mjs';

const NAME = 'granary.env';

/**
 * The environment with what `granary.env` in the clone adds, or the file that `GRANARY_ENV_FILE` names: what the hub and
 * its command line are both started with, so that they mean the same hub.
 *
 * @throws StepFailed when a file that is named, or there, cannot be read.
 */
export function withEnvFile(env, root = ROOT) {
  const named = env.GRANARY_ENV_FILE || undefined;
  const path = named === undefined ? join(root, NAME) : resolve(named);
  try {
    // An empty variable counts as unset, here too.
    const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
    return { ...parseEnv(readFileSync(path, 'utf8')), ...given };
  } catch (error) {
    if (error.code === 'ENOENT' && named === undefined) return env;
    const which = named === undefined ? path : `GRANARY_ENV_FILE names ${path}, which`;
    throw new StepFailed(`granary: ${which} cannot be read: ${error.code ?? error.message}`);
  }
}
