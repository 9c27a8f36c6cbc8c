import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../lib/paths.mjs';
import { scoreOf, survivorsOf } from './score.mjs';

const PAGE = join(ROOT, 'docs/mutants.md');

/** Puts `rows`, by the name in their first cell, in the place of those of the table below `heading`. */
function replaceRows(page, heading, { isReplaced, rows }) {
  const [before, rest] = page.split(`## ${heading}\n`);
  const [section, ...after] = rest.split(/\n(?=## )/);
  const lines = section.trimEnd().split('\n');
  const head = lines.findIndex((line) => line.startsWith('| -'));
  const kept = lines.slice(head + 1).filter((line) => !isReplaced(line.split('|')[1].trim().replaceAll('`', '')));
  const table = [...lines.slice(0, head + 1), ...[...kept, ...rows].sort()].join('\n');
  return [`${before}## ${heading}\n${table}\n`, ...after].join('\n');
}

const cell = (text) => `\`${text.replaceAll('|', '\\|')}\``;

/** @param results the groups that were tried whole. */
export async function updateDocs(results) {
  const scores = results.map(({ name, files }) => {
    const { killed, timedOut, survived, accepted, judged, score } = scoreOf(files);
    return `| ${[name, files.length, judged, killed, timedOut, survived, accepted, `${score.toFixed(1)} %`].join(' | ')} |`;
  });
  const accepted = results.flatMap(({ files }) =>
    files.flatMap(({ path, report }) =>
      survivorsOf(path, report)
        .filter(({ isAccepted }) => isAccepted)
        .map(({ text, to, why }) => `| ${cell(path)} | ${cell(text)} | ${cell(to)} | ${why} |`),
    ),
  );
  const names = new Set(results.map(({ name }) => name));
  const paths = new Set(results.flatMap(({ files }) => files.map(({ path }) => path)));
  let page = readFileSync(PAGE, 'utf8');
  page = replaceRows(page, 'Score', { isReplaced: (name) => names.has(name), rows: scores });
  page = replaceRows(page, 'Accepted survivors', { isReplaced: (path) => paths.has(path), rows: accepted });
  const options = await prettier.resolveConfig(PAGE);
  writeFileSync(PAGE, await prettier.format(page, { ...options, filepath: PAGE }));
}
