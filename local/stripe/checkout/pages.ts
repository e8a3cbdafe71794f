import type { IncomingMessage, ServerResponse } from "node:http";
import { readText } from "../http/body.ts";
import type { Work } from "../resources/work.ts";
import { untilGone } from "../simulation/hold.ts";
import type { Simulation } from "../simulation/state.ts";
import type { Store } from "../storage/store.ts";
import { authenticationPage } from "./authentication-page.ts";
import { checkoutPage } from "./checkout-page.ts";
import { notice, type PageAnswer } from "./layout.ts";

/** The pages that a buyer's browser opens: Checkout and the bank's authentication. */

export const isPage = (path: string): boolean => /^\/(c\/pay|_test\/authenticate)\//.test(path);

interface Options {
  store: Store;
  simulation: Simulation;
  newWork: (request: null) => Work;
}

/** An outage takes the pages too: they are Stripe's. */
export function createPages({ store, simulation, newWork }: Options) {
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const outage = simulation.outage.at(newWork(null).nowMs);
    if (outage === "timeout") await untilGone(request);
    if (outage === "timeout" || outage === "disconnect") {
      request.socket.destroy();
      return;
    }
    if (outage === "error") return send(response, notice(503, "Temporarily unavailable", "Try again later."));
    const asked = { method: request.method ?? "", path, body: await readText(request) };
    const answer =
      (await checkoutPage(store, newWork, asked)) ?? (await authenticationPage(store, newWork, asked));
    send(response, answer ?? notice(404, "Page not found", "There is nothing at this address."));
  };
}

function send(response: ServerResponse, { status, html, location }: PageAnswer): void {
  response
    .writeHead(status, {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      // What a merchant put into a line item stays text.
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      ...(location === undefined ? {} : { Location: location }),
    })
    .end(html);
}
