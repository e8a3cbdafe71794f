import { type SQL, sql } from "drizzle-orm";

/** A refresh token as it is kept: by its hash. */
export interface NewRefreshToken {
  id: string;
  hash: string;
  issuedAt: number;
  expiresAt: number;
}

/**
 * The rotation, in one statement. The token and its session are locked first, so that of two who show one token at
 * the same time the second sees it used: it is a reuse, and ends the session. Each of the writes happens or not by
 * what the lock found.
 */
export function rotate(shownHash: string, next: NewRefreshToken): SQL {
  const [now, expiresAt] = [new Date(next.issuedAt), new Date(next.expiresAt)];
  return sql`
    with shown as (
      select t.id, t.family_id, t.account_id, t.used_at, t.expires_at, s.revoked_at
      from refresh_token t join session s on s.id = t.family_id
      where t.token_hash = ${shownHash} for update of s, t),
    used as (
      update refresh_token set used_at = ${now}::timestamptz
      where id in (
        select id from shown where used_at is null and revoked_at is null and expires_at > ${now}::timestamptz)
      returning family_id, account_id),
    added as (
      insert into refresh_token (id, family_id, account_id, token_hash, issued_at, expires_at)
      select ${next.id}, family_id, account_id, ${next.hash}, ${now}::timestamptz, ${expiresAt}::timestamptz from used),
    prolonged as (
      update session set ends_at = ${expiresAt}::timestamptz where id in (select family_id from used)),
    revoked as (
      update session set revoked_at = ${now}::timestamptz, revoked_because = 'TOKEN_REUSED'
      where id in (select family_id from shown where used_at is not null) and revoked_at is null)
    select family_id as session_id, account_id, used_at is not null as was_used, exists (select from used) as is_rotated
    from shown`;
}
