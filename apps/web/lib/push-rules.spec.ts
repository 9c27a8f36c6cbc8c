import { parsePushRules, PUSH_RULE_FIELDS } from './push-rules';

function parse(typed: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(typed)) form.set(name, value);
  return parsePushRules(form);
}

it('gives everything back to the hub when every field is empty', () => {
  const nothing = Object.fromEntries(PUSH_RULE_FIELDS.map((name) => [name, null]));
  expect(parse({})).toEqual({ ok: true, input: nothing });
});

it('reads sizes with units, counts with commas and patterns line by line', () => {
  const typed = {
    max_file_size_bytes: '10 MiB',
    max_tree_paths: '20,000',
    forbidden_paths: ' *.exe \r\n\r\nbuild output/**\r\n',
    secret_scanning: 'block',
  };
  expect(parse(typed)).toMatchObject({
    ok: true,
    input: {
      max_file_size_bytes: 10 * 1024 ** 2,
      max_push_size_bytes: null,
      max_tree_paths: 20_000,
      forbidden_paths: ['*.exe', 'build output/**'],
      secret_scanning: 'block',
    },
  });
});

it('finds every fault at once, in words of the form', () => {
  const typed = {
    max_file_size_bytes: '5',
    max_push_size_bytes: '1 KiB',
    lfs_required_size_bytes: '999999999 TiB',
    max_tree_paths: 'many',
    forbidden_paths: `ok\n${'x'.repeat(256)}`,
  };
  expect(parse(typed)).toEqual({
    ok: false,
    faults: {
      max_file_size_bytes: expect.stringContaining('has no unit'),
      max_push_size_bytes: 'Must be 1 MiB or more.',
      lfs_required_size_bytes: 'Must be 2 GiB or less.',
      max_tree_paths: '“many” is no whole number.',
      forbidden_paths: 'A pattern has at most 255 characters.',
    },
  });
});

it('refuses a count of none', () =>
  expect(parse({ max_tree_paths: '0' })).toMatchObject({ faults: { max_tree_paths: 'Must be 1 or more.' } }));
