import type { RefName } from '@granary/api-contract';
/** Where a Markdown file lies: its relative links lead to other files of the same ref. */
export interface TextPlace {
  owner: string;
  repository: string;
  /** As the page's URL has it. */
  at: RefName;
  path: string;
}

/** What becomes of images whose addresses name a host. */
export interface ImageRules {
  /** Of the hub itself: what lies there is no other host's. */
  hubOrigin: string;
  /** Signs the addresses of the hub's own proxy; null: images of other hosts are links. */
  proxyKey: string | null;
}

export type RenderJob =
  | { kind: 'code'; text: string; path: string }
  | { kind: 'markdown'; text: string; place: TextPlace; images: ImageRules };

/** Why a page shows less than was asked for. `large_file`: it is not even tried; the others name what was tried. */
export type Reduction = 'large_file' | 'too_slow' | 'too_large' | 'busy' | 'failed';

/** A text as HTML in which nothing of a user's stands that is not escaped or on the allow-list. */
export interface Rendering {
  html: string;
  /** `lines`: numbered lines of code; `plain`: text without numbers. */
  form: 'markdown' | 'lines' | 'plain';
  lineCount: number;
  reduction: Reduction | null;
  /** Only the beginning is there. */
  isCut: boolean;
}

/** What every page may have, whatever its text. */
const BASE_CHARACTERS = 1_000_000;

/** The most characters of HTML that a text may become: what is small stays small. */
export function htmlLimitOf(text: string): number {
  return BASE_CHARACTERS + 2 * text.length;
}

/** The same of numbered lines, which are many and alike: three characters for one, and a hundred a line. */
export function lineLimitOf(text: string, lineCount: number): number {
  return Math.min(htmlLimitOf(text), 3 * text.length + 100 * (lineCount + 1));
}

/** Thrown where HTML passes its limit. */
export class RenderingTooLarge extends Error {}
