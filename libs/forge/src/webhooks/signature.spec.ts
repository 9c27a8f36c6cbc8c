import { isUsableSecret, signatureHeaders } from './signature';

it("signs as GitHub's documentation does", () => {
  const message = { id: 'any', timestampSeconds: 0, body: Buffer.from('Hello, World!') };
  expect(signatureHeaders("It's a Secret to Everybody", message)['X-Hub-Signature-256']).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  );
});

it("signs as the Standard Webhooks' example does", () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampSeconds: 1614265330,
    body: Buffer.from('{"test": 2432232314}'),
  };
  expect(signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message)['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

it.each(['plain', 'whsec_c2VjcmV0', 'whsec_c2VjcmV0MQ=='])('accepts the secret %j', (secret) => {
  expect(isUsableSecret(secret)).toBe(true);
});

it.each(['', 'whsec_', 'whsec_not base64', 'whsec_a-b_'])('refuses the secret %j', (secret) => {
  expect(isUsableSecret(secret)).toBe(false);
});
