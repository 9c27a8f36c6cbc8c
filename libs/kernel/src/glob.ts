/** Answers whether a whole text matches. */
export type Glob = (text: string) => boolean;

/** One place of a pattern: a character, or what stands for several. `**` with a slash takes two places. */
interface Step {
  kind: 'char' | '*' | '**' | '**/' | 'loop';
  literal: string;
}

function stepsOf(pattern: string): Step[] {
  const steps: Step[] = [];
  for (const part of pattern.match(/\*\*\/|\*+|[^*]/gsu) ?? []) {
    if (part === '**/') steps.push({ kind: '**/', literal: '' }, { kind: 'loop', literal: '' });
    else if (part.startsWith('*')) steps.push({ kind: part.length > 1 ? '**' : '*', literal: '' });
    else steps.push({ kind: 'char', literal: part });
  }
  return steps;
}

/**
 * Compiles a glob: `*` is any text without a slash, `**` any text, `**` followed by a slash any number of whole parts,
 * also none. Everything else stands for itself.
 *
 * The work is bounded by pattern length × text length whatever the pattern: all places in it are tried side by side,
 * where a regular expression would try them one after another.
 */
export function compileGlob(pattern: string): Glob {
  const first = pattern.indexOf('*');
  if (first < 0) return (text) => text === pattern;
  // What stands before the first star and behind the last one is compared at once, and most texts fail there.
  const [prefix = '', middle = '', suffix = ''] = /^([^*]*)(\*.*\*\/?|\*\/?)([^*]*)$/su.exec(pattern)?.slice(1) ?? [];
  const between = compileMiddle(middle);
  const fixed = prefix.length + suffix.length;
  return (text) =>
    text.length >= fixed &&
    text.startsWith(prefix) &&
    text.endsWith(suffix) &&
    between(text.slice(prefix.length, text.length - suffix.length));
}

function compileMiddle(middle: string): Glob {
  if (middle === '*') return (text) => !text.includes('/');
  if (middle === '**') return () => true;
  const steps = stepsOf(middle);
  return (text) => {
    let places = closure(new Set([0]), steps);
    for (const character of text) {
      places = closure(advance(places, steps, character), steps);
      if (places.size === 0) return false;
    }
    return places.has(steps.length);
  };
}

function advance(places: Set<number>, steps: readonly Step[], character: string): Set<number> {
  const next = new Set<number>();
  for (const place of places) {
    const step = steps[place];
    if (!step) continue;
    switch (step.kind) {
      case '*':
        if (character !== '/') next.add(place);
        break;
      case '**':
        next.add(place);
        break;
      case '**/':
        next.add(place + 1);
        if (character === '/') next.add(place + 2);
        break;
      case 'loop':
        next.add(place);
        if (character === '/') next.add(place + 1);
        break;
      default:
        if (step.literal === character) next.add(place + 1);
    }
  }
  return next;
}

/** Adds the places that are reached without a character. */
function closure(places: Set<number>, steps: readonly Step[]): Set<number> {
  // A set that grows while it is walked hands out what was added, too.
  for (const place of places) {
    const kind = steps[place]?.kind;
    if (kind === '*' || kind === '**') places.add(place + 1);
    if (kind === '**/') places.add(place + 2);
  }
  return places;
}

/**
 * A glob over paths, as .gitignore and .gitattributes have it: without a slash it is for the last part alone, a slash
 * in front means the root, one at the end everything below.
 */
export function compilePathGlob(pattern: string): Glob {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const anchored = whole.startsWith('/') ? whole.slice(1) : whole;
  const glob = compileGlob(anchored);
  if (whole.includes('/')) return glob;
  return (path) => glob(path.slice(path.lastIndexOf('/') + 1));
}
