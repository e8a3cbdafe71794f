import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";

/**
 * A kept-alive connection with one request under way at a time. By hand, since Node's own client costs as much as what is
 * measured: it shares two cores with it. It reads what the two fronts send: a status and a body of stated length.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received = "";
  #waiting: { resolve(body: string): void; reject(error: Error): void } | undefined;

  constructor(host: string, port: number) {
    this.#host = `${host}:${port}`;
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (chunk: string) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  /** @returns the body of a 200. @throws Error for every other answer */
  post(path: string, body: string): Promise<string> {
    if (this.#waiting) return Promise.reject(new Error("a request is under way on this connection"));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      const head = `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/json\r\nContent-Length: `;
      this.#socket.write(`${head}${body.length}${HEAD_END}${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const length = /content-length: (\d+)/i.exec(this.#received.slice(0, headEnd));
    if (!length) {
      this.#fail(new Error(`no length in ${this.#received.slice(0, headEnd)}`));
      return;
    }
    const end = headEnd + HEAD_END.length + Number(length[1]);
    if (this.#received.length < end) return;
    const answer = this.#received.slice(0, end);
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (answer.startsWith("HTTP/1.1 200 ")) waiting?.resolve(answer.slice(headEnd + HEAD_END.length));
    else waiting?.reject(new Error(answer));
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
