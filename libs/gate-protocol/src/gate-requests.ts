/** Whether somebody may come in: sshd_config(5), AuthorizedKeysCommand with `%u %t %k`. */
export interface KeysRequest {
  /** The account that the client wants to sign in to. */
  account: string;
  /** `ssh-ed25519`, … */
  keyType: string;
  /** Base64 of the key's wire form. */
  keyBlob: string;
}

export interface KeysAnswer {
  /** The key as it is registered, its type and data on one line of authorized_keys; null: nobody comes in with it. */
  key: { fingerprint: string; type: string; blob: string } | null;
}

/** One command of somebody whom sshd has let in with a key that the hub had answered. */
export interface RunRequest {
  /** `SHA256:…` of that key. */
  fingerprint: string;
  /** `SSH_ORIGINAL_COMMAND`; null: the client wants a shell. */
  command: string | null;
  /** `GIT_PROTOCOL`, as the client sent it. */
  protocol: string | null;
  /** Where sshd says that the client is (`SSH_CONNECTION`); null where it says nothing. */
  address: string | null;
}
