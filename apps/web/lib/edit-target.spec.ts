import { targetOf } from './edit-target';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const main = { ref: 'main', kind: 'branch', sha: 'abc' } as const;
const tag = { ref: 'v1', kind: 'tag', sha: 'def' } as const;

it.each([
  [main, { target: 'current', branch: 'left over' }, { branch: 'main' }],
  [main, {}, { branch: 'main' }],
  [main, { target: 'new', branch: ' topic ' }, { branch: 'topic', from: 'main' }],
  [tag, { target: 'current', branch: 'fix' }, { branch: 'fix', from: 'def' }],
])('reads %j with %j as %j', (at, fields, expected) => {
  expect(targetOf(at, form(fields))).toEqual(expected);
});
