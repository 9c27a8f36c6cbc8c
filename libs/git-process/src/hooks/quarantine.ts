import type { Quarantine } from './push-hooks';

/** Makes git see the objects of a push beside those of its repository. `GIT_QUARANTINE_PATH` forbids to move refs. */
export function quarantineEnvironment(quarantine: Quarantine): Record<string, string> {
  if (quarantine.objectDirectory === '') return {};
  return {
    GIT_OBJECT_DIRECTORY: quarantine.objectDirectory,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quarantine.alternates,
    GIT_QUARANTINE_PATH: quarantine.objectDirectory,
  };
}
