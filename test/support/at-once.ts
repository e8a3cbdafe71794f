import { type ClientRequest, request } from "node:http";

/** A request that waits for its last byte. */
export interface OpenRequest {
  url: string;
  headers: Record<string, string>;
  body: object;
}

export interface RawAnswer {
  status: number;
  text: string;
}

/**
 * Sends requests that are all open before any of them is whole: each has a connection of its own, over which all
 * but the last byte has been sent before the last byte of the first one is. So none is answered before all are in.
 * @returns the answers in order, and how many were there before all requests were open: none
 */
export async function sendAtOnce(
  wanted: readonly OpenRequest[],
): Promise<{ answers: RawAnswer[]; early: number }> {
  let answered = 0;
  const opened = wanted.map(({ url, headers, body }) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const call = request(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-type": "application/json", "content-length": bytes.length },
    });
    const answer = answerTo(call).finally(() => {
      answered += 1;
    });
    return { call, answer, bytes, isOpen: allButTheLastByte(call, bytes) };
  });
  await Promise.all(opened.map(({ isOpen }) => isOpen));
  const early = answered;
  for (const { call, bytes } of opened) call.end(bytes.subarray(-1));
  return { answers: await Promise.all(opened.map(({ answer }) => answer)), early };
}

function allButTheLastByte(call: ClientRequest, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    call.once("error", reject);
    call.write(bytes.subarray(0, -1), (error) => (error ? reject(error) : resolve()));
  });
}

function answerTo(call: ClientRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    call.once("error", reject);
    call.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.once("error", reject);
    });
  });
}
