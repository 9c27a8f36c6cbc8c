/** A store that is away has a problem for each object: what is told, and held in memory, ends somewhere. */
const TOLD = 1000;

/** The first thousand problems, and how many there were beside them. */
export class ProblemList {
  private readonly problems: string[] = [];
  private readonly repaired: string[] = [];
  private untold = 0;
  private untoldRepaired = 0;

  add(text: string, isRepaired = false): void {
    const list = isRepaired ? this.repaired : this.problems;
    if (list.length < TOLD) list.push(text);
    else if (isRepaired) this.untoldRepaired++;
    else this.untold++;
  }

  result(): { problems: string[]; repaired: string[] } {
    return { problems: closed(this.problems, this.untold), repaired: closed(this.repaired, this.untoldRepaired) };
  }
}

function closed(list: readonly string[], untold: number): string[] {
  return untold === 0 ? [...list] : [...list, `… and ${untold} more`];
}
