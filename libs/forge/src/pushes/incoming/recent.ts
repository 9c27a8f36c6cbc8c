interface Kept<V> {
  value: V;
  weight: number;
}

/**
 * A bounded memory of what was used lately: two generations, the elder of which is forgotten as a whole when the
 * younger is full. Most reads cost one look into a map, where an exact order of use would rewrite it.
 */
export class Recent<V> {
  private young = new Map<string, Kept<V>>();
  private old = new Map<string, Kept<V>>();
  private youngWeight = 0;

  /** @param maxWeight of all that is kept, as {@link set} counts it. */
  constructor(private readonly maxWeight: number) {}

  get(key: string): V | undefined {
    const young = this.young.get(key);
    if (young) return young.value;
    const old = this.old.get(key);
    if (old) this.set(key, old.value, old.weight);
    return old?.value;
  }

  set(key: string, value: V, weight = 1): void {
    if (this.youngWeight + weight > this.maxWeight / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngWeight = 0;
    }
    this.young.set(key, { value, weight });
    this.youngWeight += weight;
  }
}
