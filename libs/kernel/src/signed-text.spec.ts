import { createHmac } from 'node:crypto';
import { isSignatureOf, signatureOf } from './signed-text';

const signature = signatureOf('text', 'key');

it('is an HMAC that fits into an address', () => {
  expect(signature).toBe(createHmac('sha256', 'key').update('text').digest('base64url'));
  expect(signature).toMatch(/^[\w-]{43}$/);
});

it('knows its own, and nothing else', () => {
  expect(isSignatureOf('text', signature, 'key')).toBe(true);
  expect(isSignatureOf('text', signature, Buffer.from('key'))).toBe(true);
  expect(isSignatureOf('text', signature, 'another key')).toBe(false);
  expect(isSignatureOf('another text', signature, 'key')).toBe(false);
  for (const wrong of ['', signature.slice(1), `${signature}=`, `${signature}A`, 'é'.repeat(43), 'A'.repeat(43)])
    expect(isSignatureOf('text', wrong, 'key')).toBe(false);
});

it('takes one spelling alone, though base64 has four for the last character', () => {
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(signature.at(-1) ?? '');
  const other = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.charAt(last ^ 1);
  const spelled = signature.slice(0, -1) + other;
  expect(Buffer.from(spelled, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
  expect(isSignatureOf('text', spelled, 'key')).toBe(false);
});
