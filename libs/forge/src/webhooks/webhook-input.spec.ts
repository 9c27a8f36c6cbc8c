import { CreateHook, UpdateHook } from '@granary/api-contract';
import { OutboundHttp } from '../outbound';
import { checkCreation, checkUpdate } from './webhook-input';

const outbound = new OutboundHttp({ allowHttp: false, allowedHosts: [] });
const URL_OF_A_HOOK = 'https://ci.example.com/hook';
const create = (config: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  checkCreation(CreateHook.parse({ ...more, config: { url: URL_OF_A_HOOK, ...config } }), outbound);
const update = (wanted: Record<string, unknown>, former = ['push']) =>
  checkUpdate(UpdateHook.parse(wanted), outbound, former);

it('takes a webhook as it is asked for, each event once', () => {
  expect(create({ secret: 'word' }, { events: ['push', 'push'], active: false })).toEqual({
    url: URL_OF_A_HOOK,
    secret: 'word',
    events: ['push'],
    active: false,
    contentType: 'json',
  });
  expect(create({ secret: '' }).secret).toBeNull();
  expect(create().secret).toBeNull();
});

it.each([
  ['no check of certificates', { insecure_ssl: '1' }],
  ['no check of certificates, as a number', { insecure_ssl: 1 }],
  ['a secret that only looks like a key', { secret: 'whsec_%%%' }],
  ['an address inside', { url: 'https://127.0.0.1/x' }],
  ['plain http', { url: 'http://ci.example.com' }],
])('refuses %s, when it is made', (_what, config) => {
  expect(() => create(config)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

it('refuses the same in a change', () => {
  for (const config of [{ insecure_ssl: '1' }, { secret: 'whsec_%%%' }, { url: 'http://ci.example.com' }]) {
    expect(() => update({ config })).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
  expect(() => update({ config: { insecure_ssl: '0', content_type: 'json' } })).not.toThrow();
});

it('leaves alone what a change does not name', () => {
  expect(update({})).toEqual({
    url: undefined,
    secret: undefined,
    events: undefined,
    active: undefined,
    contentType: undefined,
  });
  expect(update({ active: true, events: ['push', 'push'] })).toMatchObject({ events: ['push'], active: true });
  expect(update({ config: { url: URL_OF_A_HOOK } })).toMatchObject({ url: URL_OF_A_HOOK, secret: undefined });
});

it('keeps the secret where its mask comes back, and removes it where nothing does', () => {
  expect(update({ config: { secret: '********' } }).secret).toBeUndefined();
  expect(update({ config: { secret: '' } }).secret).toBeNull();
  expect(update({ config: { secret: '*new*' } }).secret).toBe('*new*');
  expect(update({ config: { secret: 'new' } }).secret).toBe('new');
});

it('sends forms to who asks for them, at first or later', () => {
  expect(create({ content_type: 'form' }).contentType).toBe('form');
  expect(update({ config: { content_type: 'form' } }).contentType).toBe('form');
  expect(() => create({ content_type: 'xml' })).toThrow();
});

it('takes events that only GitHub has, and none that nobody has', () => {
  const events = ['push', 'pull_request', 'release', 'workflow_run'];
  expect(create({}, { events }).events).toEqual(events);
  expect(create({}, { events: ['*'] }).events).toEqual(['*']);
  expect(() => create({}, { events: ['pushes'] })).toThrow();
  expect(() => update({ events: ['pushes'] })).toThrow();
});

it('adds events to those that there are, and removes some, but never all', () => {
  expect(update({ add_events: ['create'] }, ['push']).events).toEqual(['push', 'create']);
  expect(update({ remove_events: ['push'] }, ['push', 'create']).events).toEqual(['create']);
  expect(update({ events: ['delete'], add_events: ['push'] }, ['create']).events).toEqual(['delete', 'push']);
  expect(() => update({ remove_events: ['push'] }, ['push'])).toThrow(expect.objectContaining({ code: 'invalid' }));
});
