import { createHmac } from "node:crypto";

/** The `Stripe-Signature` header: https://docs.stripe.com/webhooks#verify-manually. `secret` is used as it is. */
export function signatureHeader(payload: string, secret: string, nowMs: number): string {
  const timestamp = Math.floor(nowMs / 1000);
  const signature = createHmac("sha256", secret).update(`${timestamp}.${payload}`, "utf8").digest("hex");
  return `t=${timestamp},v1=${signature}`;
}
