import { z } from 'zod';
import { SimpleUser, Timestamp } from './common';

/** GitHub's words, and `revoked_key`, for which GitHub has none. */
export const VerificationReason = z.enum([
  'valid',
  'unsigned',
  'gpgverify_error',
  'unknown_signature_type',
  'malformed_signature',
  'unknown_key',
  'invalid',
  'expired_key',
  'revoked_key',
  'not_signing_key',
  'bad_email',
]);
export type VerificationReason = z.infer<typeof VerificationReason>;

/** GitHub's `verification` of a commit or tag. It is judged anew each time, so that `verified_at` is never set. */
export const Verification = z.object({
  verified: z.boolean(),
  reason: VerificationReason,
  signature: z.string().nullable(),
  payload: z.string().nullable(),
  verified_at: z.null(),
});
export type Verification = z.infer<typeof Verification>;

/** What a page says of a signature. */
export const SignatureVerdict = z.object({
  verified: z.boolean(),
  reason: VerificationReason,
  /** Whose key made it, where it is right. */
  signer: SimpleUser.nullable(),
  /** The key that it names: an SSH fingerprint, or a GPG key id. */
  key: z.object({ kind: z.enum(['ssh', 'gpg']), id: z.string() }).nullable(),
});
export type SignatureVerdict = z.infer<typeof SignatureVerdict>;

const GpgKeyPart = z.object({
  primary_key_id: z.number().nullable(),
  key_id: z.string(),
  /** Base64 of the public key packet. */
  public_key: z.string(),
  can_sign: z.boolean(),
  can_encrypt_comms: z.boolean(),
  can_encrypt_storage: z.boolean(),
  can_certify: z.boolean(),
  created_at: Timestamp,
  expires_at: Timestamp.nullable(),
  revoked: z.boolean(),
});

const GpgSubkey = GpgKeyPart.extend({
  emails: z.array(z.never()),
  subkeys: z.array(z.never()),
  raw_key: z.null(),
});

/** `GET|POST /api/v3/user/gpg_keys`, `GET|DELETE /api/v3/user/gpg_keys/:id`. `created_at` is when it was added here. */
export const GpgKey = GpgKeyPart.extend({
  id: z.number(),
  name: z.string(),
  /** `verified`: it is the account's e-mail address. */
  emails: z.array(z.object({ email: z.string(), verified: z.boolean() })),
  subkeys: z.array(GpgSubkey),
  raw_key: z.string(),
  /** Ours: of the primary key. */
  fingerprint: z.string(),
});
export type GpgKey = z.infer<typeof GpgKey>;
export const CreateGpgKey = z.object({ name: z.string().max(255).optional(), armored_public_key: z.string() });
export type CreateGpgKey = z.infer<typeof CreateGpgKey>;
