import type { Visibility } from '@granary/api-contract';
import { dateRange, numberRange, type Range } from './search-range';

const VISIBILITIES: readonly string[] = ['public', 'internal', 'private'];
/** Parts of a repository that are looked through. The others that GitHub knows are not kept in the database. */
const PLACES: readonly string[] = ['name', 'description'];
/** What no repository here is, by the qualifier that asks for it. */
const NEVER: Record<string, (value: string) => boolean> = {
  archived: (value) => value === 'true',
  fork: (value) => value === 'only',
  mirror: (value) => value === 'true',
  template: (value) => value === 'true',
  topic: () => true,
  language: () => true,
  license: () => true,
  is: (value) => ['archived', 'fork', 'mirror', 'template'].includes(value),
};
/** Of what there is none here. */
const NONE = ['stars', 'forks', 'followers', 'topics', 'good-first-issues', 'help-wanted-issues'];
const MEASURED = { size: numberRange, created: dateRange, pushed: dateRange };
const ALWAYS_SORTED_BY = ['updated', 'stars', 'forks', 'help-wanted-issues'] as const;
/** More say nothing more, and each is a condition for the database. */
const MAX_TERMS = 40;

/** What a repository is measured by: its size in KiB, or a time. */
export interface Measured extends Range {
  by: keyof typeof MEASURED;
  excludes: boolean;
}

export interface OneOf<T> {
  /** Empty: any. */
  among: T[];
  except: T[];
}

/** A search as GitHub's syntax has it; what it cannot mean here is left out. */
export interface RepositorySearch {
  /** In lower case; each must be found. */
  words: string[];
  excludedWords: string[];
  places: ('name' | 'description')[];
  /** Names of namespaces in lower case; `@me` is whoever asks. */
  owners: OneOf<string>;
  /** `owner/name` in lower case. */
  repositories: OneOf<string>;
  visibilities: OneOf<Visibility>;
  ranges: Measured[];
  /** It asks for what no repository is. */
  isImpossible: boolean;
  sort: { by: (typeof ALWAYS_SORTED_BY)[number]; isAscending: boolean } | null;
}

/**
 * Reads `words and user:ada is:public in:name -repo:ada/old pushed:>2026-01-01 sort:updated-asc`. Words are sought for each by itself, those
 * in quotation marks together; a qualifier that is not known is left out, as GitHub does.
 *
 * @param options the parameters of GitHub's REST API, which hold where the text has no `sort:`.
 */
export function parseRepositorySearch(text: string, options: { sort?: string; order?: string } = {}): RepositorySearch {
  const search: RepositorySearch = {
    words: [],
    excludedWords: [],
    places: [],
    owners: { among: [], except: [] },
    repositories: { among: [], except: [] },
    visibilities: { among: [], except: [] },
    ranges: [],
    isImpossible: false,
    sort: sortOf(options.sort, options.order),
  };
  const terms = text.toLowerCase().match(/-?(?:[a-z-]+:)?"[^"]*"?|\S+/g) ?? [];
  let isExcluded = false;
  for (const term of terms.slice(0, MAX_TERMS)) {
    if (term === 'not') {
      isExcluded = true;
      continue;
    }
    const [, minus, name, value = ''] = /^(-?)(?:([a-z][a-z-]*):)?(.*)$/s.exec(term) ?? [];
    const plain = value.replace(/"/g, '').trim();
    const excludes = isExcluded || minus === '-';
    if (name !== undefined) qualify(search, { name, value: plain, excludes });
    else if (plain !== '') (excludes ? search.excludedWords : search.words).push(plain);
    isExcluded = false;
  }
  return search;
}

function qualify(search: RepositorySearch, term: { name: string; value: string; excludes: boolean }): void {
  const { name, value, excludes } = term;
  const add = <T>(to: OneOf<T>, what: T) => void (excludes ? to.except : to.among).push(what);
  if (Object.hasOwn(NEVER, name) && NEVER[name]?.(value)) search.isImpossible ||= !excludes;
  else if (name === 'user' || name === 'org' || name === 'owner') add(search.owners, value);
  else if (name === 'repo') add(search.repositories, value);
  else if (name === 'is' || name === 'visibility') {
    if (VISIBILITIES.includes(value)) add(search.visibilities, value as Visibility);
  } else if (isMeasure(name)) {
    const range = MEASURED[name](value);
    if (range) search.ranges.push({ by: name, ...range, excludes });
  } else if (NONE.includes(name)) {
    const range = numberRange(value);
    const holdsNone = range !== null && range.from <= 0 && range.below > 0;
    search.isImpossible ||= range !== null && holdsNone === excludes;
  } else if (name === 'in') {
    const named = value.split(',').filter((place) => PLACES.includes(place));
    search.places.push(...(named as RepositorySearch['places']));
  } else if (name === 'sort') {
    const [, by, order] = /^(.+?)(?:-(asc|desc))?$/.exec(value) ?? [];
    search.sort = sortOf(by, order) ?? search.sort;
  }
}

function isMeasure(name: string): name is keyof typeof MEASURED {
  return Object.hasOwn(MEASURED, name);
}

function sortOf(by: string | undefined, order: string | undefined): RepositorySearch['sort'] {
  const known = ALWAYS_SORTED_BY.find((each) => each === by);
  return known ? { by: known, isAscending: order === 'asc' } : null;
}
