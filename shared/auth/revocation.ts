/**
 * What Redis knows of sessions: one text a session. Absence says nothing: all that is in Redis may be lost at any time.
 * Who finds a session valid writes {@link VALID} only where there is nothing, so it never covers {@link REVOKED}.
 */
export const sessionKey = (sessionId: string) => `auth:session:${sessionId}`;

export const REVOKED = "revoked";
export const VALID = "valid";

/**
 * How long "valid" is believed, and with it the longest that a revoked session lives on where its revocation did not
 * reach Redis.
 */
export const VALID_MS = 30_000;
