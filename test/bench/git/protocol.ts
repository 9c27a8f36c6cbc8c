/** A packet of text (gitprotocol-common(5)). */
export const pkt = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;

const FLUSH = '0000';
const DELIMITER = '0001';

export const V2_HEADERS = { 'git-protocol': 'version=2' };
export const REQUEST_HEADERS = { ...V2_HEADERS, 'content-type': 'application/x-git-upload-pack-request' };

/** What `git clone` sends to fetch everything that `tips` reach (gitprotocol-v2(5), "fetch"). */
export function cloneRequest(tips: readonly string[]): string {
  const wants = [...new Set(tips)].map((oid) => pkt(`want ${oid}\n`)).join('');
  const options = ['thin-pack', 'no-progress', 'include-tag', 'ofs-delta'].map((option) => pkt(option)).join('');
  return `${pkt('command=fetch')}${pkt('agent=git/bench')}${pkt('object-format=sha1')}${DELIMITER}${options}${wants}${pkt('done\n')}${FLUSH}`;
}

/** What `git clone` and `git ls-remote` send to learn branches and tags. */
export function lsRefsRequest(): string {
  const options = ['peel\n', 'symrefs\n', 'ref-prefix refs/heads/\n', 'ref-prefix refs/tags/\n', 'ref-prefix HEAD\n'];
  return `${pkt('command=ls-refs\n')}${pkt('agent=git/bench')}${pkt('object-format=sha1')}${DELIMITER}${options.map(pkt).join('')}${FLUSH}`;
}
