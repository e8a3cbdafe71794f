import { generateKeyPairSync } from "node:crypto";
import { expect, it, vi } from "vitest";
import { signAccessToken, verifyAccessToken } from "#shared/auth/access-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import { type KeyCache, verificationKeys } from "../../workers/gateway/src/keys.ts";
import { previousPublicKeys, publishedKeys } from "../../workers/users/src/published-keys.ts";

const MINUTE_MS = 60_000;
const caller = {
  userId: "usr_1",
  role: "USER",
  email: "a@ticketflow.dev",
  name: "A",
  sessionId: "ses_1",
} as const;

function newKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    kid,
    text: JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid }),
    public: { ...publicKey.export({ format: "jwk" }), kid },
  };
}
type Key = ReturnType<typeof newKey>;

/** Users with a configuration that can change, and a gateway that asks it; as production, but for HTTP. */
function platform(signing: Key, previous: Key[] = []) {
  const state = { now: 1_800_000_000_000, signing, previous, isDown: false, isSilent: false, fetches: 0 };
  const cache: KeyCache = { current: null };
  const users = {
    async fetch(_address: string, { signal }: { signal: AbortSignal }) {
      state.fetches += 1;
      if (state.isSilent)
        return new Promise<never>((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      if (state.isDown) throw new Error("gone");
      const previous = JSON.stringify(state.previous.map((key) => key.public));
      const { jwk } = await importEd25519(state.signing.text);
      return Response.json({ keys: publishedKeys(jwk, previousPublicKeys.parse(previous)) });
    },
  };
  return {
    state,
    async tokenOf(key: Key) {
      const signer = { key: (await importEd25519(key.text)).key, kid: key.kid };
      return signAccessToken(caller, signer, { now: state.now, lifetimeMs: 60 * MINUTE_MS, tokenId: "t" });
    },
    async isTaken(token: string, kid: string) {
      const keys = await verificationKeys(users, () => state.now, kid, cache);
      return (await verifyAccessToken(token, keys, state.now)) !== null;
    },
  };
}

it("a token of the key before holds while that key is published, and no longer", async () => {
  const [old, young] = [newKey("users-1"), newKey("users-2")];
  const { state, tokenOf, isTaken } = platform(old);
  const [before, after] = [await tokenOf(old), await tokenOf(young)];
  expect(await isTaken(before, old.kid)).toBe(true);

  Object.assign(state, { signing: young, previous: [old] });
  state.now += MINUTE_MS;
  expect([await isTaken(after, young.kid), await isTaken(before, old.kid)]).toEqual([true, true]);

  state.previous = [];
  state.now += 5 * MINUTE_MS;
  expect([await isTaken(after, young.kid), await isTaken(before, old.kid)]).toEqual([true, false]);
});

it("tokens with made-up key names have users asked once in ten seconds, however many come", async () => {
  const old = newKey("users-1");
  const { state, tokenOf, isTaken } = platform(old);
  const made = await tokenOf(newKey("made-up"));
  for (let n = 0; n < 50; n++) expect(await isTaken(made, `made-up-${n}`)).toBe(false);
  expect(state.fetches).toBe(1);
  state.now += 10_000;
  for (let n = 0; n < 50; n++) expect(await isTaken(made, `made-up-${n}`)).toBe(false);
  expect(state.fetches).toBe(2);
});

it("the keys that are known go on while users is down; without any, nobody gets in", async () => {
  const key = newKey("users-1");
  const { state, tokenOf, isTaken } = platform(key);
  const token = await tokenOf(key);
  state.isDown = true;
  await expect(isTaken(token, key.kid)).rejects.toThrow("users is unavailable");
  state.isDown = false;
  expect(await isTaken(token, key.kid)).toBe(true);
  state.isDown = true;
  state.now += 30 * MINUTE_MS;
  expect(await isTaken(token, key.kid)).toBe(true);
});

it.each(["nonsense", "{}", "[{}]", '[{"kty":"OKP","crv":"Ed25519","x":"AA"}]', '[{"kty":"RSA","kid":"1"}]'])(
  "keys before that are malformed are refused: %s",
  (text) => {
    expect(previousPublicKeys.safeParse(text).success).toBe(false);
  },
);

it("a gateway that users does not answer goes on with the keys that it has, in time", async () => {
  const key = newKey("users-1");
  const { state, tokenOf, isTaken } = platform(key);
  const token = await tokenOf(key);
  expect(await isTaken(token, key.kid)).toBe(true);
  Object.assign(state, { isSilent: true, now: state.now + 6 * MINUTE_MS });
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  const answer = isTaken(token, key.kid);
  limit.abort(new Error("the time is over"));
  expect(await answer).toBe(true);
  timeout.mockRestore();
});
