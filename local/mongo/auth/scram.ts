import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { MongoFailure } from "../errors.ts";

/** The server side of SCRAM-SHA-256: https://www.rfc-editor.org/rfc/rfc7677 and rfc5802. */

/** The least that RFC 7677 allows: the passwords are a developer's own, and every cold connect pays for it. */
const ITERATIONS = 4096;
const SALT_BYTES = 28;
const NONCE_BYTES = 24;
/** A client's messages are a name, a nonce and a proof: anything near this is not one. */
const MAX_PAYLOAD_CHARACTERS = 4096;

/** What is kept of a password: enough to check a proof, not enough to make one. */
export type Credential = { salt: Buffer; storedKey: Buffer; serverKey: Buffer };

const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Derives a credential. The password must be ASCII, for which SASLprep changes nothing. */
export function deriveCredential(password: string, salt = randomBytes(SALT_BYTES)): Credential {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest();
  return { salt, storedKey, serverKey: hmac(salted, "Server Key") };
}

/** A conversation after the client's first message. */
export type Conversation = {
  serverFirst: string;
  userName: string;
  finish(clientFinal: string): string | null;
};

/**
 * Answers a client's first message. `credentialOf` must give a credential for unknown names as well
 * (one that no proof fits), so that the answers do not tell which names exist.
 * `finish` takes the client's final message and returns the server's, or null when the proof is wrong.
 */
export function startConversation(
  clientFirst: string,
  credentialOf: (userName: string) => Credential,
  serverNonce = randomBytes(NONCE_BYTES).toString("base64"),
): Conversation {
  const parsed = /^[ny](?:=[^,]*)?,,(n=([^,]*),r=([^,]+))$/.exec(clientFirst);
  if (!parsed || clientFirst.length > MAX_PAYLOAD_CHARACTERS) throw invalidPayload();
  const [, bare = "", escapedName = "", clientNonce = ""] = parsed;
  const userName = escapedName.replaceAll("=2C", ",").replaceAll("=3D", "=");
  const nonce = clientNonce + serverNonce;
  const credential = credentialOf(userName);
  const serverFirst = `r=${nonce},s=${credential.salt.toString("base64")},i=${ITERATIONS}`;
  return {
    serverFirst,
    userName,
    finish(clientFinal) {
      const final = /^(c=([^,]*),r=([^,]*)),p=([^,]*)$/.exec(clientFinal);
      if (!final || clientFinal.length > MAX_PAYLOAD_CHARACTERS) throw invalidPayload();
      const [, withoutProof = "", channel, finalNonce, proof = ""] = final;
      // "biws" is base64 of "n,,": no channel binding.
      if (channel !== "biws" || finalNonce !== nonce) return null;
      const message = `${bare},${serverFirst},${withoutProof}`;
      return proofFits(credential, message, Buffer.from(proof, "base64"))
        ? `v=${hmac(credential.serverKey, message).toString("base64")}`
        : null;
    },
  };
}

function proofFits(credential: Credential, message: string, proof: Buffer): boolean {
  const signature = hmac(credential.storedKey, message);
  if (proof.length !== signature.length) return false;
  const clientKey = Buffer.from(proof.map((byte, at) => byte ^ (signature[at] ?? 0)));
  return timingSafeEqual(createHash("sha256").update(clientKey).digest(), credential.storedKey);
}

function invalidPayload(): MongoFailure {
  return new MongoFailure(18, "Authentication failed: the SCRAM message is malformed");
}
