import { byteLimit, countLimit } from '../kinds';
import { group } from '../variable';

const byDefault = (of: string) => ({ default: 'unlimited', meaning: `${of} ([quotas.md](quotas.md))` });

export const quotas = group('Limits of namespaces without limits of their own', {
  GRANARY_DEFAULT_GIT_PUBLIC: { ...byteLimit, ...byDefault('Git data of public repositories') },
  GRANARY_DEFAULT_GIT_PRIVATE: { ...byteLimit, ...byDefault('Git data of private and internal repositories') },
  GRANARY_DEFAULT_LFS_PUBLIC: { ...byteLimit, ...byDefault('LFS files of public repositories') },
  GRANARY_DEFAULT_LFS_PRIVATE: { ...byteLimit, ...byDefault('LFS files of private and internal repositories') },
  GRANARY_DEFAULT_REPOSITORIES_PUBLIC: {
    ...countLimit('repositories'),
    ...byDefault('number of public repositories'),
  },
  GRANARY_DEFAULT_REPOSITORIES_PRIVATE: {
    ...countLimit('repositories'),
    ...byDefault('number of private and internal repositories'),
  },
});
