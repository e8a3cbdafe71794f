-- What one sign-in began: its refresh tokens follow one another in it, and carry its id as their family.
-- A revoked session stays until the last access token of it has expired.
CREATE TABLE session (
  id              text PRIMARY KEY,
  account_id      text NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  started_at      timestamptz NOT NULL,
  -- When its newest refresh token expires.
  ends_at         timestamptz NOT NULL,
  revoked_at      timestamptz,
  revoked_because text CHECK (revoked_because IN ('LOGOUT', 'TOKEN_REUSED', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'IDENTITY_LINKED')),
  -- When the fast copy of the revocation list got it.
  copied_at       timestamptz,
  CHECK ((revoked_at IS NULL) = (revoked_because IS NULL))
);

CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_ends_at ON session (ends_at);
CREATE INDEX session_uncopied ON session (revoked_at) WHERE revoked_at IS NOT NULL AND copied_at IS NULL;

INSERT INTO session (id, account_id, started_at, ends_at)
  SELECT family_id, account_id, min(issued_at), max(expires_at) FROM refresh_token GROUP BY family_id, account_id;

-- A token is used once. Used again, it has been stolen.
ALTER TABLE refresh_token ADD COLUMN used_at timestamptz;
ALTER TABLE refresh_token ADD FOREIGN KEY (family_id) REFERENCES session (id) ON DELETE CASCADE;
CREATE INDEX refresh_token_family ON refresh_token (family_id);
CREATE INDEX refresh_token_expires_at ON refresh_token (expires_at);

-- An account that is signed in to through a provider alone has no password.
ALTER TABLE account ALTER COLUMN password_hash DROP NOT NULL;

-- Who an account is at an OpenID Connect provider.
CREATE TABLE identity (
  provider   text NOT NULL,
  subject    text NOT NULL,
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  linked_at  timestamptz NOT NULL,
  PRIMARY KEY (provider, subject)
);

CREATE INDEX identity_account ON identity (account_id);

CREATE TABLE outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text NOT NULL,
  partition     integer NOT NULL,
  key           text NOT NULL,
  value         text NOT NULL,
  claimed_until timestamptz NOT NULL
);

CREATE INDEX outbox_claimed_until ON outbox (claimed_until);
