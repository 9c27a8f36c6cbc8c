import { ApiFailure } from '@/lib/api/failure';
import { IDLE } from './form-state';
import { faultsOf, sentence, submit } from './submission';

function submission(entries: Record<string, string>, keep: string[]) {
  const form = new FormData();
  for (const [name, value] of Object.entries(entries)) form.set(name, value);
  return { previous: IDLE, form, keep, path: '/new' };
}

describe('submit', () => {
  it('reports what the API refuses, with the fields at fault', async () => {
    const state = await submit(submission({ name: 'a b', password: 'hunter2' }, ['name']), async () => {
      throw new ApiFailure(422, {
        message: 'Validation Failed',
        errors: [{ field: 'name', code: 'custom', message: 'name must be short' }],
      });
    });
    expect(state).toMatchObject({ outcome: 'failed', attempt: 1, faults: { name: 'Name must be short.' } });
    expect(state.values).toEqual({ name: ['a b'] });
    expect(JSON.stringify(state)).not.toContain('hunter2');
  });

  it('says the message and the hint when no field is at fault', async () => {
    const state = await submit(submission({}, []), async () => {
      throw new ApiFailure(429, { message: 'too many attempts', hint: 'try again in a minute' });
    });
    expect(state).toMatchObject({ message: 'Too many attempts.', hint: 'Try again in a minute.', faults: {} });
  });

  it('leads to the sign-in page when the session has ended', async () => {
    const ended = submit(submission({}, []), async () => {
      throw new ApiFailure(401, { message: 'Requires authentication' });
    });
    await expect(ended).rejects.toMatchObject({ digest: expect.stringContaining('/login?to=%2Fnew') });
  });

  it('stays on a form that itself signs in', async () => {
    const state = await submit({ ...submission({}, []), path: '' }, async () => {
      throw new ApiFailure(401, { message: 'the name or the password is wrong' });
    });
    expect(state.message).toBe('The name or the password is wrong.');
  });

  it('lets defects through', async () => {
    const defect = submit(submission({}, []), () => Promise.reject(new TypeError('fetch failed')));
    await expect(defect).rejects.toThrow(TypeError);
  });
});

describe('faultsOf', () => {
  it('speaks for itself when the API gives no text', () => {
    const errors = [{ field: 'config.url', code: 'missing_field' }];
    expect(faultsOf({ message: 'Validation Failed', errors })).toEqual({ url: 'Config.url is missing field.' });
  });

  it('gives the fault of one entry to its list', () => {
    const errors = [{ field: 'forbidden_paths.3', code: 'invalid', message: 'a pattern is too long' }];
    expect(faultsOf({ message: 'Validation Failed', errors })).toEqual({ forbidden_paths: 'A pattern is too long.' });
  });
});

describe('sentence', () => {
  it.each([
    ['name is taken', 'Name is taken.'],
    ['Really?', 'Really?'],
    ['topic is protected. Ask bob.', 'topic is protected. Ask bob.'],
    [' trimmed ', 'Trimmed.'],
  ])('%j becomes %j', (text, expected) => expect(sentence(text)).toBe(expected));
});
