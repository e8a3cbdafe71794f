/** Questions that the gateway has for users. */
export interface UsersRpc {
  /**
   * Whether a session is over: signed out, or taken away. One that users does not know is not: a token is ours by its
   * signature, and a session that was revoked is known until its last access token has expired.
   */
  isSessionRevoked(sessionId: string): Promise<boolean>;
}
