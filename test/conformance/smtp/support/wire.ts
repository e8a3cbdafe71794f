import { connect, type Socket } from "node:net";
import { afterEach } from "vitest";
import { startTestCatcher } from "../../../../local/mail/testing.ts";
import { conformanceTarget } from "../../support/target.ts";

/** A server's reply (RFC 5321, 4.2.1): its code, and the text of each of its lines. */
export interface Reply {
  code: number;
  lines: string[];
}

/** A conversation over a raw socket. */
export interface Wire {
  /** Sends a line, without waiting. */
  say(line: string): void;
  /** Sends bytes as they are. */
  write(text: string): void;
  /** The next reply. Rejects when the connection ends before it. */
  reply(): Promise<Reply>;
  /** Sends a line and gives its reply. */
  ask(line: string): Promise<Reply>;
  /** Resolves when the server has closed the connection. */
  ended: Promise<void>;
}

export interface Smtp {
  host: string;
  port: number;
  /** A connection whose greeting has not been read. */
  open(): Promise<Wire>;
  /** A connection that is greeted and has said EHLO. */
  greeted(): Promise<Wire>;
  /** The address that mails are sent to. */
  recipient: string;
}

const SENDER_DOMAIN = "client.example.com";

/**
 * The server behind CONFORMANCE_SMTP_URL, `smtp://host:port`, which must take mail for CONFORMANCE_SMTP_RECIPIENT
 * without a sign-in; else the stand-in. Call it at the top of a file, and use what it gives inside cases.
 */
export function useSmtp(): Smtp {
  const target = conformanceTarget("smtp", async () => {
    const catcher = await startTestCatcher();
    return { url: `smtp://127.0.0.1:${catcher.port}`, close: () => catcher.close() };
  });
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const address = () => new URL(target());
  const open = async () => {
    const { hostname, port } = address();
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    return wireOf(socket);
  };
  return {
    get host() {
      return address().hostname;
    },
    get port() {
      return Number(address().port);
    },
    recipient: process.env.CONFORMANCE_SMTP_RECIPIENT ?? "reader@example.com",
    open,
    async greeted() {
      const wire = await open();
      await wire.reply();
      await wire.ask(`EHLO ${SENDER_DOMAIN}`);
      return wire;
    },
  };
}

function wireOf(socket: Socket): Wire {
  let buffered = "";
  let wake: () => void = () => undefined;
  let isOver = false;
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    buffered += text;
    wake();
  });
  // A reset ends a connection too.
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  const line = async (): Promise<string> => {
    for (;;) {
      const end = buffered.indexOf("\r\n");
      if (end >= 0) {
        const text = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        return text;
      }
      if (isOver) throw new Error("the server closed the connection");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const reply = async (): Promise<Reply> => {
    const lines: string[] = [];
    for (;;) {
      const text = await line();
      const [, code, more, rest] = /^(\d{3})([ -]?)(.*)$/.exec(text) ?? [];
      if (code === undefined) throw new Error(`not a reply: ${text}`);
      lines.push(rest ?? "");
      if (more !== "-") return { code: Number(code), lines };
    }
  };
  const write = (text: string) => void socket.write(text);
  const say = (text: string) => write(`${text}\r\n`);
  return {
    ...{ say, write, reply, ended },
    ask(text) {
      say(text);
      return reply();
    },
  };
}
