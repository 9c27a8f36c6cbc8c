import { bytesOfPath, textOfPath } from '@granary/wire';
import { checkAttributesOfFiles, type OpenedRepository } from '@granary/git-process';

/** A path in a tree, or in the tree of a commit. */
export interface Place {
  treeish: string;
  path: string;
}

/** What is asked of each path. */
export interface AttributeQuestion {
  attributes: readonly string[];
  /** Attributes are always written out, in macros too: where no file holds this text, git need not be asked. */
  mention: string;
  /** Sets of files that git is asked about: each costs two processes. */
  maxGitAnswers: number;
}

interface AttributesFile {
  path: string;
  oid: string;
}

/** More text than this is not searched but taken to mention the attribute. */
const MAX_SEARCHED_BYTES = 1024 ** 2;

/**
 * The attributes of paths, as git itself reads `.gitattributes` (gitattributes(5)). Made for one piece of work: it
 * remembers what it has read.
 */
export class AttributeValues {
  private readonly found = new Map<string, Promise<AttributesFile | null>>();
  private readonly mentions = new Map<string, Promise<boolean>>();

  constructor(
    private readonly repository: OpenedRepository,
    private readonly question: AttributeQuestion,
  ) {}

  /**
   * @returns the values of those of `places` that a file may say something of, in the order of the attributes:
   *   `unspecified`, `set`, `unset` or a value. Null is what nobody asked git about: there were too many sets of files.
   */
  async of<P extends Place>(places: readonly P[]): Promise<Map<P, string[] | null>> {
    const groups = new Map<string, { files: AttributesFile[]; places: P[] }>();
    for (const place of places) {
      const files = await this.filesFor(place);
      if (!(await this.mayMention(files))) continue;
      const key = files.map(({ path, oid }) => `${oid} ${path}`).join('\0');
      const group = groups.get(key);
      if (group) group.places.push(place);
      else groups.set(key, { files, places: [place] });
    }
    const values = new Map<P, string[] | null>();
    for (const [at, { files, places: among }] of [...groups.values()].entries()) {
      const known = at < this.question.maxGitAnswers ? await this.ask(files, among) : null;
      for (const place of among) values.set(place, known?.get(place.path) ?? null);
    }
    return values;
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
    const asked = this.repository.objects
      .info(name)
      .then((info) => (info?.type === 'blob' ? { path, oid: info.oid } : null));
    this.found.set(name, asked);
    return asked;
  }

  private async mayMention(files: readonly AttributesFile[]): Promise<boolean> {
    const answers = await Promise.all(files.map(({ oid }) => this.doesMention(oid)));
    return answers.includes(true);
  }

  private doesMention(oid: string): Promise<boolean> {
    const known = this.mentions.get(oid);
    if (known) return known;
    const { objects } = this.repository;
    const asked = objects.info(oid).then(async (info) => {
      if ((info?.sizeBytes ?? 0) > MAX_SEARCHED_BYTES) return true;
      const { mention } = this.question;
      return (await objects.contents(oid, { maxBytes: MAX_SEARCHED_BYTES }))?.data.includes(mention) ?? false;
    });
    this.mentions.set(oid, asked);
    return asked;
  }

  private async ask(files: readonly AttributesFile[], places: readonly Place[]): Promise<Map<string, string[]>> {
    const paths = [...new Set(places.map(({ path }) => path))].map(bytesOfPath);
    const question = { files, paths, attributes: this.question.attributes };
    const found = new Map<string, string[]>();
    for await (const { path, values } of checkAttributesOfFiles(this.repository, question)) {
      found.set(textOfPath(path), values);
    }
    return found;
  }
}
