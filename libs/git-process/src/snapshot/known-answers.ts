import { purgeGeneration } from '../maintenance/purge-marker';
import { isCurrent, takeSignature, type RefSignature } from './ref-signature';

export interface KnownAnswersOptions {
  /** Of all answers that are kept, as their askers weigh them; a weight of one is some hundred bytes. */
  maxWeight?: number;
}

export interface Ask<T> {
  read(): Promise<T>;
  /** 1 unless told. */
  weigh?(value: T): number;
}

interface Answer {
  value: unknown;
  weight: number;
}

/** What is known of one repository in one state. */
interface Known {
  generation: number;
  /** Of the refs that `ofRefs` was read from. */
  signature: RefSignature | null;
  ofRefs: Map<string, Answer>;
  ofIds: Map<string, Answer>;
  /** What git is being asked, by question. */
  reading: Map<string, Promise<unknown>>;
  weight: number;
}

const MAX_WEIGHT = 200_000;
/** What a repository costs of which nothing is known. */
const LEAST_WEIGHT = 4;

/**
 * Answers of git that stay right: what the id of a commit or tree says for ever, and what refs say until one moves, by
 * whatever process. A page that was made once costs no git process for them. What was purged is forgotten.
 *
 * Values are shared: nobody may change them.
 */
export class KnownAnswers {
  /** In the order of their last use. */
  private readonly repositories = new Map<string, Known>();
  private readonly maxWeight: number;
  private weight = 0;
  readonly counts = { hits: 0, reads: 0 };

  constructor(options: KnownAnswersOptions = {}) {
    this.maxWeight = options.maxWeight ?? MAX_WEIGHT;
  }

  /** @param question names ids and nothing that could mean something else tomorrow. */
  ofIds<T>(repositoryPath: string, question: string, ask: Ask<T>): Promise<T> {
    const known = this.touch(repositoryPath);
    return this.answer(
      known,
      known.ofIds,
      { question, ask },
      () => this.repositories.get(repositoryPath) === known && known,
    );
  }

  /** Every move of a ref that was done before the call is in the answer. */
  async ofRefs<T>(repositoryPath: string, question: string, ask: Ask<T>): Promise<T> {
    const known = this.touch(repositoryPath);
    if (!known.signature || !(await isCurrent(repositoryPath, known.signature))) {
      // Before git looks: what moves meanwhile makes the signature stale, never the answer.
      const signature = await takeSignature(repositoryPath).catch(() => null);
      // A repository without refs is damaged, which git says better.
      if (!signature) return ask.read();
      const isSame = known.signature?.isSettled === true && known.signature.text === signature.text;
      if (!isSame) this.forget(known, known.ofRefs);
      known.signature = isSame ? known.signature : signature;
    }
    const { signature } = known;
    // Refs that moved while git was asked: the answer belongs to neither state.
    const owner = () => this.repositories.get(repositoryPath) === known && known.signature === signature && known;
    return this.answer(known, known.ofRefs, { question, ask }, owner);
  }

  /** @param owner whose the answer still is when git has given it. */
  private async answer<T>(
    { reading }: Known,
    answers: Map<string, Answer>,
    { question, ask }: { question: string; ask: Ask<T> },
    owner: () => Known | false,
  ): Promise<T> {
    // What another asker gets may fail because that one leaves, or be too old to be kept.
    const others = answers.has(question) ? undefined : reading.get(question);
    if (others) await others.catch(() => undefined);
    const found = answers.get(question);
    if (found) {
      this.counts.hits++;
      return found.value as T;
    }
    this.counts.reads++;
    const asked = ask.read().then((value) => {
      const known = owner();
      if (known && !answers.has(question))
        this.keep(known, answers, question, { value, weight: ask.weigh?.(value) ?? 1 });
      return value;
    });
    reading.set(question, asked);
    return asked.finally(() => reading.get(question) === asked && reading.delete(question));
  }

  private keep(known: Known, answers: Map<string, Answer>, question: string, answer: Answer): void {
    answers.set(question, answer);
    known.weight += answer.weight;
    this.weight += answer.weight;
    this.trim();
  }

  private trim(): void {
    for (const [path, known] of this.repositories) {
      if (this.weight <= this.maxWeight) return;
      this.repositories.delete(path);
      this.weight -= known.weight;
    }
  }

  private touch(repositoryPath: string): Known {
    const generation = purgeGeneration(repositoryPath);
    const before = this.repositories.get(repositoryPath);
    if (before) this.repositories.delete(repositoryPath);
    if (before && before.generation !== generation) this.weight -= before.weight;
    const known = before?.generation === generation ? before : newKnown(generation);
    if (known !== before) this.weight += known.weight;
    this.repositories.set(repositoryPath, known);
    return known;
  }

  private forget(known: Known, answers: Map<string, Answer>): void {
    for (const { weight } of answers.values()) {
      known.weight -= weight;
      this.weight -= weight;
    }
    answers.clear();
  }
}

function newKnown(generation: number): Known {
  return { generation, signature: null, ofRefs: new Map(), ofIds: new Map(), reading: new Map(), weight: LEAST_WEIGHT };
}
