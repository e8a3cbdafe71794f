CREATE TABLE account (
  id            text PRIMARY KEY,
  email         text NOT NULL UNIQUE CHECK (email = lower(email)),
  name          text NOT NULL,
  password_hash text NOT NULL,
  role          text NOT NULL CHECK (role IN ('USER', 'ORGANISER', 'ADMIN', 'GATE')),
  created_at    timestamptz NOT NULL
);

-- A refresh token is kept by its hash; tokens that follow one another share a family.
CREATE TABLE refresh_token (
  id         text PRIMARY KEY,
  family_id  text NOT NULL,
  account_id text NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  token_hash text NOT NULL UNIQUE,
  issued_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX refresh_token_account ON refresh_token (account_id);
