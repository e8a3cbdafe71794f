import { once } from "node:events";
import { WebSocket } from "ws";
import { type SeatReply, type SeatRequest, seatId } from "../wire.ts";
import type { Asked } from "./checker.ts";
import { HttpConnection } from "./http.ts";
import type { Job } from "./job.ts";

/** Sends requests of one event; of the slot that they are sent from, nothing else is under way. */
export type Send = (slot: number, event: number, asked: readonly Asked[]) => Promise<SeatReply[]>;

export interface Connections {
  send: Send;
  close(): void;
}

export function connectionsOf(job: Job): Promise<Connections> {
  return job.over === "http" ? overHttp(job) : overWebSocket(job);
}

/** A connection for each request that is under way. */
async function overHttp({ base, events, inFlight }: Job): Promise<Connections> {
  const { hostname, port, pathname } = new URL(base);
  const connections = Array.from({ length: inFlight }, () => new HttpConnection(hostname, Number(port)));
  return {
    async send(slot, event, asked) {
      const body = JSON.stringify(requestOf(asked[0]!));
      return [JSON.parse(await connections[slot]!.post(`${pathname}/${events[event]}`, body)) as SeatReply];
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

/** One WebSocket for each event; answers find their way back by the id of the first request of their message. */
async function overWebSocket({ base, events, batch }: Job): Promise<Connections> {
  type Waiting = { resolve(replies: SeatReply[]): void; reject(error: Error): void };
  const waiting = new Map<number, Waiting>();
  const sockets = events.map((event) => {
    const socket = new WebSocket(`${base.replace(/^http/, "ws")}/${event}`, { perMessageDeflate: false });
    socket.on("message", (data: Buffer) => {
      const said = JSON.parse(data.toString("latin1")) as SeatReply | SeatReply[];
      const replies = Array.isArray(said) ? said : [said];
      const { id } = replies[0] ?? { id: -1 };
      waiting.get(id)?.resolve(replies);
      waiting.delete(id);
    });
    socket.on("close", () => {
      for (const { reject } of waiting.values()) reject(new Error("the WebSocket was closed"));
    });
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return {
    send(_slot, event, asked) {
      return new Promise((resolve, reject) => {
        waiting.set(asked[0]!.id, { resolve, reject });
        const requests = asked.map(requestOf);
        sockets[event]!.send(JSON.stringify(batch === null ? requests[0] : requests));
      });
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

function requestOf({ id, type, buyer, seats }: Asked): SeatRequest {
  return { id, type, buyer: `buyer-${buyer}`, seats: seats.map(seatId) };
}
