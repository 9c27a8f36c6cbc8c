import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELP } from './cli';

const ROOT = join(__dirname, '../../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const usages = [...HELP.matchAll(/^ {2}([a-z].*)$/gm)].map(([, usage = '']) => usage);

/** The command in the help whose words the text begins with, and the options that the text gives it. */
function unknownIn(command: string): string[] {
  if (/^--(help|version)/.test(command)) return [];
  const usage = usages.find((each) => {
    const name = /^[a-z]+( [a-z]+)*/.exec(each)?.[0] ?? '';
    return command === name || command.startsWith(`${name} `);
  });
  if (!usage) return [command];
  const options = [...command.matchAll(/--([a-z-]+)/g)].map(([option]) => option);
  return options
    .filter((option) => option !== '--json' && !usage.includes(option))
    .map((option) => `${command}: ${option}`);
}

it.each(PAGES)('%s names commands, options and scripts that there are', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const commands = [
    ...text.matchAll(/\bgranary ((?:--[a-z]+|(?:user|token|repo|lfs|quota|maintenance|audit|doctor)\b)[^`\n|#)]*)/g),
  ];
  expect(commands.flatMap(([, command = '']) => unknownIn(command.trim()))).toEqual([]);
  const called = [...text.matchAll(/\bnpm run ([a-z]+)/g)].map(([, script = '']) => script);
  expect(called.filter((script) => !(script in scripts))).toEqual([]);
});
