interface Waiting<Item> {
  item: Item;
  settle(outcome: Promise<void>): void;
}

/**
 * Work on items that costs about the same for many as for one, such as a transaction: what arrives for a key while
 * others of that key are at work waits, and goes together. Nobody waits for company: the first goes at once.
 *
 * A group that fails is tried again item by item, so that each has its own answer and none fails for another's sake.
 */
export class Grouped<Item> {
  private readonly waiting = new Map<number, Waiting<Item>[]>();

  /** @param work on all items of one key: all of it, or none. It may be asked again for those of a group that failed. */
  constructor(
    private readonly maxItems: number,
    private readonly work: (key: number, items: readonly Item[]) => Promise<void>,
  ) {}

  /** @throws what `work` threw for this item. */
  add(key: number, item: Item): Promise<void> {
    return new Promise((resolve) => {
      const entry = { item, settle: resolve };
      const queue = this.waiting.get(key);
      if (queue) return void queue.push(entry);
      this.waiting.set(key, [entry]);
      void this.drain(key);
    });
  }

  private async drain(key: number): Promise<void> {
    for (let group = this.take(key); group.length > 0; group = this.take(key)) await this.runGroup(key, group);
    this.waiting.delete(key);
  }

  private take(key: number): Waiting<Item>[] {
    return this.waiting.get(key)?.splice(0, this.maxItems) ?? [];
  }

  private async runGroup(key: number, group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.work(
        key,
        group.map(({ item }) => item),
      );
      for (const { settle } of group) settle(Promise.resolve());
    } catch (error) {
      if (group.length === 1) group[0]?.settle(Promise.reject(error as Error));
      else for (const entry of group) await this.runGroup(key, [entry]);
    }
  }
}
