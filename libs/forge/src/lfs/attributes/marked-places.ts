import { bytesOfPath, textOfPath } from '@granary/wire';
import { checkAttributesOfFiles, type CatFile, type GitHome } from '@granary/git-process';

/** A path in a tree, or in the tree of a commit. */
export interface Place {
  treeish: string;
  path: string;
}

export interface MarkedPlacesOptions {
  repositoryPath: string;
  objects: Pick<CatFile, 'info' | 'contents'>;
  /** Shows git the quarantine of a push. */
  env?: Record<string, string>;
  signal?: AbortSignal;
}

interface AttributesFile {
  path: string;
  oid: string;
}

/** More text than this is not searched but taken to mark something. */
const MAX_SEARCHED_BYTES = 1024 ** 2;
/** Each costs two git processes; beyond, a path counts as marked, which is what most pointers are. */
const MAX_GIT_ANSWERS = 64;
/** Attributes are always written out, in macros too: without this text git need not be asked. */
const MARK = 'filter=lfs';

/**
 * Which paths `.gitattributes` marks for Git LFS, as git itself reads them: a client replaces a pointer there, and takes
 * it for the text that it is elsewhere. Made for one piece of work: it remembers what it has read.
 */
export class MarkedPlaces {
  private readonly found = new Map<string, Promise<AttributesFile | null>>();
  private readonly mentions = new Map<string, Promise<boolean>>();

  constructor(
    private readonly git: GitHome,
    private readonly options: MarkedPlacesOptions,
  ) {}

  /** @returns those of `places` that are marked. */
  async among<P extends Place>(places: readonly P[]): Promise<P[]> {
    const groups = new Map<string, { files: AttributesFile[]; places: P[] }>();
    for (const place of places) {
      const files = await this.filesFor(place);
      if (!(await this.mayMark(files))) continue;
      const key = files.map(({ path, oid }) => `${oid} ${path}`).join('\0');
      const group = groups.get(key);
      if (group) group.places.push(place);
      else groups.set(key, { files, places: [place] });
    }
    const [asked, taken] = [
      [...groups.values()].slice(0, MAX_GIT_ANSWERS),
      [...groups.values()].slice(MAX_GIT_ANSWERS),
    ];
    const marked = taken.flatMap((group) => group.places);
    for (const { files, places: among } of asked) {
      const paths = await this.markedBy(files, [...new Set(among.map(({ path }) => path))]);
      marked.push(...among.filter(({ path }) => paths.has(path)));
    }
    return marked;
  }

  /** From the root down to the directory of the path. */
  private async filesFor({ treeish, path }: Place): Promise<AttributesFile[]> {
    const parts = path.split('/').slice(0, -1);
    const directories = ['', ...parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}/`)];
    const files = await Promise.all(directories.map((directory) => this.file(treeish, `${directory}.gitattributes`)));
    return files.filter((file) => file !== null);
  }

  private file(treeish: string, path: string): Promise<AttributesFile | null> {
    const name = `${treeish}:${path}`;
    const known = this.found.get(name);
    if (known) return known;
    const asked = this.options.objects
      .info(name)
      .then((info) => (info?.type === 'blob' ? { path, oid: info.oid } : null));
    this.found.set(name, asked);
    return asked;
  }

  private async mayMark(files: readonly AttributesFile[]): Promise<boolean> {
    const answers = await Promise.all(files.map(({ oid }) => this.doesMention(oid)));
    return answers.includes(true);
  }

  private doesMention(oid: string): Promise<boolean> {
    const known = this.mentions.get(oid);
    if (known) return known;
    const { objects } = this.options;
    const asked = objects.info(oid).then(async (info) => {
      if ((info?.sizeBytes ?? 0) > MAX_SEARCHED_BYTES) return true;
      return (await objects.contents(oid, { maxBytes: MAX_SEARCHED_BYTES }))?.data.includes(MARK) ?? false;
    });
    this.mentions.set(oid, asked);
    return asked;
  }

  private async markedBy(files: readonly AttributesFile[], paths: readonly string[]): Promise<Set<string>> {
    const { repositoryPath, env, signal } = this.options;
    const marked = new Set<string>();
    const question = { repositoryPath, env, signal, files, paths: paths.map(bytesOfPath), attributes: ['filter'] };
    for await (const { path, values } of checkAttributesOfFiles(this.git, question)) {
      if (values[0] === 'lfs') marked.add(textOfPath(path));
    }
    return marked;
  }
}
